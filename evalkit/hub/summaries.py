"""A finding as lists and headers show it: word, mark, number, ruler."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby

from markupsafe import Markup

from evalkit.findings.numerals import effect_text, interval_text, level_text
from evalkit.findings.verdicts import WORDS, Tone, tone
from evalkit.hub.behind import checks_said
from evalkit.hub.drawing import Drawing
from evalkit.hub.lookups import ORDER, in_order, owners_of
from evalkit.hub.page import Later
from evalkit.hub.words import counted, in_words, sentence
from evalkit.report.figures.marks import OF_VERDICT, Mark
from evalkit.report.figures.ruler import limit_of
from evalkit.types.catalogue import Catalogue
from evalkit.types.finding import Finding, ScaledEffect, Verdict

GROUPS: tuple[tuple[str, tuple[Verdict, ...]], ...] = (
    ("Fell", ("fell",)),
    ("Probably fell", ("probably_fell", "probably_fell_perhaps_too_little")),
    ("No change that would matter", ("no_change_that_would_matter",)),
    ("Cannot tell", ("cannot_tell",)),
    ("Probably rose", ("probably_rose_perhaps_too_little", "probably_rose")),
    ("Rose", ("rose",)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One finding in a list.

    Attributes
    ----------
    figure, interval : str
        As they are printed; a statement where nothing was published.
    place : str
        What it is about, and the years.
    drawing : Drawing
        What its ruler is drawn from.
    worked_example, simulated, exploratory : bool
    """

    finding: Finding
    outcome: str
    word: str
    mark: Mark
    tone: Tone
    path: str
    figure: str
    interval: str
    place: str
    checks: str
    drawing: Drawing
    worked_example: bool
    simulated: bool
    exploratory: bool

    @property
    def counts(self) -> bool:
        """Whether it is a finding among others."""
        return self.finding.counts

    @property
    def ruler(self) -> Markup:
        """The small ruler, drawn when it is asked for: many lists show only some of their findings."""
        return self.drawing.drawn()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many findings say the same thing about people's lives."""

    text: str
    mark: Mark
    tone: Tone


def finding_path(finding_id: str) -> str:
    """Where a finding's page is."""
    return f"findings/{finding_id.lower()}.html"


def summaries(
    catalogue: Catalogue, *, prefix: str, of: Sequence[Finding] | None = None
) -> tuple[Summary, ...]:
    """Every finding, or those given, from fell to rose; ``prefix`` keeps the ids of rulers apart on a page.

    Rulers of one unit share one scale over the whole edition, whichever findings are asked for.
    """
    scales = _scales(catalogue)
    ordered = in_order(catalogue.findings if of is None else of)
    return tuple(_summary(catalogue, one, scales[one.counts], prefix) for one in ordered)


def later(catalogue: Catalogue, findings: Sequence[Finding], *, prefix: str) -> Later:
    """``summaries`` of some findings, worked out only for a page that is drawn."""
    told = catalogue.findings_told
    each = tuple((f.id, told[f.id].digest if f.id in told else f) for f in findings)
    return Later(
        (prefix, each, _scales(catalogue)),
        partial(summaries, catalogue, prefix=prefix, of=findings),
    )


def as_given(
    catalogue: Catalogue, findings: Sequence[Finding], *, prefix: str
) -> tuple[Summary, ...]:
    """Some findings in the order in which they are given."""
    told = {one.finding.id: one for one in summaries(catalogue, prefix=prefix, of=findings)}
    return tuple(told[finding.id] for finding in findings)


@lru_cache(maxsize=1)
def _scales(catalogue: Catalogue) -> Mapping[bool, Mapping[str, float]]:
    return catalogue.scales or scales_of(catalogue.findings)


def scales_of(findings: Sequence[Finding]) -> Mapping[bool, Mapping[str, float]]:
    """How far rulers reach: what does not count does not stretch the scale of what does."""
    return {
        counts: limits_by_unit([f for f in findings if f.counts == counts])
        for counts in (False, True)
    }


def limits_by_unit(findings: Sequence[Finding]) -> Mapping[str, float]:
    """One scale for every unit, so that rulers of a list can be compared."""
    drawn = [f.effect for f in findings if f.effect is not None]
    return {
        unit: limit_of(_with_intervals([e for e in drawn if e.unit == unit]))
        for unit in sorted({effect.unit for effect in drawn})
    }


def _with_intervals(effects: Sequence[ScaledEffect]) -> Sequence[ScaledEffect]:
    """Only what lists draw, unless none has an interval: then all, for pages of their own."""
    return [effect for effect in effects if effect.interval] or effects


def figure_of(finding: Finding) -> str:
    """The size as printed, with a unit that is not a sign."""
    if finding.effect is None:
        return "No size is recorded"
    unit = "" if finding.effect.unit == "per cent" else f" {finding.effect.unit}"
    return effect_text(finding.effect) + unit


def interval_of(finding: Finding) -> str:
    """``95% interval −5.4 to +9.9%``, or a statement."""
    if finding.effect is None or finding.effect.interval is None:
        return "No interval is recorded"
    level = level_text(finding.effect.interval.level)
    return f"{level} interval {interval_text(finding.effect)}"


def tallies(findings: Sequence[Finding]) -> tuple[Tally, ...]:
    """How many findings have each word, from fell to rose; blue and orange are kept apart.

    Findings on simulated data, and those that no locked plan asked for, are not counted.
    """

    def key(finding: Finding) -> tuple[int, Tone]:
        return ORDER.index(finding.verdict), tone(finding.verdict, finding.better)

    groups = groupby(sorted((f for f in findings if f.counts), key=key), key=key)
    return tuple(
        _tally(ORDER[index], name, len(list(members))) for (index, name), members in groups
    )


def _tally(verdict: Verdict, name: Tone, number: int) -> Tally:
    word = WORDS[verdict]
    text = word if number == 1 else f"{counted(number, 'finding')}: {word.lower()}".capitalize()
    return Tally(text=text, mark=OF_VERDICT[verdict], tone=name)


def _summary(
    catalogue: Catalogue, finding: Finding, limits: Mapping[str, float], prefix: str
) -> Summary:
    owners = owners_of(catalogue, finding)
    colour = tone(finding.verdict, finding.better)
    drawing = Drawing(
        effect=finding.effect,
        tone=colour,
        ident=f"{prefix}-{finding.id.lower()}",
        subject=finding.outcome,
        limit=limits[finding.effect.unit] if finding.effect else 1.0,
    )
    return Summary(
        finding=finding,
        outcome=sentence(finding.outcome),
        word=WORDS[finding.verdict],
        mark=OF_VERDICT[finding.verdict],
        tone=colour,
        path=finding_path(finding.id),
        figure=figure_of(finding),
        interval=interval_of(finding),
        place=f"{in_words([owner.name for owner in owners] or ['Not registered'])}, {finding.years}",
        checks=checks_said(catalogue, finding),
        drawing=drawing,
        worked_example=bool(owners) and all(owner.worked_example for owner in owners),
        simulated=finding.simulated,
        exploratory=finding.exploratory,
    )
