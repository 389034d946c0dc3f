"""A theory of change with the evidence on it, ready for a page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from evalkit.findings.numerals import number
from evalkit.findings.verdicts import WORDS, tone
from evalkit.hub.delivery import Delivery, delivery_beside, delivery_of
from evalkit.hub.plans import plan_of
from evalkit.hub.summaries import finding_path
from evalkit.hub.words import sentence
from evalkit.report.figures.marks import OF_VERDICT
from evalkit.report.figures.theory_diagram import LINK_WORDS, BoxResult, LinkState, TheoryWords
from evalkit.report.figures.theory_narrow import theory_narrow
from evalkit.report.figures.theory_wide import theory_wide
from evalkit.theory.layout import layout
from evalkit.types.catalogue import Catalogue
from evalkit.types.finding import Finding
from evalkit.types.intervention import Intervention
from evalkit.types.protocol import LockedProtocol
from evalkit.types.theory import Indicator, Link, TheoryOfChange

_DELIVERED = {"need", "context", "input", "activity", "output"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """One numbered link in words."""

    number: int
    title: str
    state: str
    notes: tuple[tuple[str, str], ...]
    evidence: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TheoryView:
    """Both drawings, the links in words, the legend, the indicators, and outcomes beside delivery."""

    wide: Markup
    narrow: Markup
    columns: int
    legend: tuple[tuple[LinkState, str], ...]
    links: tuple[LinkView, ...]
    indicators: tuple[tuple[str, str, str], ...]
    delivery: Delivery
    outcomes: tuple[tuple[str, BoxResult], ...]


def theory_view(catalogue: Catalogue, intervention: Intervention) -> TheoryView | None:
    """None where nobody has registered a theory of change."""
    theory = intervention.theory
    if theory is None:
        return None
    findings = {finding.id: finding for finding in catalogue.findings}
    words = theory_words(intervention, theory, catalogue.findings, catalogue.protocols)
    states = words.links
    placed = layout(theory)
    ident = f"theory-{(intervention.id or '').lower()}"
    return TheoryView(
        wide=Markup(theory_wide(placed, words, ident=f"{ident}-wide")),
        narrow=Markup(theory_narrow(placed, words, ident=f"{ident}-narrow")),
        columns=len(placed.columns),
        legend=tuple((s, LINK_WORDS[s]) for s in LINK_WORDS if s in states.values()),
        links=tuple(
            _link(index, intervention, theory, link, states[index], findings)
            for index, link in enumerate(theory.links, 1)
        ),
        indicators=tuple(_indicator(theory, item) for item in theory.indicators),
        delivery=delivery_of(intervention),
        outcomes=tuple(
            (theory.elements[key].text, result) for key, result in words.results.items()
        ),
    )


def theory_words(
    intervention: Intervention,
    theory: TheoryOfChange,
    findings: Sequence[Finding],
    protocols: Sequence[LockedProtocol],
) -> TheoryWords:
    """What the findings say about each link and each outcome of a theory of change."""
    known = {finding.id: finding for finding in findings if not finding.exploratory}
    return TheoryWords(
        subject=intervention.name,
        links={n: _state(theory, link, known) for n, link in enumerate(theory.links, 1)},
        results=_results(protocols, theory, intervention, known),
        delivery=delivery_of(intervention).told,
    )


def _state(theory: TheoryOfChange, link: Link, findings: Mapping[str, Finding]) -> LinkState:
    """What the findings on a link say together; none between delivery steps is no gap."""
    cited = [findings[key] for key in link.evidence if key in findings]
    if not cited:
        ends = {theory.elements[link.from_].kind, theory.elements[link.to].kind}
        return "delivery" if ends <= _DELIVERED else "not_tested"
    verdicts = {finding.verdict for finding in cited}
    if verdicts == {"cannot_tell"}:
        return "cannot_tell"
    if len(verdicts) > 1:
        return "mixed"
    return "worse" if tone(cited[0].verdict, cited[0].better) == "worse" else "changed"


def _results(
    protocols: Sequence[LockedProtocol],
    theory: TheoryOfChange,
    intervention: Intervention,
    findings: Mapping[str, Finding],
) -> dict[str, BoxResult]:
    """What was found about each outcome: findings on links into it, and plans that measure it."""
    measured = {
        protocol.id: plan_of(protocol).outcome.element
        for protocol in protocols
        if protocol.intervention == intervention.id
    }
    results = {}
    for key, element in theory.elements.items():
        cited = [f for link in theory.links if link.to == key for f in link.evidence]
        own = [f.id for f in findings.values() if measured.get(f.protocol or "") == key]
        about = [findings[name] for name in dict.fromkeys([*cited, *own]) if name in findings]
        if about:
            results[key] = _result(about, delivery_beside(about, intervention))
        elif element.kind in {"outcome", "impact"}:
            results[key] = BoxResult(
                mark="not_applicable",
                words="Not tested",
                tone="unsure",
                delivery=delivery_beside((), intervention),
            )
    return results


def _result(about: Sequence[Finding], delivery: str) -> BoxResult:
    if len({finding.verdict for finding in about}) > 1:
        return BoxResult(mark="mixed", words="Mixed", tone="unsure", delivery=delivery)
    first = about[0]
    word = WORDS[first.verdict].split(",")[0].replace(" that would matter", "")
    return BoxResult(
        mark=OF_VERDICT[first.verdict],
        words=word,
        tone=tone(first.verdict, first.better),
        delivery=delivery,
    )


def _link(
    index: int,
    intervention: Intervention,
    theory: TheoryOfChange,
    link: Link,
    state: LinkState,
    findings: Mapping[str, Finding],
) -> LinkView:
    known = (findings[key] for key in link.evidence if key in findings)
    cited = [one for one in known if not one.exploratory]
    notes = (("Why", link.because), ("Assumes", link.assumes), ("Risk", link.risk))
    return LinkView(
        number=index,
        title=f"{theory.elements[link.from_].text} → {theory.elements[link.to].text}",
        state=" · ".join(
            (
                LINK_WORDS[state],
                delivery_beside(cited, intervention),
                *(("closes a loop on purpose",) if link.feedback else ()),
            )
        ),
        notes=tuple((term, sentence(text)) for term, text in notes if text),
        evidence=tuple(_evidence(link, findings)),
    )


def _evidence(link: Link, findings: Mapping[str, Finding]) -> Iterator[tuple[str, str]]:
    """Headline and path; a finding that this edition does not have keeps its id, without a link."""
    for key in link.evidence:
        there = key in findings
        yield (
            findings[key].headline if there else f"{key}: not published, or withdrawn",
            finding_path(key) if there else "",
        )


def _indicator(theory: TheoryOfChange, item: Indicator) -> tuple[str, str, str]:
    measured = theory.elements[item.of].text
    if not item.name:
        return measured, "Not measured", sentence(item.none_because)
    direction = {"up": "higher is better", "down": "lower is better", None: ""}[item.direction]
    values = [
        f"{term} {number(value, 1).removesuffix('.0')}"
        for term, value in (("baseline", item.baseline), ("target", item.target))
        if value is not None
    ]
    details = "; ".join(part for part in (item.unit, *values, direction, item.source) if part)
    return measured, item.name, sentence(details)
