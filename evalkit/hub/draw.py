"""Files of an edition, made and looked at: here, or on all cores where there is much to make."""

import os
from collections.abc import Callable, Iterable, Iterator

from evalkit.errors import HubError
from evalkit.hub.edition import Edition
from evalkit.hub.gates import Seen, look
from evalkit.hub.jobs import Job, Reading, about_parts, about_the_whole, at_hand
from evalkit.runner import Failed, in_this_process, on_cores

Drawn = tuple[str, bytes, Seen]
"""Path and content of a file, and what the gates saw in it."""
MUCH = 200
"""Jobs from which on other processes are worth the second that each takes to start."""


def drawn(
    edition: Edition, taken: Callable[[Job | Reading], bool]
) -> Iterator[tuple[Job | Reading, list[Drawn]]]:
    """The files of each job that is not taken over, in order; whoever makes them, they are the same.

    Parameters
    ----------
    taken : callable
        Asked once of every job, in order, as late as possible.

    Raises
    ------
    HubError
        A page cannot be made.
    """
    todo = [one for one in about_parts(edition) if not taken(one)]
    scheduler = on_cores(_cores()) if len(todo) >= MUCH else in_this_process
    yield from zip(todo, _made(scheduler(_draw, at_hand(edition, todo))), strict=True)
    for job in about_the_whole(edition):
        if not taken(job):
            yield job, next(_made(in_this_process(_draw, (job,))))


def _made(found: Iterable[list[Drawn] | Failed]) -> Iterator[list[Drawn]]:
    for one in found:
        if isinstance(one, Failed):
            raise HubError(f"a page was not made: {one.why}")
        yield one


def _draw(job: Job) -> list[Drawn]:
    files = (
        (path, content.encode() if isinstance(content, str) else content)
        for path, content in job.files()
    )
    return [(path, content, look(path, content)) for path, content in files]


def _cores() -> int:
    """The cores that this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1
