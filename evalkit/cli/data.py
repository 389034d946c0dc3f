"""``evalkit data``: one file a command."""

from evalkit.cli.data_describe import describe
from evalkit.cli.data_panel import panel
from evalkit.cli.edge import group

app = group("Data, from files as they come to tables that can be trusted.")
app.command()(panel)
app.command()(describe)
