"""``evalkit event pack``."""

from pathlib import Path
from typing import Annotated

import typer

from evalkit.cli.edge import Json, here
from evalkit.cli.screen import say, say_json


def pack(
    event: Annotated[str, typer.Argument(help="Id of the event, e.g. regional-learning-2026.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write; EVENT.zip when not given.")
    ] = None,
    json: Json = False,
) -> None:
    """Write the built hub as one file for a USB stick.

    Unpack it on the stick and open start-here.html, which opens the event: no network is needed.

    Example: evalkit event pack regional-learning-2026
    """
    from evalkit.hub.check import check
    from evalkit.hub.pack import pack

    folder = here().reports
    check(folder)
    target = out or Path(f"{event}.zip")
    content = pack(folder, event)
    draft = target.with_name(f".{target.name}.part")
    draft.write_bytes(content)
    draft.replace(target)
    if json:
        say_json({"file": str(target), "bytes": len(content)})
        return
    say(f"written   {target}, {len(content) / 1e6:.1f} MB")
