"""The field rule: what kind of part of a plan a field is, and whether a change of it is major or minor.

Minor is what no number and no word about a number can depend on: a question, a name, a sentence. Everything
else is major, and so is every field that the rule does not name.
"""

import re
from collections.abc import Mapping

from evalkit.types.deviation import DeviationType

_TYPES: Mapping[str, DeviationType] = {
    "question": "words",
    "limits": "words",
    "locked": "words",
    "changes.name": "words",
    "changes.what": "words",
    "comparison.words": "words",
    "alternatives.name": "words",
    "alternatives.recipe": "data",
    "estimator.breaks.what": "words",
    "estimand": "outcome",
    "outcome": "outcome",
    "outcome.name": "words",
    "harms": "outcome",
    "data": "data",
    "recipe": "data",
    "recipe.source": "words",
    "recipe.licence": "words",
    "recipe.columns.outcome": "outcome",
    "recipe.measure": "outcome",
    "recipe.columns.unit": "unit",
    "recipe.areas": "unit",
    "recipe.unit": "unit",
    "recipe.leave_out": "unit",
    "recipe.add_up": "unit",
    "window": "window",
    "unit": "unit",
    "treated": "unit",
    "subgroups": "subgroup",
    "checks": "rule",
    "minimum_effect": "rule",
    "decision_rule": "rule",
}
"""By field, without numbers of items; what is not named belongs to the model. ``recipe`` is ``data.yaml``;
below ``alternatives.recipe`` is that of an alternative with other data."""
_RUN = ("checks", "alternatives")
"""Lists of things that are run: an item that is gone was not run."""


def type_of(field: str, *, gone: bool = False) -> DeviationType:
    """What kind of part of a plan a field is.

    Parameters
    ----------
    field : str
        Dotted path, e.g. ``"checks[0].threshold"``.
    gone : bool
        True where the plan had it and what was run has not.

    >>> type_of("window.end"), type_of("estimator.anticipation"), type_of("checks[1]", gone=True)
    ('window', 'model', 'missing')
    >>> type_of("alternatives[0].recipe.sha256")
    'data'
    """
    names = re.sub(r"\[\d+\]", "", field).split(".")
    if names[:2] == ["alternatives", "recipe"] and len(names) > 2:
        names = names[1:]
    if gone and names[0] in _RUN and field.endswith("]"):
        return "missing"
    for length in range(len(names), 0, -1):
        if (found := _TYPES.get(".".join(names[:length]))) is not None:
            return found
    return "model"


def is_major(field: str) -> bool:
    """Whether a change of a field can change a number, or what is said about one.

    >>> is_major("limits[2]"), is_major("minimum_effect.value")
    (False, True)
    """
    return type_of(field) != "words"
