"""``evalkit data``: one file a command."""

from evalkit.cli import (
    data_check,
    data_describe,
    data_list,
    data_panel,
    data_police,
    data_simulate,
)
from evalkit.cli.edge import group

app = group("Data, from files as they come to tables that can be trusted.")
app.command("police")(data_police.police)
app.command("panel")(data_panel.panel)
app.command("describe")(data_describe.describe)
app.command("check")(data_check.check)
app.command("simulate")(data_simulate.simulate)
app.command("list")(data_list.list_snapshots)
