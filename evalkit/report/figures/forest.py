"""Several studies of one question, their mean, and where the next one may lie."""

from evalkit.findings.numerals import effect_text, interval_text, level_text
from evalkit.findings.pooled_words import headline, rows, scaled, study_interval
from evalkit.report.figures.figure import Figure
from evalkit.report.figures.forest_rows import ForestRow, draw_forest
from evalkit.types.estimate import Interval
from evalkit.types.synthesis_question import SynthesisResult


def forest(result: SynthesisResult, *, ident: str = "forest") -> Figure:
    """Draw a square a study, larger the more it weighs, a diamond for the mean, dashes for another place.

    Parameters
    ----------
    result : SynthesisResult
        Pooled.
    ident : str
        Begins every id in the picture, which have to differ on a page.

    Raises
    ------
    ValueError
        The findings were not pooled.
    """
    takeaway = headline(result)
    head, body = rows(result)
    drawn = forest_rows(result)
    outcome = result.inputs[0].outcome
    wide, narrow = (
        draw_forest(
            drawn,
            log=result.inputs[0].scale == "log",
            title=f"Forest plot: {outcome}, {len(drawn) - 2} studies",
            desc=takeaway,
            axis=_axis(result),
            ident=ident,
            shape=shape,
        )
        for shape in ("wide", "narrow")
    )
    return Figure(
        takeaway=takeaway, wide=wide, narrow=narrow, note=_note(result), head=head, rows=body
    )


def forest_rows(result: SynthesisResult) -> tuple[ForestRow, ...]:
    """One row a study, then the mean and another place, on the scale of the pool."""
    pooled = result.pooled
    assert pooled is not None
    level = pooled.interval.level
    heaviest = max(study.weight for study in pooled.studies)
    studies = [
        ForestRow(
            name=study.study,
            text=_text(result, study.effect, study_interval(study, level)),
            kind="study",
            effect=study.effect,
            low=study_interval(study, level).low,
            high=study_interval(study, level).high,
            weight=f"{100 * study.weight:.0f}%",
            share=study.weight / heaviest,
        )
        for study in pooled.studies
    ]
    ahead = interval_text(scaled(result, pooled.effect, pooled.prediction))
    return (
        *studies,
        ForestRow(
            name="Mean over studies",
            text=_text(result, pooled.effect, pooled.interval),
            kind="mean",
            effect=pooled.effect,
            low=pooled.interval.low,
            high=pooled.interval.high,
        ),
        ForestRow(
            name="Another place like these",
            text=ahead,
            kind="prediction",
            effect=pooled.effect,
            low=pooled.prediction.low,
            high=pooled.prediction.high,
        ),
    )


def _text(result: SynthesisResult, effect: float, interval: Interval) -> str:
    told = scaled(result, effect, interval)
    return f"{effect_text(told)} ({interval_text(told)})"


def _axis(result: SynthesisResult) -> str:
    unit = result.inputs[0].unit
    return f"Change in {result.inputs[0].outcome.lower()}, {'in ' * (unit == 'per cent')}{unit}"


def _note(result: SynthesisResult) -> str:
    pooled = result.pooled
    assert pooled is not None
    spread, level = pooled.heterogeneity, level_text(pooled.interval.level)
    made_up = "Simulated data: not evidence. " if result.simulated else ""
    return (
        f"{made_up}Squares: each study, larger the more it weighs; lines: its {level} interval. Diamond: "
        f"the mean with its {level} interval. Dashed: where the true change in another place like these "
        f"may lie; an arrow where it runs off the picture. {pooled.inference}; tau² "
        f"{spread.tau_squared:.3g}, I² {spread.i_squared:.0%}. {' '.join(pooled.notes)}"
    ).strip()
