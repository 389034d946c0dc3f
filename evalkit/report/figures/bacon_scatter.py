"""What two-way fixed effects average: each comparison's estimate against its weight."""

from evalkit.did.bacon import KINDS, Decomposition
from evalkit.findings.numerals import number
from evalkit.report.figures.bacon_marks import Averaged, draw_comparisons, share
from evalkit.report.figures.figure import OF_A_MODEL, Figure, FigureWords, effect_text, places


def bacon_scatter(decomposition: Decomposition, words: FigureWords) -> Figure:
    """Draw each two-by-two comparison, its kind a shape; their weighted mean is the dashed line.

    Crosses, not colour, tell the comparisons with units that are already treated.
    """
    digits = _digits(decomposition, words)
    averaged = Averaged(decomposition, digits, _describe(decomposition, words))
    wide, narrow = (draw_comparisons(averaged, words, shape) for shape in ("wide", "narrow"))
    return Figure(
        takeaway=_takeaway(decomposition, words, digits),
        wide=wide,
        narrow=narrow,
        note=(
            "Each mark is one comparison of two groups with different starts;"
            f" {len(decomposition.comparisons)} in all, whose weights sum to 100%. The picture has no"
            " intervals: it shows what is averaged, not how sure the average is. Where effects change over"
            " time, comparisons with units already treated subtract that change, and can mislead."
            " Decomposition of Goodman-Bacon (2021)."
        ),
        holds=OF_A_MODEL,
        head=("Comparison", "Kind", "Weight", "Estimate", "Treated", "Comparison units"),
        rows=_rows(decomposition, words, digits),
    )


def _digits(decomposition: Decomposition, words: FigureWords) -> int:
    return places([c.effect for c in decomposition.comparisons], words.scale)


def _takeaway(decomposition: Decomposition, words: FigureWords, digits: int) -> str:
    effect = effect_text(decomposition.effect, words.scale, digits)
    if decomposition.already_treated == 0:
        return f"Two-way fixed effects ({effect}) put no weight on units that are already treated."
    return (
        f"{share(decomposition.already_treated)} of the weight in two-way fixed effects ({effect}) is on"
        " comparisons with units that are already treated."
    )


def _rows(
    decomposition: Decomposition, words: FigureWords, digits: int
) -> tuple[tuple[str, ...], ...]:
    ordered = sorted(decomposition.comparisons, key=lambda c: (-c.weight, c.treated, c.comparison))
    single = tuple(
        (
            f"{c.treated} against {c.comparison}",
            KINDS[c.kind],
            f"{number(100 * c.weight, 1)}%",
            effect_text(c.effect, words.scale, digits),
            number(c.n_treated, 0),
            number(c.n_comparison, 0),
        )
        for c in ordered
    )
    whole = ("All, weighted", "two-way fixed effects", "100.0%",
             effect_text(decomposition.effect, words.scale, digits), "–", "–")  # fmt: skip
    return (*single, whole)


def _describe(decomposition: Decomposition, words: FigureWords) -> str:
    digits = _digits(decomposition, words)
    effects = [c.effect for c in decomposition.comparisons]
    low, high = (effect_text(f(effects), words.scale, digits) for f in (min, max))
    mean = effect_text(decomposition.effect, words.scale, digits)
    return (
        f"{len(effects)} comparisons with estimates from {low} to {high}; their weighted mean is {mean}."
        f" {share(decomposition.already_treated)} of the weight is on units already treated."
    )
