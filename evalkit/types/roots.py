"""Which things hang together, told one tie after the other."""

from typing import Generic, TypeVar

T = TypeVar("T", str, tuple[str, str])


class Roots(Generic[T]):
    """One name for all that hang together (union by the smaller name, with halved paths)."""

    def __init__(self) -> None:
        self._above: dict[T, T] = {}

    def of(self, one: T) -> T:
        """The name of all that hang together with this."""
        above = self._above
        above.setdefault(one, one)
        while above[one] != one:
            above[one] = above[above[one]]
            one = above[one]
        return one

    def join(self, one: T, other: T) -> None:
        """These two hang together, and all that hangs on either."""
        low, high = sorted((self.of(one), self.of(other)))
        self._above[high] = low
