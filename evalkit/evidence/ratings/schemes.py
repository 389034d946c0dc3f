"""Every scheme, side by side and never averaged."""

from collections.abc import Mapping

from evalkit.evidence.ratings import eef_padlocks, eif, nesta, sms_magenta, sms_wwg
from evalkit.evidence.ratings.made import Scale
from evalkit.evidence.ratings.study import Study
from evalkit.types.rating import GivenRating, Rated, Rating, Rule, Scheme

SCALES: Mapping[Scheme, Scale] = {
    one.SCALE.scheme: one.SCALE for one in (sms_wwg, sms_magenta, nesta, eif, eef_padlocks)
}
"""In the order of every table."""
RULES: Mapping[Scheme, Mapping[str, Rule]] = {
    one.SCALE.scheme: one.RULES for one in (sms_wwg, sms_magenta, nesta, eif, eef_padlocks)
}


def rate_all(study: Study, given: Mapping[Scheme, tuple[GivenRating, str]]) -> tuple[Rated, ...]:
    """Every scheme's rating, with the reviewer's beside it where there is one.

    Parameters
    ----------
    given : mapping
        By scheme: the reviewer's rating and the reviewer's post.
    """
    found = []
    for scheme in SCALES:
        review, by = given.get(scheme, (None, ""))
        found.append(Rated(rule=_by_rule(scheme, study, review), given=review, by=by))
    return tuple(found)


def _by_rule(scheme: Scheme, study: Study, given: GivenRating | None) -> Rating:
    if scheme == "eef-padlocks":
        return eef_padlocks.rate(study, given)
    by_rule = {
        "sms-wwg": sms_wwg.rate,
        "sms-magenta": sms_magenta.rate,
        "nesta": nesta.rate,
        "eif": eif.rate,
    }
    return by_rule[scheme](study)
