"""What the commands that write a table of outcomes share: options, and the seal in the ledger."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evalkit.cli.edge import here, today

if TYPE_CHECKING:
    from evalkit.types.extraction import Extraction
    from evalkit.workflow.workspace import Workspace

Out = Annotated[
    Path | None, typer.Option(help="The table to write: .csv or .parquet.", show_default=False)
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read and say, but write nothing.")]
Population = Annotated[
    Path | None,
    typer.Option(help="Mid-year estimates: a csv, or a mapping (.yaml).", show_default=False),
]
PopulationColumns = Annotated[
    str, typer.Option(help="Headings of area, year and people in that csv.")
]
Per = Annotated[
    int | None,
    typer.Option(min=1, help="Also rates for so many people, e.g. 1000.", show_default=False),
]
Weights = Annotated[
    str,
    typer.Option(
        metavar="TABLE@VERSION", help="Weight by this table, into one sum.", show_default=False
    ),
]
ForPlan = Annotated[
    str, typer.Option("--for", metavar="ID", help="Plan that it is for.", show_default=False)
]


def need_one_of(out: Path | None, dry_run: bool) -> None:
    """Refuse neither and both of --out and --dry-run."""
    if (out is None) != dry_run:
        raise typer.BadParameter("needed one of --out FILE and --dry-run", param_hint="--out")


def ready(protocol: str) -> "Workspace":
    """The workspace; a plan that is not locked is refused before anything is written."""
    from evalkit.registry.protocols import read_protocol
    from evalkit.registry.store import open_registry

    workspace = here()
    if protocol:
        with open_registry(workspace.url) as session:
            read_protocol(session, protocol)
    return workspace


def seal(
    workspace: "Workspace",
    out: Path,
    made: "Extraction",
    *,
    outcomes: tuple[str, ...],
    areas: int,
    protocol: str,
) -> str:
    """Put the table on record in the ledger; the id of its snapshot."""
    from evalkit.registry.store import open_registry
    from evalkit.workflow.snapshots import record_snapshot

    with open_registry(workspace.url, write=True) as session:
        return record_snapshot(
            session,
            out,
            made,
            outcomes=outcomes,
            areas=areas,
            on=today(),
            by=workspace.acting_as,
            protocol=protocol or None,
        )[0].id
