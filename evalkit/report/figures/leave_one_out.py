"""The estimate without each unit in turn, sorted, against the estimate with all of them."""

from collections.abc import Mapping, Sequence

from evalkit.findings.numerals import level_text
from evalkit.protocol.enough_units import WELCOME_UNITS
from evalkit.report.figures.figure import (
    OF_A_MODEL,
    Figure,
    FigureWords,
    clear,
    effect_text,
    places,
)
from evalkit.report.figures.left_out import LeftOut, Without, draw_left_out
from evalkit.types.estimate import Estimate

_MOST = 30
_EACH_END = 12


def leave_one_out(
    full: Estimate, without: Mapping[str, Estimate | str], words: FigureWords
) -> Figure:
    """Draw the estimate and interval without each unit; the dashed line is the one with all units.

    Parameters
    ----------
    full : Estimate
    without : mapping of str to Estimate or str
        By unit left out; a text says why there is no estimate without it.
    words : FigureWords

    Raises
    ------
    ValueError
        No unit was left out.
    """
    found = {unit: e for unit, e in without.items() if isinstance(e, Estimate)}
    failed = {unit: e for unit, e in without.items() if isinstance(e, str)}
    if not found:
        raise ValueError("leave_one_out found no estimate without a unit; it needs at least one")
    ordered = sorted(found.items(), key=lambda item: (-item[1].effect, item[0]))
    digits = places(_ends([full, *found.values()]), words.scale)
    rows = _rows(ordered, words, digits)
    takeaway = _takeaway(full, found, failed, words, digits)
    drawn = Without(full=full, rows=rows, digits=digits, desc=takeaway)
    wide, narrow = (draw_left_out(drawn, words, shape) for shape in ("wide", "narrow"))
    return Figure(
        takeaway=takeaway,
        wide=wide,
        narrow=narrow,
        note=_note(full, rows, failed, words),
        holds=OF_A_MODEL,
        head=(f"Without … ({words.units})", "Estimate", "Low", "High"),
        rows=(
            _numbers(f"None: all {words.units}", full, words, digits),
            *(_numbers(unit, estimate, words, digits) for unit, estimate in ordered),
            *((unit, why, "–", "–") for unit, why in sorted(failed.items())),
        ),
    )


def _ends(estimates: Sequence[Estimate]) -> list[float | None]:
    return [end for e in estimates for end in (e.effect, e.interval.low, e.interval.high)]


def _numbers(name: str, e: Estimate, words: FigureWords, digits: int) -> tuple[str, ...]:
    ends = (e.effect, e.interval.low, e.interval.high)
    return (name, *(effect_text(end, words.scale, digits) for end in ends))


def _rows(
    ordered: Sequence[tuple[str, Estimate]], words: FigureWords, digits: int
) -> tuple[LeftOut, ...]:
    """One row a unit; of many units the ends, and those between them in one row."""

    def row(unit: str, e: Estimate) -> LeftOut:
        _, *texts = _numbers(unit, e, words, digits)
        text = f"{texts[0]} ({texts[1]} to {texts[2]})"
        return LeftOut(unit, text, (e.effect, e.effect), e.interval.low, e.interval.high)

    if len(ordered) <= _MOST:
        return tuple(row(unit, e) for unit, e in ordered)
    between = [e for _, e in ordered[_EACH_END:-_EACH_END]]
    low, high = between[-1].effect, between[0].effect
    texts = [effect_text(end, words.scale, digits) for end in (low, high)]
    middle = LeftOut(
        f"{len(between)} others",
        f"{texts[0]} to {texts[1]}",
        (low, high),
        min(e.interval.low for e in between),
        max(e.interval.high for e in between),
    )
    ends = [row(unit, e) for unit, e in (*ordered[:_EACH_END], *ordered[-_EACH_END:])]
    return (*ends[:_EACH_END], middle, *ends[_EACH_END:])


def _takeaway(
    full: Estimate,
    found: Mapping[str, Estimate],
    failed: Mapping[str, str],
    words: FigureWords,
    digits: int,
) -> str:
    effects = {unit: e.effect for unit, e in found.items()}
    furthest = max(effects, key=lambda unit: (abs(effects[unit] - full.effect), unit))
    low, high, whole, moved = (
        effect_text(v, words.scale, digits)
        for v in (min(effects.values()), max(effects.values()), full.effect, effects[furthest])
    )
    said = [
        f"Without any one of {len(found)} {words.units} the estimate lies between {low} and {high} (with all:"
        f" {whole}); leaving out {furthest} moves it most, to {moved}."
    ]
    before = clear(full.interval.low, full.interval.high)
    changed = [u for u, e in found.items() if clear(e.interval.low, e.interval.high) != before]
    now = "includes no change" if before else "is clear of no change"
    if changed:
        named = changed[0] if len(changed) == 1 else f"{len(changed)} of them, one at a time"
        said.append(f"Without {named}, the interval {now}, which it otherwise "
                    f"{'does not' if before else 'is not'}.")  # fmt: skip
    if failed:
        said.append(f"Without {' or '.join(sorted(failed)[:3])} there is no estimate at all.")
    return " ".join(said)


def _note(
    full: Estimate, rows: Sequence[LeftOut], failed: Mapping[str, str], words: FigureWords
) -> str:
    said = [
        f"Dots: the estimate without that one; lines: its {level_text(full.interval.level)} interval; filled:"
        f" clear of no change. Dashed line: with all {words.units}."
    ]
    if any(row.many for row in rows):
        said.append(
            "Those between the two ends share a row: a bar for the range of their estimates, a line for the"
            " widest interval; the table has each."
        )
    if failed:
        said.append(
            "Without an estimate: "
            + "; ".join(f"{u}: {w}" for u, w in sorted(failed.items()))
            + "."
        )
    said.append(f"{full.method}; {full.inference}.")
    if full.n_clusters < WELCOME_UNITS:
        said.append(f"With {full.n_clusters} clusters such intervals can be too narrow.")
    return " ".join([*said, *full.notes])
