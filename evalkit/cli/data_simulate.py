"""``evalkit data simulate``."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from evalkit.cli.edge import Json
from evalkit.cli.screen import count, say, say_json, say_next, say_table

if TYPE_CHECKING:
    from evalkit.workflow.data_simulate import Made

_CRIME_TYPE = "Violence and sexual offences"
_OUT = {"panel": "simulated-panel.csv", "series": "simulated-series.csv", "police": "simulated.zip"}
_AREAS = {"panel": 10, "series": 1, "police": 35}
_RATE = {"panel": 2.5, "series": 2.5, "police": 1.0}


def simulate(
    kind: Annotated[
        Literal["panel", "series", "police"],
        typer.Argument(help="panel, series, or police for street files.", show_default=False),
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="With simulated in its name.", show_default="simulated-KIND"),
    ] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same data.")] = 1,
    areas: Annotated[
        int | None,
        typer.Option(help="How many districts.", show_default="10; 1 for series; 35 for police"),
    ] = None,
    treated: Annotated[
        str, typer.Option(help='Where something is done, "" for nowhere.')
    ] = "Leicester",
    effect: Annotated[float, typer.Option(help="-0.11 is 11 per cent fewer.")] = -0.11,
    first: Annotated[str, typer.Option("--from", help="First month.")] = "2021-04",
    months: Annotated[int, typer.Option(help="How many.")] = 48,
    start: Annotated[
        str, typer.Option("--start", help="First treated month.", show_default="halfway")
    ] = "",
    rate: Annotated[
        float | None,
        typer.Option(help="Events per 1,000 people a month.", show_default="2.5; 1 for police"),
    ] = None,
    season: Annotated[float, typer.Option(help="Half of peak minus trough, as log.")] = 0.1,
    trend: Annotated[float, typer.Option(help="Change a year; 0.02 is 2 per cent.")] = 0.0,
    dispersion: Annotated[float, typer.Option(help="Variance over mean; 1 is Poisson.")] = 1.5,
    autocorrelation: Annotated[float, typer.Option(help="Of neighbouring months.")] = 0.3,
    wander: Annotated[float, typer.Option(help="Size of what is autocorrelated.")] = 0.05,
    recording_change: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PLACE:MONTH:FACTOR", help="E.g. Derby:2023-01:1.8.", show_default=False
        ),
    ] = None,
    gap: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PLACE:MONTH[:MONTH]", help="Not published, e.g. a force.", show_default=False
        ),
    ] = None,
    crime_type: Annotated[str, typer.Option(help="Police: the one with the effect.")] = _CRIME_TYPE,
    later: Annotated[
        bool, typer.Option("--later", help="Police: a second, revised download too.")
    ] = False,
    lsoa_change: Annotated[
        str,
        typer.Option(
            metavar="MONTH", help="Police: first month with LSOAs of 2021.", show_default=False
        ),
    ] = "",
    json: Json = False,
) -> None:
    """Make up data whose true effect is known.

    A panel of districts, a series of one, or a zip of police street files with rows without LSOA,
    rows of other areas and repeated Crime IDs. The truth is written beside it. Nothing here says
    anything about a real place, although the names are real.

    Example: evalkit data simulate panel --seed 1 --treated "Leicester,Derby" --effect -0.11
    """
    from evalkit.types.simulation import Scenario
    from evalkit.workflow.data_simulate import make_archive, make_table, parse_gaps, parse_shift

    if kind != "police" and (later or lsoa_change or crime_type != _CRIME_TYPE):
        raise typer.BadParameter(
            f"--crime-type, --later and --lsoa-change are for police, not {kind}"
        )
    names = tuple(name.strip() for name in treated.split(",") if name.strip())
    scenario = Scenario(
        seed=seed,
        first=first,
        months=months,
        rate=_RATE[kind] if rate is None else rate,
        treated=names,
        treated_from=start or _halfway(first, months),
        effect=effect if names else 0.0,
        season=season,
        trend=trend,
        dispersion=dispersion,
        autocorrelation=autocorrelation,
        wander=wander,
        shifts=tuple(parse_shift(text) for text in recording_change or ()),
        gaps=tuple(one for text in gap or () for one in parse_gaps(text)),
        lsoa_change=lsoa_change,
    )
    path = Path(_OUT[kind]) if out is None else out
    n = _AREAS[kind] if areas is None else areas
    if kind == "police":
        made = make_archive(path, scenario, n, crime_type=crime_type, later=later)
    else:
        made = make_table(kind, path, scenario, n)
    if json:
        say_json(asdict(made) | {"files": [str(file) for file in made.files]})
        return
    _say(made, kind)


def _halfway(first: str, months: int) -> str:
    from evalkit.data import periods as calendar

    return calendar.text(calendar.ordinal(first) + max(0, months) // 2, monthly=True)


def _say(made: "Made", kind: str) -> None:
    truth = made.truth
    scenario = truth.scenario
    size = f"{count(made.areas, 'area')}, {made.periods[0]} to {made.periods[1]}"
    say(
        f"Simulated {kind}: {size}, {count(made.events, 'event')} (seed {scenario.seed})", bold=True
    )
    done = f"{', '.join(scenario.treated)} from {scenario.treated_from}"
    effect = "none"
    if scenario.treated:
        effect = f"{100 * scenario.effect:+.1f}% in {done} (rate ratio {truth.rate_ratio:.2f})"
    rows = [("outcome", truth.outcome), ("true effect", effect)]
    if scenario.treated:
        more = "fewer" if truth.expected_difference < 0 else "more"
        rows.append(("", f"{abs(truth.expected_difference):,.0f} {more} expected"))
    rows += [(f"recording {s.place}", f"x {s.factor:g} from {s.period}") for s in scenario.shifts]
    months: dict[str, list[str]] = {}
    for gap in scenario.gaps:
        months.setdefault(gap.place, []).append(gap.period)
    rows += [("not published", f"{place} {', '.join(them)}") for place, them in months.items()]
    if scenario.lsoa_change:
        rows.append(("LSOAs of 2021", f"from {scenario.lsoa_change}"))
    rows += [(name, f"{n:,}") for name, n in truth.rows.items()]
    say_table(("", ""), rows)
    for file in made.files:
        say(f"Wrote {file}")
    table = next(file for file in made.files if file.suffix in (".csv", ".parquet"))
    say_next(f"evalkit data check {table}")
