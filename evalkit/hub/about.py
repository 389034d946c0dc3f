"""How we know, and the accessibility statement."""

from collections.abc import Mapping

from markupsafe import Markup

from evalkit.findings.verdicts import WHEN, WORDS, tone
from evalkit.hub.lookups import lookups
from evalkit.hub.page import Anchor, Crumb, Page
from evalkit.hub.ratings import scheme_views
from evalkit.hub.released import released_rows
from evalkit.hub.site import edition_of, page
from evalkit.hub.takes import TAKES
from evalkit.hub.words import counted, sentence
from evalkit.report.figures.marks import OF_VERDICT
from evalkit.report.figures.ruler import SMALL, ruler
from evalkit.types.catalogue import Catalogue
from evalkit.types.estimate import Interval
from evalkit.types.finding import ScaledEffect, Verdict

_EXAMPLES: Mapping[Verdict, tuple[float, float, float]] = {
    "fell": (-10, -15, -5),
    "probably_fell": (-7, -13, -1),
    "probably_fell_perhaps_too_little": (-1.5, -2.7, -0.3),
    "no_change_that_would_matter": (0.2, -1.2, 1.6),
    "cannot_tell": (2, -5, 9),
    "probably_rose_perhaps_too_little": (1.5, 0.3, 2.7),
    "probably_rose": (7, 1, 13),
    "rose": (10, 5, 15),
}


def methods_page(catalogue: Catalogue) -> Page:
    """How a finding gets its words and its numbers."""
    return page(
        catalogue,
        "methods.html",
        "methods.html",
        title="How we know",
        section="How we know",
        crumbs=(Crumb(title="How we know"),),
        anchors=(
            Anchor(id="words", title="From numbers to words"),
            Anchor(id="marks", title="How marks are drawn"),
            Anchor(id="states", title="Other states you may meet"),
            Anchor(id="designs", title="Two designs"),
            Anchor(id="ratings", title="Ratings under named schemes"),
            Anchor(id="published", title="Results published elsewhere"),
            Anchor(id="plans", title="Plans and the ledger"),
            Anchor(id="small", title="Small numbers"),
        ),
        words=[_word(verdict) for verdict in WORDS],
        schemes=scheme_views(),
        released=released_rows(catalogue),
    )


def accessibility_page(catalogue: Catalogue) -> Page:
    """Who can use the hub, what was tested and what was not."""
    return page(
        catalogue,
        "accessibility.html",
        "accessibility.html",
        title="Accessibility statement",
        crumbs=(Crumb(title="Accessibility statement"),),
        edition=edition_of(catalogue),
    )


def about_page(catalogue: Catalogue) -> Page:
    """What the hub is, what this edition holds, whom to ask and what can be taken away."""
    posts = [(post, o.name) for o in catalogue.organisations for post in (o.champion, o.contact)]
    real = len(lookups(catalogue).counted)
    return page(
        catalogue,
        "about.html",
        "about.html",
        title="About this hub",
        crumbs=(Crumb(title="About this hub"),),
        posts=[pair for pair in dict.fromkeys(posts) if pair[0]],
        holds=[
            (
                sentence(counted(len(catalogue.interventions), "intervention")),
                "interventions/index.html",
            ),
            (sentence(counted(real, "finding")), "findings/index.html"),
            (sentence(counted(len(catalogue.needs), "need")), "evidence.html"),
            (sentence(counted(len(catalogue.definitions), "definition")), "definitions.html"),
            (sentence(counted(len(catalogue.events), "learning event")), "events/index.html"),
        ],
        takes=TAKES,
        edition=edition_of(catalogue),
    )


def _word(verdict: Verdict) -> dict[str, object]:
    effect, low, high = _EXAMPLES[verdict]
    scaled = ScaledEffect(
        effect=effect,
        interval=Interval(low=low, high=high, level=0.95),
        unit="per cent",
        decimals=1,
        minimum=3,
    )
    colour = tone(verdict, "lower")
    drawing = ruler(
        scaled,
        colour,
        ident=f"word-{verdict.replace('_', '-')}",
        subject=f"an example of “{WORDS[verdict].lower()}”",
        limit=20,
        size=SMALL,
    )
    return {
        "word": WORDS[verdict],
        "mark": OF_VERDICT[verdict],
        "tone": colour,
        "ruler": Markup(drawing),
        "when": WHEN[verdict],
    }
