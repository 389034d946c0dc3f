"""``evalkit indicator``."""

from typing import TYPE_CHECKING, Annotated

import typer

from evalkit.cli.edge import Json, group, here, today
from evalkit.cli.nouns import plain_record
from evalkit.cli.screen import say, say_json, say_next, say_table

if TYPE_CHECKING:
    from evalkit.types.indicator_value import IndicatorValue

app = group("Indicators: write down what they were.")


# A value may be negative: -3 is no option.
@app.command(context_settings={"ignore_unknown_options": True})
def record(
    intervention: Annotated[str, typer.Argument(help="E.g. EM-2026-0007.", show_default=False)],
    name: Annotated[str, typer.Argument(help="As the theory names it.", show_default=False)],
    period: Annotated[str, typer.Argument(help="YYYY or YYYY-MM.", show_default=False)],
    value: Annotated[
        float | None, typer.Argument(help="A number in its unit.", show_default=False)
    ] = None,
    note: Annotated[str, typer.Option(help="E.g. why there is no value.")] = "",
    by: Annotated[
        list[str] | None,
        typer.Option(help="The group: --by 'age=under 25'. Repeatable.", show_default=False),
    ] = None,
    suppressed: Annotated[
        bool, typer.Option("--suppressed", help="The number is too small to keep.")
    ] = False,
    reason: Annotated[
        str, typer.Option(help="Why a recorded value changes.", show_default=False)
    ] = "",
    json: Json = False,
) -> None:
    """Record what an indicator was in one period.

    The theory of change has to name it. Without a value, --note says why there is none.

    Example: evalkit indicator record EM-2026-0007 "recorded robbery" 2026-03 41
    """
    from evalkit.registry.store import open_registry
    from evalkit.types.indicator_value import IndicatorValue
    from evalkit.workflow.indicators import record_value

    found = IndicatorValue(
        form="evalkit/indicator-value/1",
        intervention=intervention,
        indicator=name,
        period=period,
        value=value,
        by=_groups(by or []),
        note=note,
        suppressed=suppressed,
    )
    workspace = here()
    with open_registry(workspace.url, write=True) as session:
        done = record_value(session, found, on=today(), by=workspace.acting_as, reason=reason)
    if json:
        say_json({"kind": done.kind, "id": done.id, "version": done.version, "new": done.new})
        return
    words = "Recorded" if done.new else "Recorded before, unchanged:"
    say(f"{words} {intervention} {name}, {period}: {_shown(done.record)} ({done.version})")
    say_next(f"evalkit indicator list {intervention}")


@app.command("list")
def list_all(
    intervention: Annotated[str, typer.Argument(help="E.g. EM-2026-0007.", show_default=False)],
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


def _groups(given: list[str]) -> dict[str, str]:
    """``age=under 25`` as a mapping; wrong usage otherwise."""
    pairs = [one.partition("=") for one in given]
    names = [key.strip() for key, _, _ in pairs]
    if any(not (key.strip() and group.strip()) for key, _, group in pairs):
        raise typer.BadParameter("needed --by name=group, such as --by 'age=under 25'")
    if len(set(names)) != len(names):
        raise typer.BadParameter("needed each --by once")
    return {key.strip(): group.strip() for key, _, group in pairs}


def _shown(value: "IndicatorValue") -> str:
    """The number as it was recorded, or why there is none."""
    if value.suppressed:
        return "suppressed"
    return "none" if value.value is None else f"{value.value:,.10g}"
