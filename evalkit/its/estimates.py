"""Estimates of contrasts of a fitted segmented regression, or why there are none."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from evalkit.errors import DataError
from evalkit.its.ar1_forms import Floats
from evalkit.its.context import Context
from evalkit.its.design import Effect
from evalkit.its.uncertainty import Judged, judge
from evalkit.types.estimate import Estimate, Interval, NoEstimate

Answer: TypeAlias = Estimate | NoEstimate

_ONE_DOF = "The degrees of freedom came out below 1 and were taken as 1."
_FLOORED = "The adjusted standard error came out below the plain one, which was taken."


def need_estimate(answer: Answer) -> Estimate:
    """The estimate.

    Raises
    ------
    DataError
        There is none; says why.
    """
    if isinstance(answer, NoEstimate):
        raise DataError(f"no {answer.estimand}: {answer.why}")
    return answer


def one_or_all(answers: tuple[Answer, ...], what: str) -> Answer | tuple[Answer, ...]:
    """The only one of some answers, or all of them where there are several.

    Raises
    ------
    DataError
        There is none: the impact model has no such effect.
    """
    if not answers:
        raise DataError(f"this impact model has no {what}; fit one that does")
    return answers[0] if len(answers) == 1 else answers


def answers(context: Context, effects: Sequence[Effect]) -> tuple[Answer, ...]:
    """The coefficients of some effects."""
    rows = np.zeros((len(effects), len(context.names)))
    rows[np.arange(len(effects)), [effect.column for effect in effects]] = 1.0
    return tuple(
        contrasted(context, [effect.estimand], row[None], _unit(context, effect))[0]
        for effect, row in zip(effects, rows, strict=True)
    )


def contrasted(
    context: Context,
    estimands: Sequence[str],
    rows: Floats,
    unit: str = "",
    *,
    shift: float = 0.0,
) -> tuple[Answer, ...]:
    """Contrasts ``rows @ coefficients + shift`` (rows Q x P), each under its words."""
    unit = unit or context.unit_of_measure
    if context.refusal:
        return tuple(
            NoEstimate(
                estimand=estimand,
                method=context.method,
                why=context.refusal,
                n_obs=context.n_obs,
                unit_of_measure=unit,
            )
            for estimand in estimands
        )
    judged = judge(context.uncertainty, rows, context.level, shift)
    return tuple(_estimate(context, e, judged, i, unit) for i, e in enumerate(estimands))


def _unit(context: Context, effect: Effect) -> str:
    return context.unit_of_measure + " a period" * (effect.kind == "slope")


def _estimate(context: Context, estimand: str, judged: Judged, i: int, unit: str) -> Estimate:
    error, dof = float(judged.error[i]), float(judged.dof[i])
    notes = (_ONE_DOF,) * bool(judged.one_dof[i]) + (_FLOORED,) * bool(judged.floored[i])
    why = "" if np.isfinite(dof) else "normal reference, no degrees of freedom"
    return Estimate(
        estimand=estimand,
        method=context.method,
        effect=float(judged.effect[i]),
        standard_error=error if np.isfinite(error) else None,
        interval=Interval(
            low=float(judged.low[i]), high=float(judged.high[i]), level=context.level
        ),
        p_value=float(judged.p_value[i]),
        dof=dof if np.isfinite(dof) else None,
        inference=context.words.format(dof=_short(dof)),
        n_obs=context.n_obs,
        n_units=1,
        n_clusters=1,
        unit_of_measure=unit,
        why=why if np.isfinite(error) else "a posterior is told by its quantiles",
        notes=(*context.notes, *notes),
    )


def _short(dof: float) -> str:
    return f"{dof:.1f}".removesuffix(".0")
