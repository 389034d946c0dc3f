"""How surely, and at which size, a design is asked to show a change."""

from dataclasses import dataclass

from evalkit.errors import DataError

LEAST_DRAWS = 1_000
SHARE_OF_DRAWS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Settings that both designs share.

    Attributes
    ----------
    power, level : float
        The chance asked for, and the level of the interval.
    draws, seed : int
    minimum : float or None
        The smallest change that would matter, on the model's scale.
    """

    power: float
    level: float
    draws: int
    seed: int
    minimum: float | None = None

    def __post_init__(self) -> None:
        for name, value in (("power", self.power), ("level", self.level)):
            if not 0.5 <= value < 1:
                raise DataError(
                    f"found {name}={value:g}; it needs a share of at least 0.5 and below 1"
                )
        if self.draws < LEAST_DRAWS:
            raise DataError(f"found {self.draws} draws; power needs at least {LEAST_DRAWS:,}")

    @property
    def fewer_draws(self) -> int:
        """For designs that differ in one thing, which are told without decimals."""
        return max(LEAST_DRAWS, self.draws // SHARE_OF_DRAWS)
