"""Values of indicators as they may be published: small ones hidden, and what would give them away."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from evalkit.data.disclosure.direct import alone
from evalkit.data.disclosure.profiles import Profile
from evalkit.data.disclosure.subtraction import narrowed
from evalkit.data.disclosure.table import TOTAL, Table, label_of, statements
from evalkit.types.indicator_limits import Base, IndicatorLimits
from evalkit.types.indicator_value import IndicatorValue

Values = tuple[IndicatorValue, ...]
_OUTCOME = "values"
_DROPPED = " Limits that were locked on hidden or rounded numbers are left out."


@dataclass(frozen=True, slots=True, kw_only=True)
class Shielded:
    """What an edition may show of indicators.

    Attributes
    ----------
    values : tuple of IndicatorValue
        A small number is suppressed; one that would give it away has no value.
    limits : tuple of IndicatorLimits
        Without those that were locked on numbers which are no longer shown as they were.
    notes : mapping of str to str
        By intervention: what was done to its values, in a sentence.
    """

    values: Values
    limits: tuple[IndicatorLimits, ...]
    notes: Mapping[str, str]


def shield(
    values: Iterable[IndicatorValue],
    limits: Iterable[IndicatorLimits],
    profiles: Mapping[str, Profile],
) -> Shielded:
    """Hide and round what the profile of each intervention hides and rounds.

    Parameters
    ----------
    profiles : mapping of str to Profile
        By intervention; others are left as they are. Only whole numbers are counts: other values stay.
    """
    all_, locked = tuple(values), tuple(limits)
    shown: list[IndicatorValue] = []
    notes: dict[str, str] = {}
    of_each = _by_intervention(all_)
    for id, own in of_each.items():
        profile = profiles.get(id)
        if profile is None or profile.hides is None:
            shown += own
            continue
        done = shielded_values(own, profile)
        shown += done
        notes[id] = _note(profile, own, done)
    moved = _moved(all_, shown)
    kept = [replace(one, bases=tuple(_kept(one, moved))) for one in locked]
    for before, after in zip(locked, kept, strict=True):
        if before.bases != after.bases and _DROPPED not in notes[before.intervention]:
            notes[before.intervention] += _DROPPED
    return Shielded(
        values=tuple(shown),
        limits=tuple(one for one in kept if one.bases),
        notes=notes,
    )


def shielded_values(values: Sequence[IndicatorValue], profile: Profile) -> Values:
    """The values of one intervention under a profile.

    After the small ones, the smallest group beside each is left out, or the number for everybody, until
    nobody who knows the rest can narrow a small number further than the profile allows.
    """
    shown = {n: _primary(value, profile) for n, value in enumerate(values)}
    while loose := _loose(tuple(shown.values()), profile):
        also = {place for n in loose if (place := _cover(shown, n)) is not None}
        if not also:
            return tuple(shown[n] if shown[n].suppressed else _left_out(shown[n]) for n in shown)
        shown |= {n: _left_out(shown[n]) for n in also}
    return tuple(shown.values())


def _primary(value: IndicatorValue, profile: Profile) -> IndicatorValue:
    assert profile.hides is not None
    if value.value is None or value.value < 0 or not float(value.value).is_integer():
        return value
    if profile.is_small(value.value):
        return replace(value, value=None, suppressed=True, below=float(profile.hides[1] + 1))
    return replace(value, value=float(profile.rounded(int(value.value))))


def _left_out(value: IndicatorValue) -> IndicatorValue:
    return replace(value, value=None)


def _loose(values: Values, profile: Profile) -> list[int]:
    """Places of the hidden values that can be worked out, or are alone in their line."""
    dims = sorted({name for value in values for name in value.by})
    labels = [_labels(value, dims) for value in values]
    rows = tuple(zip(labels, map(_text, values), strict=True))
    table = Table(outcome=_OUTCOME, dims=("indicator", *dims, "period"), rows=rows, where="")
    said = statements(table, profile)
    names = {str(narrow.cell) for narrow in narrowed(said, profile)}
    names |= {name for leak in alone(said, profile) for name in leak.cells}
    return [n for n, one in enumerate(labels) if str(table.cell(one)) in names]


def _labels(value: IndicatorValue, dims: Sequence[str]) -> tuple[str, ...]:
    """A period can be the name of no group, and a group of one dimension of no other."""
    groups = (f"{d}={label_of(value.by[d])}" if d in value.by else TOTAL for d in dims)
    return (f"indicator={label_of(value.indicator)}", *groups, value.period)


def _text(value: IndicatorValue) -> str:
    if value.value is not None:
        return f"{value.value:g}" if value.value < 1e15 else str(int(value.value))
    if not value.suppressed:
        return ""
    return "*" if value.below is None else f"<{value.below:.0f}"


def _cover(values: Mapping[int, IndicatorValue], n: int) -> int | None:
    """The smallest number that is still shown in a line with a hidden one: of groups first."""
    hidden = values[n]
    beside = [
        (m, value)
        for m, value in values.items()
        if value.value is not None
        and value.indicator == hidden.indicator
        and value.period == hidden.period
        and len(_differ(value, hidden)) <= 1
    ]
    order = sorted(beside, key=lambda one: (not one[1].by, one[1].value, one[0]))
    return order[0][0] if order else None


def _differ(left: IndicatorValue, right: IndicatorValue) -> set[str]:
    """The groupings in which two values are about different groups."""
    return {d for d in {*left.by, *right.by} if left.by.get(d) != right.by.get(d)}


def _by_intervention(values: Values) -> dict[str, list[IndicatorValue]]:
    found: dict[str, list[IndicatorValue]] = {}
    for value in values:
        found.setdefault(value.intervention, []).append(value)
    return found


Row = tuple[str, str, tuple[tuple[str, str], ...]]


def _row(one: IndicatorValue | IndicatorLimits) -> Row:
    return one.intervention, one.indicator, tuple(sorted(one.by.items()))


def _moved(before: Values, after: Sequence[IndicatorValue]) -> dict[Row, list[str]]:
    """Periods whose number is not shown as it was recorded."""
    was = {(_row(one), one.period): one.value for one in before}
    found: dict[Row, list[str]] = {}
    for one in after:
        if was[_row(one), one.period] != one.value:
            found.setdefault(_row(one), []).append(one.period)
    return found


def _kept(limits: IndicatorLimits, moved: Mapping[Row, Sequence[str]]) -> Iterable[Base]:
    """Baselines whose mean gives no hidden number away: all of its numbers are shown exactly."""
    periods = moved.get(_row(limits), ())
    return (b for b in limits.bases if not any(b.first <= period <= b.last for period in periods))


def _note(profile: Profile, before: Sequence[IndicatorValue], after: Values) -> str:
    covered = sum(
        new.value is None and not new.suppressed and old.value is not None
        for old, new in zip(before, after, strict=True)
    )
    rest = f" and others rounded to {profile.rounds}" if profile.rounds > 1 else ""
    more = (
        f" {covered} more {'is' if covered == 1 else 'are'} left out because a total would give a small one"
        " away."
        if covered
        else ""
    )
    return f"Numbers of {profile.range_words()} are hidden{rest} (profile {profile.label}).{more}"
