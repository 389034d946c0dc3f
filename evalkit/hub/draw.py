"""Files of an edition, made and looked at: here, or on all cores where there is much to make."""

import os
from collections.abc import Iterable, Iterator

from evalkit.errors import HubError
from evalkit.hub.gates import Seen, look
from evalkit.hub.jobs import Job
from evalkit.runner import Failed, in_this_process, on_cores

Drawn = tuple[str, bytes, Seen]
"""Path and content of a file, and what the gates saw in it."""
MUCH = 200
"""Jobs from which on other processes are worth the second that each takes to start."""


def drawn(todo: Iterable[Job], number: int) -> Iterator[list[Drawn]]:
    """The files of each job, in order; whoever makes them, they are the same.

    ``number`` is how many there are; from ``MUCH`` on, jobs can be pickled.

    Raises
    ------
    HubError
        A page cannot be made.
    """
    scheduler = on_cores(_cores()) if number >= MUCH else in_this_process
    for made in scheduler(_draw, todo):
        if isinstance(made, Failed):
            raise HubError(f"a page was not made: {made.why}")
        yield made


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
