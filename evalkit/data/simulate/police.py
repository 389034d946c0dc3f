"""A made-up archive in the layout of data.police.uk, with the traps of the real one."""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evalkit.data import periods as calendar
from evalkit.data.grid import OutcomeGrid
from evalkit.data.police.names import MARK
from evalkit.data.simulate.panel import expected_difference
from evalkit.data.simulate.places import Place
from evalkit.data.simulate.process import (
    Floats,
    gap_cells,
    latent,
    months_of,
    scatter,
    treated_cells,
    untreated,
)
from evalkit.data.simulate.rows import CATEGORIES, Catalogue, Traps, catalogue, written
from evalkit.errors import DataError, Problem
from evalkit.types.simulation import Scenario, Truth

VIOLENCE = "Violence and sexual offences"
_DOWNLOAD_DAY = 21
_MARKED = "A generator made these files up. They say nothing about any place.\n"
OUTSIDE = Place(code="E07000999", name="Simulated Outside", force="", population=30_000)


def simulate_archive(
    path: Path,
    scenario: Scenario,
    places: Sequence[Place],
    *,
    crime_type: str = VIOLENCE,
    traps: Traps | None = None,
    later: Path | None = None,
) -> tuple[OutcomeGrid, Truth]:
    """Write ``YYYY-MM/YYYY-MM-<force>-street.csv`` files into a zip, and return what it holds.

    The counts are those of districts by LSOA name, whichever force's file a row stands in; a month
    that a force did not publish is missing for its districts. ``later`` is a second download, three months
    long, made two months after the first: its newest month has lost a few rows.

    Parameters
    ----------
    path : Path
        The zip; replaced where it exists.
    scenario : Scenario
        ``rate`` is for all crime types together; the effect and the recording changes are on
        ``crime_type`` alone. Gaps and shifts may name forces; a gap takes the whole force.
    places : sequence of Place
        N districts.
    crime_type : str
        One of the 14 of data.police.uk.
    traps : Traps or None
        None for shares as in the real files.
    later : Path or None
        Where to write the second download.

    Returns
    -------
    OutcomeGrid
        Districts x months x 14 crime types, as in the first download.
    Truth

    Raises
    ------
    DataError
        A setting that makes no sense, or an unknown crime type.
    """
    if crime_type not in CATEGORIES:
        needed = f"one of {', '.join(CATEGORIES)}"
        raise DataError(Problem(field="crime type", found=crime_type, needed=needed))
    traps = traps or Traps()
    districts = tuple(sorted(places, key=lambda place: place.code))
    months = months_of(scenario)
    missing = gap_cells(_whole_forces(scenario, districts), districts)
    counts, truth = _counts(scenario, districts, crime_type, missing)
    made = _Archive(
        seed=scenario.seed,
        places=catalogue((*districts, OUTSIDE)),
        changed=_changed(scenario, districts, months),
        districts=districts,
        months=months,
        counts=counts,
        missing=missing,
        traps=traps,
    )
    rows = _write(path, made, months, day=_published(months[-1], 2))
    if later is not None:
        newest = _write(later, made, months[-3:], day=_published(months[-1], 4), revise=True)
        rows["rows gone from the newest month of the later download"] = newest["revised away"]
    grid = OutcomeGrid(
        areas=tuple(place.code for place in districts),
        area_names=tuple(place.name for place in districts),
        periods=months,
        outcomes=tuple(CATEGORIES),
        low=np.where(missing[:, :, None], np.nan, counts),
        high=np.where(missing[:, :, None], np.nan, counts),
    )
    return grid, replace(truth, rows={name: n for name, n in rows.items() if n})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Archive:
    """Everything that a file of the archive is made from."""

    seed: int
    places: Catalogue
    changed: tuple[str, Catalogue] | None
    districts: tuple[Place, ...]
    months: tuple[str, ...]
    counts: Floats
    missing: npt.NDArray[np.bool_]
    traps: Traps


def _changed(
    scenario: Scenario, districts: tuple[Place, ...], months: Sequence[str]
) -> tuple[str, Catalogue] | None:
    """First month with LSOAs of 2021, and where events are from then on."""
    first = scenario.lsoa_change
    if not first:
        return None
    if first not in months[1:]:
        needed = f"a month after the first, up to {months[-1]}"
        raise DataError(Problem(field="lsoa change", found=first, needed=needed))
    return first, catalogue((*districts, OUTSIDE), of_2021=True)


def _whole_forces(scenario: Scenario, districts: tuple[Place, ...]) -> Scenario:
    """Refuse a gap that names a district: forces publish."""
    forces = {place.force.casefold() for place in districts}
    for gap in scenario.gaps:
        if gap.place.strip().casefold() not in forces:
            needed = f"a police area: {', '.join(sorted({p.force for p in districts}))}"
            raise DataError(Problem(field="gap", found=gap.place, needed=needed))
    return scenario


def _counts(
    scenario: Scenario,
    districts: tuple[Place, ...],
    crime_type: str,
    missing: npt.NDArray[np.bool_],
) -> tuple[Floats, Truth]:
    """Array, N x T x 14, of events; and the truth of the crime type with the effect."""
    cells = treated_cells(scenario, districts)
    layers, difference = [], 0.0
    for k, (name, share) in enumerate(CATEGORIES.items()):
        rng = np.random.Generator(np.random.PCG64([scenario.seed, k]))
        own = replace(scenario, rate=scenario.rate * share)
        if name != crime_type:
            own = replace(own, shifts=())
        without = untreated(own, districts)
        moved = latent(rng, without.shape, rho=scenario.autocorrelation, sd=scenario.wander)
        factor = 1 + scenario.effect if name == crime_type else 1.0
        mean = without * np.where(cells, factor, 1.0) * moved
        layers.append(scatter(rng, mean, scenario.dispersion))
        if name == crime_type:
            difference = expected_difference(scenario, without, cells & ~missing)
    truth = Truth(
        kind="police",
        scenario=scenario,
        outcome=crime_type,
        rate_ratio=1 + scenario.effect if cells.any() else 1.0,
        expected_difference=difference,
    )
    return np.stack(layers, axis=2), truth


def _write(
    path: Path, made: _Archive, months: Sequence[str], *, day: str, revise: bool = False
) -> dict[str, int]:
    """Write the files of some months and count their rows by kind."""
    year, month, date = (int(part) for part in day.split("-"))
    told: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        mark = zipfile.ZipInfo(MARK, date_time=(year, month, date, 0, 0, 0))
        archive.writestr(mark, _MARKED)
        for name, text, rows in _files(made, months, revise=revise):
            info = zipfile.ZipInfo(name, date_time=(year, month, date, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, text, compresslevel=1)
            for kind, n in rows.items():
                told[kind] = told.get(kind, 0) + n
    return told


def _files(
    made: _Archive, months: Sequence[str], *, revise: bool
) -> Iterator[tuple[str, str, dict[str, int]]]:
    """Name, text and number of rows by kind of every file, month by month."""
    forces = sorted({place.force for place in made.districts})
    for month in months:
        t = made.months.index(month)
        places = made.places
        if made.changed and month >= made.changed[0]:
            places = made.changed[1]
        published = [f for f in forces if not made.missing[_of(made, f), t].any()]
        away, rng = _elsewhere(made, t, forces, published)
        for force in published:
            cells = np.zeros((len(made.districts), made.counts.shape[2]), dtype=np.int64)
            own = _of(made, force)
            cells[own] = made.counts[own, t].astype(np.int64) - sum(away[o][own] for o in forces)
            cells += away[force]
            text, rows = written(
                rng[force], places, cells, month, force, made.traps,
                lose=made.traps.revised if revise and month == made.months[-1] else 0.0,
            )  # fmt: skip
            slug = force.casefold()
            yield f"{month}/{month}-{slug}-street.csv", text, rows


def _elsewhere(
    made: _Archive, t: int, forces: Sequence[str], published: Sequence[str]
) -> tuple[dict[str, npt.NDArray[np.int64]], dict[str, np.random.Generator]]:
    """By file: events of other forces' districts that stand in it; and each file's own chance."""
    shape = (len(made.districts), made.counts.shape[2])
    away = {force: np.zeros(shape, dtype=np.int64) for force in forces}
    rng = {
        force: np.random.Generator(np.random.PCG64([made.seed, t, i]))
        for i, force in enumerate(forces)
    }
    for i, force in enumerate(forces):
        neighbour = forces[(i + 1) % len(forces)]
        own = _of(made, force)
        strays = rng[force].binomial(made.counts[own, t].astype(np.int64), made.traps.other_file)
        if neighbour != force and neighbour in published:
            away[neighbour][own] += strays
    return away, rng


def _of(made: _Archive, force: str) -> list[int]:
    return [i for i, place in enumerate(made.districts) if place.force == force]


def _published(month: str, after: int) -> str:
    """The day on which a download that ends with ``month`` says that it was made."""
    return f"{calendar.text(calendar.ordinal(month) + after, monthly=True)}-{_DOWNLOAD_DAY}"
