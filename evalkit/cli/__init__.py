"""The command line: parse, call one verb, print, choose an exit code.

Exit codes: 0 done (a failed check is a result), 1 refused or found wrong, 2 wrong usage.
"""

import typer

from evalkit.cli import (
    area,
    compare,
    data,
    demo,
    evaluation,
    event_pack,
    finding,
    finding_review,
    hub,
    indicator,
    intervention,
    notebook,
    noun_groups,
    protocol,
    registry,
    status,
    synthesis,
    theory,
    workspace,
)
from evalkit.cli.edge import Group, version

app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Register violence reduction interventions, evaluate them honestly, publish what was learnt.",
)
app.callback()(version)
app.command("init")(workspace.init)
app.command("demo")(demo.demo)
app.command("status")(status.status)
app.command("evaluate")(evaluation.evaluate)
app.add_typer(intervention.app, name="intervention")
app.add_typer(theory.app, name="theory")
app.add_typer(indicator.app, name="indicator")
app.add_typer(area.app, name="area")
noun_groups.definition.command("compare")(compare.compare)
noun_groups.event.command("pack")(event_pack.pack)
for name in (
    *("organisation", "definition", "measure", "source", "agreement", "need", "duty", "event"),
):
    app.add_typer(getattr(noun_groups, name), name=name)
app.add_typer(noun_groups.weight_table, name="weight-table")
app.add_typer(data.app, name="data")
app.add_typer(protocol.app, name="protocol")
app.add_typer(notebook.app, name="notebook")
for step in ("review", "publish", "withdraw"):
    finding.app.command(step)(getattr(finding_review, step))
app.add_typer(finding.app, name="finding")
app.add_typer(synthesis.app, name="synthesis")
app.add_typer(hub.app, name="hub")
app.add_typer(registry.app, name="registry")
