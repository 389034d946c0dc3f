"""What something costs and who pays for how long."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Literal

from annotated_types import Ge
from pydantic import AfterValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

from evalkit.types import patterns
from evalkit.types.dates import PartialDate
from evalkit.types.texts import Line, Number


def _one_year(value: str) -> str:
    """2023-24 is a financial year, 2023-25 is not."""
    first, second = value.split("-")
    if (int(first) + 1) % 100 != int(second):
        raise PydanticCustomError("needed", patterns.NEEDED[patterns.PRICE_YEAR])
    return value


Pounds = Annotated[Number, Ge(0)]
PriceYear = Annotated[
    str, StringConstraints(pattern=patterns.PRICE_YEAR), AfterValidator(_one_year)
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What an intervention costs.

    Attributes
    ----------
    amount : float
        Pounds sterling, 0 or more.
    per : "year", "total" or "participant"
    price_year : str
        The financial year of the prices, e.g. ``2023-24``.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    amount: Pounds
    per: Literal["year", "total", "participant"]
    price_year: PriceYear


_PER: Mapping[str, str] = MappingProxyType(
    {"year": "a year", "total": "in all", "participant": "a participant"}
)


def cost_words(cost: Cost) -> str:
    """A cost with what it is for and its prices, without a full stop.

    >>> cost_words(Cost(amount=1250.0, per="participant", price_year="2023-24"))
    '£1,250 a participant, in prices of 2023-24'
    """
    return f"£{cost.amount:,.0f} {_PER[cost.per]}, in prices of {cost.price_year}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """Money from one source.

    Attributes
    ----------
    source : str
        Who pays, or the name of the fund.
    amount : float or None
        Pounds sterling in all; None where it is not known.
    ends : str or None
        The last day that is paid for: YYYY, YYYY-MM or YYYY-MM-DD; None where no end is fixed or known.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    source: Line
    amount: Pounds | None = None
    ends: PartialDate | None = None
