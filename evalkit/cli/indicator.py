"""``evalkit indicator``: what an indicator was, period by period, and its chart."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evalkit.cli import indicator_chart
from evalkit.cli.edge import Json, group, here, today
from evalkit.cli.indicator_chart import By, Of, groups
from evalkit.cli.nouns import plain_record
from evalkit.cli.screen import count, say, say_json, say_next, say_table
from evalkit.errors import EvalkitError, Problem

if TYPE_CHECKING:
    from evalkit.types.indicator_value import IndicatorValue

app = group("Indicators: write down what they were, and chart them.")
app.command("chart")(indicator_chart.chart)
app.command("limits")(indicator_chart.limits)


# A value may be negative: -3 is no option.
@app.command(context_settings={"ignore_unknown_options": True})
def record(
    intervention: Of,
    name: Annotated[str, typer.Argument(help="As the theory names it.", show_default="")] = "",
    period: Annotated[str, typer.Argument(help="YYYY or YYYY-MM.", show_default="")] = "",
    value: Annotated[
        str,
        typer.Argument(help="A number in its unit; <5 or * if too small to keep.", show_default=""),
    ] = "",
    note: Annotated[str, typer.Option(help="E.g. why there is no value.")] = "",
    by: By = None,
    suppressed: Annotated[
        bool, typer.Option("--suppressed", help="The number is too small to keep, as *.")
    ] = False,
    reason: Annotated[
        str, typer.Option(help="Why recorded values change.", show_default=False)
    ] = "",
    file: Annotated[
        Path | None,
        typer.Option(help="A .csv file of many: all of them, or none.", show_default=False),
    ] = None,
    json: Json = False,
) -> None:
    """Record what an indicator was in one period.

    The theory of change has to name it. Without a value, --note says why there is none.
    --by area=NAME breaks it down by place. A --file has the columns indicator, period,
    value and, if wanted, note; every other column is a group.

    Example: evalkit indicator record EM-2026-0007 "recorded robbery" 2026-03 41
    """
    from evalkit.registry.store import open_registry
    from evalkit.workflow.indicators import record_table, record_value

    if (file is None) != bool(name and period):
        raise typer.BadParameter("needed an indicator and a period, or --file")
    workspace = here()
    with open_registry(workspace.url, write=True) as session:
        if file is not None:
            made = record_table(
                session, file, intervention, on=today(), by=workspace.acting_as, reason=reason
            )
            _say_many(intervention, file, sum(done.new for done in made), len(made), json)
            return
        found = _found(intervention, name, period, value, groups(by), note, suppressed)
        done = record_value(session, found, on=today(), by=workspace.acting_as, reason=reason)
    if json:
        say_json({"kind": done.kind, "id": done.id, "version": done.version, "new": done.new})
        return
    words = "Recorded" if done.new else "Recorded before, unchanged:"
    say(f"{words} {intervention} {name}, {period}: {_shown(done.record)} ({done.version})")
    say_next(f"evalkit indicator list {intervention}")


def _found(
    intervention: str,
    name: str,
    period: str,
    value: str,
    by: dict[str, str],
    note: str,
    suppressed: bool,
) -> "IndicatorValue":
    """One value as it was typed; EvalkitError where it is no figure."""
    from evalkit.types.indicator_value import IndicatorValue
    from evalkit.workflow.indicator_file import NEEDED, read_figure

    figure = read_figure(value)
    if figure is None:
        raise EvalkitError(Problem(field="value", found=value, needed=NEEDED))
    return IndicatorValue(
        form="evalkit/indicator-value/1",
        intervention=intervention,
        indicator=name,
        period=period,
        value=figure.value,
        by=by,
        note=note,
        suppressed=suppressed or figure.suppressed,
        below=figure.below,
    )


def _say_many(intervention: str, file: Path, new: int, read: int, json: bool) -> None:
    if json:
        say_json({"intervention": intervention, "file": file.name, "new": new, "values": read})
        return
    unchanged = f"; {read - new} recorded before, unchanged" if new < read else ""
    say(f"Recorded {count(new, 'value')} of {intervention} from {file.name}{unchanged}")
    say_next(f"evalkit indicator list {intervention}")


@app.command("list")
def list_all(
    intervention: Of,
    json: Json = False,
) -> None:
    """List every recorded value of one intervention.

    Example: evalkit indicator list EM-2026-0007
    """
    from evalkit.registry.store import open_registry
    from evalkit.workflow.indicators import read_values

    with open_registry(here().url) as session:
        values = read_values(session, intervention)
    if json:
        say_json({"intervention": intervention, "values": [plain_record(one) for one in values]})
        return
    if not values:
        say(f"{intervention}: no values are recorded yet.")
        say_next(f"evalkit indicator record {intervention} INDICATOR PERIOD VALUE")
        return
    rows = [
        (v.indicator, ", ".join(f"{k}: {g}" for k, g in v.by.items()), v.period, _shown(v), v.note)
        for v in values
    ]
    say_table(("indicator", "group", "period", "value", "note"), rows)


def _shown(value: "IndicatorValue") -> str:
    """The number as it was recorded, or why there is none."""
    if value.suppressed:
        return "suppressed" if value.below is None else f"below {value.below:g}, suppressed"
    return "none" if value.value is None else f"{value.value:,.10g}"
