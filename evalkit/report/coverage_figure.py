"""Which periods the data of an evaluation have, as a chart with its table."""

from evalkit.report.coverage import Coverage, coverage_of_run, who
from evalkit.report.figures.coverage import MOST_COLUMNS, coverage_grid
from evalkit.report.figures.figure import Figure, units_text
from evalkit.report.figures.plot import period_words
from evalkit.report.figures.svg import Shape
from evalkit.types.evaluation import Evaluation, Observed

_NAMED = 60  # units of a row of the table that are named


def coverage_figure(evaluation: Evaluation, *, outcome: str, ident: str) -> Figure | None:
    """Units by time; None for a single series, and where a run did not write down what it had."""
    cover = evaluation.coverage
    shapes: tuple[Shape, Shape] = ("wide", "narrow")
    tables = [coverage_of_run(cover, most=MOST_COLUMNS[shape]) for shape in shapes]
    if tables[0] is None:
        return None
    drawn = [
        coverage_grid(
            table,
            subject=_capital(outcome),
            ident=f"{ident}-{shape}",
            shape=shape,
            note="SIMULATED DATA: not evidence" if evaluation.provenance.simulated else "",
        )
        for table, shape in zip(tables, shapes, strict=True)
        if table is not None
    ]
    noun = tables[0].noun
    return Figure(
        takeaway=_takeaway(tables[0], cover.observed),
        wide=drawn[0],
        narrow=drawn[1],
        note=(
            f"A number is how many {noun}s are there. What is missing stays missing: it is never counted"
            f" as zero. {_capital(cover.unit_name)}s with the same {noun}s share a line."
        ),
        head=(f"{_capital(cover.unit_name)}s", f"{_capital(noun)}s there", "Missing"),
        rows=tuple(_row(one, cover.n_periods, noun) for one in cover.observed),
    )


def _takeaway(table: Coverage, observed: tuple[Observed, ...]) -> str:
    n_periods = sum(column.size for column in table.columns)
    span = f"{period_words(table.first)} to {period_words(table.last)}"
    whole = sum(len(one.units) for one in observed if not one.missing)
    all_ = f"all {n_periods} {table.noun}s, {span}"
    if whole == table.n_areas:
        return f"All {units_text(whole, f'{table.unit}s')} have {all_}."
    gone = sum(len(one.units) * len(one.missing) for one in observed)
    gaps = [row for row in table.rows if any(cell.published < cell.size for cell in row.cells)]
    most = gaps[0] if len(gaps) == 1 else None
    where = f" ({who(most, table.n_areas, table.unit)})" if most else ""
    have = "has" if whole == 1 else "have"
    return (
        f"{whole} of {units_text(table.n_areas, f'{table.unit}s')} {have} {all_};"
        f" {gone} of {table.n_areas * n_periods} {table.unit}-{table.noun}s are missing{where}."
    )


def _row(one: Observed, n_periods: int, noun: str) -> tuple[str, ...]:
    more = len(one.units) - _NAMED
    names = ", ".join(one.units[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
    if not one.missing:
        return names, f"all {n_periods} {noun}s", "none missing"
    missing = ", ".join(period_words(period) for period in one.missing)
    return names, f"{n_periods - len(one.missing)} of {n_periods} {noun}s", f"missing: {missing}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
