"""Ratings on a finding's page, and what the page about methods says of the schemes."""

from dataclasses import dataclass

from evalkit.evidence.ratings import emmie, grade
from evalkit.evidence.ratings.schemes import RULES, SCALES
from evalkit.hub.page import Row
from evalkit.types.rating import Assessment, Rated, Reason, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingView:
    """One scheme as the table shows it.

    Attributes
    ----------
    dots : tuple of bool
        Filled or open, one a level; empty where there is no level.
    reviewer : str
        What a reviewer says, with level, post and reason; empty without one.
    """

    name: str
    version: str
    label: str
    dots: tuple[bool, ...]
    reasons: tuple[Reason, ...]
    reviewer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeView:
    """One scheme with its rules, for the page about methods."""

    name: str
    version: str
    rules: tuple[Rule, ...]


def rating_views(assessment: Assessment) -> tuple[RatingView, ...]:
    """Every scheme, in the one order that is used everywhere."""
    return tuple(_view(rated) for rated in assessment.ratings)


def nothing_rated(views: tuple[RatingView, ...]) -> str:
    """One sentence in place of a table in which every scheme would say the same; empty otherwise."""
    said = {(one.reasons, one.reviewer, one.label) for one in views}
    if len(said) != 1 or views[0].dots or views[0].reviewer:
        return ""
    reason = views[0].reasons[0]
    names = ", ".join(f"{one.name} ({one.version})" for one in views)
    return f"Not rated under any scheme. {reason.seen} {reason.rule.says} The schemes: {names}."


def profile_rows(assessment: Assessment) -> tuple[Row, ...]:
    """The five headings of EMMIE."""
    return tuple(
        Row(term=f"{part.heading}: {part.asks}", texts=part.texts) for part in assessment.profile
    )


def scheme_views() -> tuple[SchemeView, ...]:
    """Every scheme with its rules, the profile and the certainty of pooled results last."""
    schemes = [
        SchemeView(name=scale.name, version=scale.rules_version, rules=tuple(RULES[name].values()))
        for name, scale in SCALES.items()
    ]
    others = ((emmie.NAME, emmie.VERSION, emmie.RULES), (grade.NAME, grade.VERSION, grade.RULES))
    schemes += [
        SchemeView(name=name, version=version, rules=tuple(rules.values()))
        for name, version, rules in others
    ]
    return tuple(schemes)


def _view(rated: Rated) -> RatingView:
    rule = rated.rule
    dots = () if rule.level is None else tuple(n < rule.level for n in range(rule.out_of))
    return RatingView(
        name=rule.name,
        version=rule.version,
        label=rule.label,
        dots=dots,
        reasons=rule.reasons,
        reviewer=_reviewer(rated),
    )


def _reviewer(rated: Rated) -> str:
    if rated.given is None:
        return ""
    said = rated.given_label or f"start at {rated.given.start}"
    return f"{said}. {rated.given.reason} ({rated.by})"
