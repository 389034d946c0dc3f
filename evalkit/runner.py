"""Many pieces of work: in this process, on this machine's cores, or wherever a scheduler takes them.

The one seam is ``Scheduler``: whoever owns a cluster writes one function of that shape. Results come in the
order of the items whatever order they finish in, so that nothing that is stored depends on who was faster.
"""

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from evalkit.errors import EvalkitError

T = TypeVar("T")
R = TypeVar("R")

AHEAD = 4
"""Items that each process has in hand: what waits in memory, and what a kill costs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Work that gave no result.

    Attributes
    ----------
    why : str
        One line a problem.
    """

    why: str


class Scheduler(Protocol):
    """Apply ``work`` to each item and give the results in the order of the items.

    ``work`` and the items can be pickled; ``work`` raises nothing, so a result is always its own.
    """

    def __call__(self, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R | Failed]:
        """Yield one result an item; items are asked for when there is room for them."""


def run_many(
    work: Callable[[T], R], items: Sequence[T], *, scheduler: Scheduler
) -> Iterator[tuple[T, R | Failed]]:
    """Yield each item with its result, in their order; one that fails never stops the others."""
    yield from zip(items, scheduler(_Guarded(work=work), items), strict=True)


def in_this_process(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R | Failed]:
    """One after the other, here."""
    return map(work, items)


def on_cores(jobs: int) -> Scheduler:
    """As many processes as ``jobs``; one is this process.

    A process that ends (out of memory, killed) costs no other item its result: what it had in hand is tried
    again, each item in a process of its own, and what ends that one too has failed.
    """
    if jobs == 1:
        return in_this_process
    return _Cores(jobs)


@dataclass(frozen=True, slots=True)
class _Guarded(Generic[T, R]):
    """Work whose exceptions are results."""

    work: Callable[[T], R]

    def __call__(self, item: T) -> R | Failed:
        try:
            return self.work(item)
        except EvalkitError as error:
            return Failed(why=str(error))
        except Exception as error:  # a fault of ours in one item must not cost the others theirs
            return Failed(why=f"unexpected {type(error).__name__}: {error}")


@dataclass(frozen=True, slots=True)
class _Cores:
    jobs: int

    def __call__(self, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R | Failed]:
        left, in_hand = iter(items), deque[T]()
        while True:
            try:
                yield from self._together(work, left, in_hand)
                return
            except BrokenProcessPool:
                while in_hand:
                    yield _alone(work, in_hand.popleft())

    def _together(
        self, work: Callable[[T], R], left: Iterator[T], in_hand: deque[T]
    ) -> Iterator[R]:
        waiting: deque[Future[R]] = deque()

        def first() -> R:
            result = waiting.popleft().result()
            in_hand.popleft()
            return result

        with _pool(self.jobs) as pool:
            try:
                for item in left:
                    in_hand.append(item)
                    waiting.append(pool.submit(work, item))
                    if len(waiting) == self.jobs * AHEAD:
                        yield first()
                while waiting:
                    yield first()
            finally:
                for future in waiting:
                    future.cancel()


def _alone(work: Callable[[T], R], item: T) -> R | Failed:
    try:
        with _pool(1) as pool:
            return pool.submit(work, item).result()
    except BrokenProcessPool:
        return Failed(why="its process ended before it answered; it may need more memory")


def _pool(jobs: int) -> ProcessPoolExecutor:
    # started afresh: a copy of this process would share its open registry and its threads' locks
    return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"))
