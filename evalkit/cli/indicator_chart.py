"""``evalkit indicator chart`` and ``limits``."""

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evalkit.cli.edge import Json, here, today
from evalkit.cli.screen import plain, say, say_json, say_line, say_next

if TYPE_CHECKING:
    from evalkit.report.monitored import Monitored

Of = Annotated[str, typer.Argument(help="E.g. EM-2026-0007.", show_default=False)]
Name = Annotated[str, typer.Argument(help="As the theory names it.", show_default=False)]
By = Annotated[
    list[str] | None,
    typer.Option(help="The group: --by 'age=under 25'. Repeatable.", show_default=False),
]


def chart(
    intervention: Of,
    name: Name,
    by: By = None,
    svg: Annotated[
        Path | None, typer.Option(help="An .svg file to write.", show_default=False)
    ] = None,
    narrow: Annotated[bool, typer.Option("--narrow", help="Draw it for a phone.")] = False,
    json: Json = False,
) -> None:
    """Chart an indicator, with the limits of its variation.

    An XmR chart: what is ringed is worth asking about, and proves nothing. A month
    without a value is a gap. Nothing is written but the picture that you ask for.

    Example: evalkit indicator chart EM-2026-0007 "recorded robbery" --svg robbery.svg
    """
    from evalkit.registry.store import open_registry
    from evalkit.workflow.drawing import write_picture
    from evalkit.workflow.indicator_chart import chart_of, draw_chart

    if svg is not None and svg.suffix.lower() != ".svg":
        raise typer.BadParameter(f"--svg {svg}; needed a name that ends with .svg")
    with open_registry(here().url) as session:
        found = chart_of(session, intervention, name, groups(by))
    if svg is not None:
        write_picture(svg, draw_chart(found, "narrow" if narrow else "wide"))
    if json:
        say_json(_as_json(found))
        return
    _say(found)
    _say_next_step(found)


def limits(
    intervention: Of,
    name: Name,
    first: Annotated[str, typer.Argument(help="First period of the baseline.", show_default=False)],
    last: Annotated[str, typer.Argument(help="Last period of it.", show_default=False)],
    by: By = None,
    reason: Annotated[
        str, typer.Option(help="Why limits that are locked are based anew.", show_default=False)
    ] = "",
    rules: Annotated[
        str, typer.Option(help="Or western-electric-1956.")
    ] = "health-care-data-guide-2011",
    json: Json = False,
) -> None:
    """Lock the limits of a chart on a baseline.

    They count from its first period on, and stay as they are whatever comes. A later
    baseline takes over from its own first period; that needs a reason.

    Example: evalkit indicator limits EM-2026-0007 "recorded robbery" 2024-01 2025-12
    """
    from evalkit.registry.store import open_registry
    from evalkit.workflow.indicator_limits import lock_limits, rule_set

    workspace = here()
    with open_registry(workspace.url, write=True) as session:
        done = lock_limits(
            session,
            intervention,
            name,
            first,
            last,
            group=groups(by),
            on=today(),
            by=workspace.acting_as,
            reason=reason,
            rules=rule_set(rules),
        )
    base = done.record.bases[-1]
    if json:
        say_json({"kind": done.kind, "id": done.id, "version": done.version, "new": done.new})
        return
    words = "Locked limits of" if done.new else "Locked before, unchanged:"
    say(
        f"{words} {intervention} {name} on {base.first} to {base.last}: mean {base.mean:.6g}, "
        f"mean moving range {base.moving_range:.6g}, {base.n} values ({done.version})"
    )
    say_next(f"evalkit indicator chart {intervention} {quote(name)}")


def groups(given: list[str] | None) -> dict[str, str]:
    """``age=under 25`` as a mapping; wrong usage otherwise."""
    pairs = [one.partition("=") for one in given or []]
    names = [key.strip() for key, _, _ in pairs]
    if any(not (key.strip() and group.strip()) for key, _, group in pairs):
        raise typer.BadParameter("needed --by name=group, such as --by 'age=under 25'")
    if len(set(names)) != len(names):
        raise typer.BadParameter("needed each --by once")
    return {key.strip(): group.strip() for key, _, group in pairs}


def _say(found: "Monitored") -> None:
    from evalkit.report.monitored_words import (
        limits_text,
        places_of,
        signal_text,
        takeaway,
        target_text,
    )
    from evalkit.report.terminal_chart import terminal_chart

    unit = f", {found.indicator.unit}" if found.indicator.unit else ""
    say(f"{found.intervention.id} {found.indicator.name}{unit} ({found.group})", bold=True)
    for line in terminal_chart(found):
        typer.echo(line)
    say()
    say(plain(takeaway(found)))
    for signal in found.chart.signals:
        say_line(f"ask      {plain(signal_text(found, signal))}")
    for stretch in found.chart.stretches:
        if stretch.limits is not None:
            say_line(f"limits   {limits_text(stretch.limits, places_of(found), minus='ascii')}")
        if stretch.why or stretch.note:
            say_line(f"limits   {plain(stretch.why or stretch.note)}")
    if given := target_text(found):
        say_line(f"planned  {plain(given)}")


def _say_next_step(found: "Monitored") -> None:
    """Locking the limits, where they could be and are not."""
    [*stretches] = found.chart.stretches
    provisional = stretches[0].limits
    if provisional is None or provisional.locked:
        return
    named = f"{found.intervention.id} {quote(found.indicator.name)}"
    by = "".join(f" --by {quote(f'{name}={group}')}" for name, group in found.by.items())
    say_next(f"evalkit indicator limits {named} {provisional.first} {provisional.last}{by}")


def _as_json(found: "Monitored") -> dict[str, Any]:
    from evalkit.types.adapter import adapter
    from evalkit.types.control_chart import ControlChart

    indicator = found.indicator
    return {
        "form": "evalkit/control-chart/1",
        "intervention": found.intervention.id,
        "indicator": indicator.name,
        "unit": indicator.unit,
        "by": dict(found.by),
        "baseline": found.baseline,
        "target": found.target,
        **adapter(ControlChart).dump_python(found.chart, mode="json"),
    }
