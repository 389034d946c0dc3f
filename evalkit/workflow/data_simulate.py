"""Write simulated data with the truth beside them."""

import csv
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evalkit.data import periods as calendar
from evalkit.data.grid import OutcomeGrid
from evalkit.data.keep import file_sha256, keep_grid, refuse_place
from evalkit.data.simulate import simulate_archive, simulate_panel, simulate_series
from evalkit.data.simulate.lsoas import lookups
from evalkit.data.simulate.places import Place, chosen, districts, find
from evalkit.data.simulate.police import VIOLENCE
from evalkit.errors import DataError, Problem
from evalkit.types.adapter import adapter
from evalkit.types.extraction import Extraction
from evalkit.types.simulation import Gap, Scenario, Shift, Truth

SOURCE = "simulated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was written: the data first, then what is true of them.

    Attributes
    ----------
    files : tuple of Path
    truth : Truth
    areas, events : int
        Areas, and events in all cells that are not missing.
    periods : tuple of str
        First and last.
    """

    files: tuple[Path, ...]
    truth: Truth
    areas: int
    events: int
    periods: tuple[str, str]


def parse_shift(text: str) -> Shift:
    """``Derby:2023-01:1.8`` as a change in recording.

    Raises
    ------
    DataError
        Another shape.
    """
    place, period, factor = _parts(text, 3, "recording-change", "Derby:2023-01:1.8")
    try:
        return Shift(place=place, period=period, factor=float(factor))
    except ValueError as error:
        problem = Problem(field="recording-change", found=factor, needed="a factor, e.g. 1.8")
        raise DataError(problem) from error


def parse_gaps(text: str) -> tuple[Gap, ...]:
    """``Derbyshire:2022-05`` or ``Derbyshire:2022-05:2022-08`` as months that nobody published.

    Raises
    ------
    DataError
        Another shape, or a month that is none.
    """
    place, _, rest = text.partition(":")
    first, _, last = rest.partition(":")
    if not place or not first:
        _parts(text, 0, "gap", "Derbyshire:2022-05")
    months = calendar.between(first, last or first)
    if not months:
        raise DataError(Problem(field="gap", found=text, needed="a first month, then a last one"))
    return tuple(Gap(place=place, period=month) for month in months)


def make_table(kind: str, out: Path, scenario: Scenario, count: int | None) -> Made:
    """Write a simulated panel or series as a table of outcomes, with its record and its truth.

    Raises
    ------
    DataError
        A setting that makes no sense, or a place where nothing can be written.
    """
    _refuse_name(out)
    refuse_place(out)
    places = _places(scenario, count)
    grid, truth = (
        simulate_panel(scenario, places)
        if kind == "panel"
        else simulate_series(scenario, _alone(places))
    )
    keep_grid(grid, out, _record(grid, scenario))
    return _made((out, _write_truth(out, truth)), grid, truth)


def make_archive(
    out: Path,
    scenario: Scenario,
    count: int | None,
    *,
    crime_type: str = VIOLENCE,
    later: bool = False,
) -> Made:
    """Write simulated street files as a zip, what is in them as a table, and the truth.

    Where LSOAs change, also three look-ups: exact fit, weighted and best fit.

    Raises
    ------
    DataError
        As ``make_table``; or another suffix than ``.zip``.
    """
    _refuse_name(out)
    if out.suffix != ".zip" or not out.parent.is_dir():
        found = f"{out.name} in {'a' if out.parent.is_dir() else 'no'} folder {out.parent}"
        raise DataError(Problem(field="out", found=found, needed="a name that ends in .zip"))
    table = out.with_name(f"{out.stem}-counts.csv")
    refuse_place(table)
    second = out.with_name(f"{out.stem}-later.zip")
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".evalkit-simulate-") as folder:
        drafts = [Path(folder) / out.name, Path(folder) / second.name]
        grid, truth = simulate_archive(
            drafts[0],
            scenario,
            _places(scenario, count),
            crime_type=crime_type,
            later=drafts[1] if later else None,
        )
        drafts[0].replace(out)
        if later:
            drafts[1].replace(second)
    keep_grid(grid, table, _record(grid, scenario))
    files = [out, *([second] if later else []), table]
    files += _write_lookups(out, _places(scenario, count)) if scenario.lsoa_change else []
    return _made((*files, _write_truth(out, truth)), grid, truth)


def _write_lookups(out: Path, places: Sequence[Place]) -> list[Path]:
    written = []
    for kind, rows in lookups(places).items():
        path = out.with_name(f"{out.stem}-{kind}.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        written.append(path)
    return written


def _places(scenario: Scenario, count: int | None) -> tuple[Place, ...]:
    """The largest districts, with every one that the scenario names; police areas choose none."""
    every = districts()
    forces = {place.force.casefold() for place in every}
    odd = [*(s.place for s in scenario.shifts), *(g.place for g in scenario.gaps)]
    names = [*scenario.treated, *(n for n in odd if n.strip().casefold() not in forces)]
    named = dict.fromkeys(find(name, every).name for name in names)
    return chosen(tuple(named), count=count)


def _alone(places: tuple[Place, ...]) -> Place:
    if len(places) != 1:
        found, needed = f"{len(places)} areas", "one area for a series"
        raise DataError(Problem(field="areas", found=found, needed=needed))
    return places[0]


def _refuse_name(out: Path) -> None:
    """A file of made-up data says so in its name."""
    if "simulated" not in out.name.casefold():
        raise DataError(
            Problem(
                field="out",
                found=out.name,
                needed="a name with the word simulated in it",
                do=f"Use {out.with_name(f'simulated-{out.name}')}.",
            )
        )


def _record(grid: OutcomeGrid, scenario: Scenario) -> Extraction:
    known = int(grid.known.sum())
    text = json.dumps(adapter(Scenario).dump_python(scenario, mode="json"), sort_keys=True)
    gone: dict[str, list[str]] = {}
    for gap in scenario.gaps:
        gone.setdefault(gap.place, []).append(gap.period)
    return Extraction(
        source=SOURCE,
        inputs=(),
        choices={"scenario": text},
        rows_read=known,
        rows_kept=known,
        dropped=(),
        noted=(),
        periods=(grid.periods[0], grid.periods[-1]),
        unpublished={place: tuple(sorted(months)) for place, months in sorted(gone.items())},
        table_sha256="",
        simulated=True,
    )


def _write_truth(out: Path, truth: Truth) -> Path:
    path = out.with_name(f"{out.stem}-truth.json")
    value = adapter(Truth).dump_python(truth, mode="json") | {"sha256": file_sha256(out)}
    text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8", newline="")
    return path


def _made(files: tuple[Path, ...], grid: OutcomeGrid, truth: Truth) -> Made:
    return Made(
        files=files,
        truth=truth,
        areas=len(grid.areas),
        events=int(grid.low[grid.known].sum()),
        periods=(grid.periods[0], grid.periods[-1]),
    )


def _parts(text: str, n: int, field: str, example: str) -> list[str]:
    parts = text.split(":")
    if len(parts) != n or not all(parts):
        raise DataError(Problem(field=field, found=text, needed=f"the shape {example}"))
    return parts
