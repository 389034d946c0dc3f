"""``evalkit hub``."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated

import typer

from evalkit.cli.edge import Json, group, here, today
from evalkit.cli.notebook import FOLDER
from evalkit.cli.screen import count, say, say_json, say_next

app = group("The learning hub: build it, look at it.")


@app.command()
def build(json: Json = False) -> None:
    """Build the hub into reports/, all of it or nothing.

    Drafts are left out: a finding is in it once it was reviewed and published. Nothing is written where a
    small number would be given away. Only what changed since the last build is made anew.

    Example: evalkit hub build
    """
    from evalkit.registry.store import open_registry
    from evalkit.workflow.publish import publish

    workspace = here()
    with _progress() as tell, open_registry(workspace.url) as session:
        done = publish(
            session,
            workspace,
            notebooks=workspace.root / FOLDER,
            out=workspace.reports,
            tell=tell,
        )
    pages = sum(path.endswith(".html") for path in done.files)
    if json:
        left = [asdict(one) for one in done.held_back]
        say_json({"pages": pages, "files": len(done.files), "left_out": left})
        return
    for one in done.held_back:
        say(f"left out  {one.id}: {one.why}")
    say(f"written   {workspace.reports.name}/index.html, {count(pages, 'page')}")
    if done.held_back:
        say_next(f"evalkit finding show {done.held_back[0].id}", "evalkit hub serve")
        return
    say_next("evalkit hub serve")


@app.command()
def check(json: Json = False) -> None:
    """Put the built hub through every gate again.

    Links, anchors, headings, words for pictures: for a copy that somebody sent, or a folder that
    was touched by hand.

    Example: evalkit hub check
    """
    from evalkit.hub.check import check

    folder = here().reports
    files = check(folder)
    if json:
        say_json({"files": files})
        return
    say(f"checked   {folder.name}/, {count(files, 'file')}: every gate passed")
    say_next("evalkit hub serve")


@app.command("small-numbers")
def small_numbers(json: Json = False) -> None:
    """Look for small numbers that the hub would give away.

    Nothing is written. Every table, chart, download, notebook and sentence of the next edition is read
    back, drafts as if they were published, and set against the profiles of its sources and the edition
    that is out. Exit 1 where it is refused.

    Example: evalkit hub small-numbers
    """
    from evalkit.errors import HubError
    from evalkit.registry.store import open_registry
    from evalkit.workflow.gate import problem_of
    from evalkit.workflow.publish import looked_ahead, publishable

    workspace = here()
    with open_registry(workspace.url) as session:
        files, gate = looked_ahead(
            session,
            workspace,
            notebooks=workspace.root / FOLDER,
            out=workspace.reports,
            also=publishable(session),
        )
    if gate.leaks:
        raise HubError(*map(problem_of, gate.leaks))
    released = [one.id for one in gate.released]
    if json:
        say_json({"files": len(files), "refused": [], "released": released})
        return
    say(f"Nothing small is given away in {count(len(files), 'file')}.")
    for one in gate.released:
        say(f"released  {one.id}  {'; '.join(one.cells)}: {one.reason} ({one.by})")
    say_next("evalkit hub build")


@app.command()
def release(
    id: Annotated[str, typer.Argument(help="As hub small-numbers prints it.", show_default=False)],
    reason: Annotated[str, typer.Option(help="Why it may be published.", show_default=False)] = "",
    json: Json = False,
) -> None:
    """Let something small be published, with a reason.

    The ledger keeps who decided and why, and the page says so. It holds for exactly what was refused: another
    number or another place is refused again.

    Example: evalkit hub release 1a2b3c4d --reason "Already published by the Home Office"
    """
    from evalkit.registry.store import open_registry
    from evalkit.workflow import gate
    from evalkit.workflow.publish import looked_ahead, publishable

    workspace = here()
    with open_registry(workspace.url, write=True) as session:
        folder = workspace.root / FOLDER
        _, found = looked_ahead(
            session,
            workspace,
            notebooks=folder,
            out=workspace.reports,
            also=publishable(session),
        )
        decided = gate.release(
            session, found.leaks, id, reason=reason, on=today(), by=workspace.acting_as
        )
    left = [leak.id for leak in found.leaks if leak.id != id]
    if json:
        say_json({"released": decided.id, "refused": left})
        return
    say(f"released  {decided.id}  {'; '.join(decided.cells)}")
    say_next("evalkit hub small-numbers" if left else "evalkit hub build")


@app.command()
def serve(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port; 0 takes any that is free.")
    ] = 8000,
    address: Annotated[str, typer.Option(help="0.0.0.0 lets others in the room in.")] = "127.0.0.1",
) -> None:
    """Serve the built hub until Ctrl-C.

    Example: evalkit hub serve --port 8000
    """
    from evalkit.errors import HubError, Problem
    from evalkit.hub.serve import server

    try:
        opened = server(here().reports, address, port)
    except OSError as error:
        found = f"{address}:{port} ({str(error.strerror).lower()})"
        needed = "an address of this machine and a free port"
        raise HubError(Problem(found=found, needed=needed, do="Try --port 0.")) from error
    with opened as serving:
        host, bound = serving.server_address[:2]
        _stop_when_asked()
        say(f"The hub is at http://{host!s}:{bound}/  (Ctrl-C ends it)")
        try:
            serving.serve_forever()
        except KeyboardInterrupt:
            say("Ended.")


def _stop_when_asked() -> None:
    """Let Ctrl-C and a polite kill end the server, also where a script started it in the background."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading the registry", total=None)
        yield lambda done, of: bar.update(
            task, description="building the hub", completed=done, total=of
        )
