"""The words of the hub in plain English; every sentence is this project's own."""

from collections.abc import Mapping

from evalkit.hub.page import Crumb, Page
from evalkit.hub.site import page
from evalkit.types.catalogue import Catalogue

TERMS: Mapping[str, str] = {
    "After": "The strongest link between work and result that this hub uses. It says when, not why.",
    "Amendment": "A change of a locked plan, with its reason and its day. The version before stays readable.",
    "Base period": "The period that every other one is compared with in a chart; its difference is zero by"
    " construction.",
    "Cannot tell": "The data fit a change that would matter in one direction and no such change, or the"
    " other direction. It is not the same as “no effect”.",
    "Check": "An attempt to prove a result wrong, named in the plan before the result was known.",
    "Cluster": "A group of numbers that may move together, most often one area over time. Intervals that"
    " ignore this are too narrow.",
    "Comparison group": "Places or people that did not get the work over the same time.",
    "Definition of serious violence": "What a partnership counts as serious violence. Areas may agree their"
    " own, so their numbers may not be about the same thing.",
    "Deviation": "A difference between the locked plan and what was run. It is shown beside the plan with"
    " its reason.",
    "Difference in differences": "How much a measure changed where the work was, minus how much it changed"
    " where it was not.",
    "Edition": "One build of this hub. Its date is that of the newest entry of the ledger.",
    "Estimate": "The single most likely size under the method. Read its interval before using it.",
    "Event study": "A chart of the difference from comparison places, period by period, before and after the"
    " start.",
    "Exploratory": "Something else than the locked plan was run. It may suggest a question for the next plan;"
    " it answers none.",
    "Finding": "One answer to one question: a word, a size, an interval, and what it rests on.",
    "Five Cs": "Collaboration, co-production, co-operation, counter-narratives and community consensus: parts"
    " of working as a whole system (Bath and O’Moore 2019).",
    "Indicator": "What is counted to see whether a part of a theory of change happens.",
    "Interrupted time series": "One place, one long series, and where it went after a change against where"
    " it was heading.",
    "Intervention": "Something that was done to reduce violence: a programme, a law, a way of working.",
    "Interval": "The range of true changes that the data fit, with how often such ranges are right: 95 of"
    " 100 times, if the method’s assumptions hold.",
    "Ledger": "The list of everything that was registered, changed, locked and run. Each entry seals the"
    " one before.",
    "Limits": "What a finding cannot tell you. They are part of the finding.",
    "Locked": "A plan whose text has a fingerprint in the ledger; a later change to it would show.",
    "Need": "Something that a strategic needs assessment says an area lacks.",
    "No change that would matter": "The whole interval is too small to matter: a clear answer.",
    "Plan": "Also protocol. It fixes the question, the measure, the method, the checks and the rule for the"
    " word, before the outcome is analysed.",
    "Post": "A role to ask, such as evaluation lead. This hub names posts and never people.",
    "Probably fell, probably rose": "The whole interval lies on one side of no change, but it reaches into"
    " the zone too small to matter, or a check was not passed.",
    "Register": "Also registry. The file that everything here is made from.",
    "Retrospective": "A plan that was locked after its outcome had been analysed. Its result is told with"
    " that label.",
    "Serious Violence Duty": "The duty of public bodies in England and Wales to work together against serious"
    " violence (Police, Crime, Sentencing and Courts Act 2022, Part 2 Chapter 1).",
    "Small count": "A number of people so small that somebody might be recognised. It is hidden, and so is"
    " what it could be worked out from.",
    "Theory of change": "How the work was expected to lead to its outcome, step by step, with what each step"
    " takes for granted.",
    "Worked example": "Published data from elsewhere, kept to show how the hub works.",
    "Zone too small to matter": "The hatched part of a ruler. Each plan says how small a change has to be"
    " to make no difference to anybody’s decision.",
}


def glossary_page(catalogue: Catalogue) -> Page:
    """The terms in the order of the alphabet."""
    return page(
        catalogue,
        "glossary.html",
        "glossary.html",
        title="Glossary",
        crumbs=(Crumb(title="Glossary"),),
        terms=[(key_of(term), term, text) for term, text in sorted(TERMS.items())],
    )


def key_of(term: str) -> str:
    """The anchor of a term on the page."""
    return "".join(letter if letter.isalnum() else "-" for letter in term.lower()).strip("-")
