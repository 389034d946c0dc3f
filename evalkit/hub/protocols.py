"""Plans and notebooks, each on a page of its own."""

import re
from dataclasses import dataclass

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from evalkit.findings.cautions import MADE_UP
from evalkit.findings.deviations import part_words, value_words
from evalkit.hub.labels import label_words, when_words
from evalkit.hub.page import Crumb, Page
from evalkit.hub.plans import plan_of, plan_rows, protocol_path
from evalkit.hub.released import released_rows
from evalkit.hub.site import page
from evalkit.hub.summaries import finding_path
from evalkit.hub.tried import intervention_path
from evalkit.hub.withdrawn import withdrawn_of
from evalkit.hub.words import day
from evalkit.types.catalogue import Catalogue, LockedProtocol

_TAGS = {
    "h2", "h3", "h4", "p", "ul", "ol", "li", "em", "strong", "code", "pre", "blockquote", "a",
    "table", "thead", "tbody", "tr", "th", "td", "hr", "br",
}  # fmt: skip
_STYLE = re.compile(r"<style\b.*?</style>|\sstyle=(\"[^\"]*\"|'[^']*')", re.DOTALL)
_ANCHOR = re.compile(r"<a class=\"anchor-link\"[^>]*>.*?</a>", re.DOTALL)
_OUTPUT = re.compile(r'<div class="nb-output">')


def protocol_pages(catalogue: Catalogue) -> tuple[Page, ...]:
    """A page for every locked plan."""
    return tuple(_protocol(catalogue, protocol) for protocol in catalogue.protocols)


def notebook_pages(catalogue: Catalogue) -> tuple[Page, ...]:
    """A page for every executed notebook."""
    return tuple(_notebook(catalogue, key) for key in sorted(catalogue.notebooks))


def notebook_path(protocol_id: str) -> str:
    """Where an executed notebook's page is."""
    return f"notebooks/{protocol_id.lower()}.html"


def prose_of(text: str) -> Markup:
    """The prose below the front matter as safe HTML; headings start below those of the page."""
    prose = text.split("\n---", 1)[-1].split("\n", 1)[-1] if text.startswith("---") else text
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(prose)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 2, 4)}"
    html = parser.renderer.render(tokens, parser.options, {})
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https", "mailto"},
        link_rel="noopener noreferrer",
    )
    return Markup(clean)


def fitted_to_page(fragment: str) -> Markup:
    """A notebook's body without styles of its own, which the page's policy would refuse.

    Links without a text, which converters put beside headings, go too. Charts keep their classes
    and follow the hub's stylesheet; outputs can be scrolled by keyboard.
    """
    plain = _ANCHOR.sub("", _STYLE.sub("", fragment))
    count = iter(range(1, plain.count('<div class="nb-output">') + 1))
    labelled = _OUTPUT.sub(
        lambda _: (
            f'<div class="nb-output" tabindex="0" role="region" aria-label="Output {next(count)}">'
        ),
        plain,
    )
    return Markup(labelled)


def _protocol(catalogue: Catalogue, protocol: LockedProtocol) -> Page:
    plan = plan_of(protocol)
    findings = [f for f in catalogue.findings if f.protocol == protocol.id]
    return page(
        catalogue,
        protocol_path(protocol.id),
        "protocol.html",
        title=plan.question,
        section="What happened",
        crumbs=(
            Crumb(title="What happened", href="findings/index.html"),
            Crumb(title=f"Plan {protocol.id}"),
        ),
        protocol=protocol,
        locked=day(protocol.locked_on),
        label=label_words(protocol),
        rows=plan_rows(plan),
        prose=prose_of(protocol.text),
        findings=[(finding, finding_path(finding.id)) for finding in findings],
        simulated=MADE_UP if any(f.simulated for f in findings) else "",
        intervention=_intervention(catalogue, protocol.intervention),
        notebook=notebook_path(protocol.id) if protocol.id in catalogue.notebooks else "",
        versions=_versions(catalogue, protocol),
        held_back=catalogue.held_back.get(protocol.id, ""),
        withdrawn=withdrawn_of(catalogue, protocol=protocol.id),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    """One amendment: what it is called, when and why it was made, what it changed."""

    name: str
    when: str
    data: str
    reason: str
    changes: tuple[tuple[str, str, str], ...]


def _versions(catalogue: Catalogue, protocol: LockedProtocol) -> tuple[VersionView, ...]:
    """The amendments of a plan, the newest first."""
    amendments = reversed(catalogue.amendments.get(protocol.id, ()))
    return tuple(
        VersionView(
            name=f"{one.before} to {one.version}",
            when=f"{day(one.on)}{', a day declared in its own text' * one.declared}",
            data=when_words(one.state),
            reason=one.reason,
            changes=tuple(
                (part_words(field), value_words(old), value_words(new))
                for field, old, new in one.changes
            ),
        )
        for one in amendments
    )


def _intervention(catalogue: Catalogue, key: str) -> tuple[str, str]:
    name = next((i.name for i in catalogue.interventions if i.id == key), key)
    return name, intervention_path(key)


def _notebook(catalogue: Catalogue, key: str) -> Page:
    return page(
        catalogue,
        notebook_path(key),
        "notebook.html",
        title=f"Notebook {key}",
        section="What happened",
        crumbs=(
            Crumb(title="What happened", href="findings/index.html"),
            Crumb(title=f"Plan {key}", href=protocol_path(key)),
            Crumb(title="Notebook"),
        ),
        protocol_id=key,
        protocol_path=protocol_path(key),
        body=fitted_to_page(catalogue.notebooks[key]),
        released=released_rows(catalogue, (notebook_path(key),)),
        simulated=MADE_UP
        if any(f.simulated for f in catalogue.findings if f.protocol == key)
        else "",
    )
