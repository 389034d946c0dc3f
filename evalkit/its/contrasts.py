"""Effects at a horizon, on average, added up and in per cent: contrasts of a fitted segmented regression."""

import numpy as np

from evalkit.errors import DataError
from evalkit.its.ar1_forms import Floats
from evalkit.its.context import Context
from evalkit.its.design import Effect
from evalkit.its.estimates import Answer, contrasted
from evalkit.its.uncertainty import expected, judge

# An effect of one interruption is what the model expects less what it expects without that interruption.


def effect_at(context: Context, horizon: int, interruption: str | None = None) -> Answer:
    """The effect of an interruption ``horizon`` periods after the first one that it changed.

    Parameters
    ----------
    context : Context
        Of a ``SegmentedFit``.
    horizon : int
        0 is the first period with the change (after a transition window).
    interruption : str, optional
        Which one; needed where there are several.

    Raises
    ------
    DataError
        The interruption is none of the fit's or not named, or the horizon is not in the series.
    """
    effects = effects_of(context, interruption)
    rows = _rows(context, effects, horizon, horizon)
    words = f"effect after {horizon} period" + "s" * (horizon != 1)
    return _one(context, words, rows.sum(0))


def average_effect(
    context: Context, interruption: str | None = None, *, first: int = 0, last: int | None = None
) -> Answer:
    """The mean effect from horizon ``first`` to ``last``, by default the end of the series.

    Missing periods between them count: the model says what is expected there.

    Raises
    ------
    DataError
        As ``effect_at``.
    """
    rows = _rows(context, effects_of(context, interruption), first, last)
    return _one(context, f"average effect over {len(rows)} periods", rows.mean(0))


def cumulative_effect(
    context: Context, interruption: str | None = None, *, first: int = 0, last: int | None = None
) -> Answer:
    """The sum of the effects from horizon ``first`` to ``last``, by default the end of the series.

    Raises
    ------
    DataError
        As ``effect_at``.
    """
    rows = _rows(context, effects_of(context, interruption), first, last)
    return _one(context, f"cumulative effect over {len(rows)} periods", rows.sum(0))


def relative_effect(
    context: Context, interruption: str | None = None, *, first: int = 0, last: int | None = None
) -> Answer:
    """The average effect in per cent of what the model expects without the interruption.

    The error is that of the ratio by the delta method, at the estimated coefficients.

    Raises
    ------
    DataError
        As ``effect_at``; or what is expected without the interruption is not clearly above 0, as for an
        outcome that is a logarithm or a difference.
    """
    effects = effects_of(context, interruption)
    rows = _rows(context, effects, first, last)
    without = np.array(context.columns)[span_of(context, effects, first, last)]
    without[:, [effect.column for effect in effects]] = 0.0
    change, base = rows.mean(0), without.mean(0)
    words = f"relative effect over {len(rows)} periods"
    if context.refusal:
        return _one(context, words, change, "%")
    coefficients = expected(context.uncertainty)
    level = float(base @ coefficients)
    [low] = judge(context.uncertainty, base[None], context.level).low
    if low <= 0:
        raise DataError(
            f"without the interruption {level:.4g} is expected on average, and its interval reaches 0: "
            "an effect in per cent of it has no meaning; use the average effect"
        )
    ratio = float(change @ coefficients) / level
    gradient = 100 * (change - ratio * base) / level
    return _one(context, words, gradient, "%", shift=100 * ratio)


def effects_of(context: Context, interruption: str | None) -> tuple[Effect, ...]:
    """The effects of one interruption, or of the only one.

    Raises
    ------
    DataError
        The interruption is none of the fit's or not named.
    """
    known = list(dict.fromkeys(effect.interruption for effect in context.effects))
    if interruption is None and len(known) > 1:
        raise DataError(f"found several interruptions; name one of {', '.join(known)}")
    name = known[0] if interruption is None else interruption
    if name not in known:
        raise DataError(f"found interruption {name}; it needs to be one of {', '.join(known)}")
    return tuple(effect for effect in context.effects if effect.interruption == name)


def span_of(context: Context, effects: tuple[Effect, ...], first: int, last: int | None) -> slice:
    """The periods from horizon ``first`` to ``last``, by default the end of the series.

    Raises
    ------
    DataError
        A horizon is not in the series.
    """
    start = effects[0].first
    longest = len(context.periods) - 1 - start
    final = longest if last is None else last
    if not 0 <= first <= final <= longest:
        raise DataError(
            f"found horizons {first} to {final}; the series has 0 to {longest} after the interruption "
            f"{effects[0].interruption}"
        )
    return slice(start + first, start + final + 1)


def _rows(context: Context, effects: tuple[Effect, ...], first: int, last: int | None) -> Floats:
    whole = np.array(context.columns)[span_of(context, effects, first, last)]
    rows = np.zeros_like(whole)
    columns = [effect.column for effect in effects]
    rows[:, columns] = whole[:, columns]
    return rows


def _one(
    context: Context, words: str, row: Floats, unit: str = "", *, shift: float = 0.0
) -> Answer:
    [answer] = contrasted(context, [words], row[None], unit, shift=shift)
    return answer
