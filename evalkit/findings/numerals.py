"""Numbers as they are printed: one set of rules for pages, notebooks and the terminal."""

from typing import Literal

from evalkit.types.finding import ScaledEffect

TRUE_MINUS = "\N{MINUS SIGN}"
Minus = Literal["true", "ascii"]
_SHORT_UNITS = {"per cent": "%"}
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
"""English, whatever the machine's locale."""


def number(value: float, decimals: int, *, signed: bool = False, minus: Minus = "true") -> str:
    """Print ``value`` with fixed decimals and thousands separators; never "-0".

    >>> number(-1234.5, 1)
    '−1,234.5'
    >>> number(0.04, 1, signed=True)
    '0.0'
    """
    text = f"{value:,.{decimals}f}"
    digits = text.removeprefix("-")
    if not digits.strip("0."):
        return digits
    if text.startswith("-"):
        return (TRUE_MINUS if minus == "true" else "-") + digits
    return f"+{digits}" if signed else digits


def effect_text(scaled: ScaledEffect, *, minus: Minus = "true") -> str:
    """The effect with its sign, and ``%`` where the unit is per cent: ``+2.0%`` or ``−0.03``."""
    unit = _SHORT_UNITS.get(scaled.unit, "")
    return number(scaled.effect, scaled.decimals, signed=True, minus=minus) + unit


def interval_text(scaled: ScaledEffect, *, minus: Minus = "true") -> str:
    """``−5.4 to +9.9%``; empty where no interval was published."""
    if scaled.interval is None:
        return ""
    low, high = (
        number(end, scaled.decimals, signed=True, minus=minus)
        for end in (scaled.interval.low, scaled.interval.high)
    )
    return f"{low} to {high}{_SHORT_UNITS.get(scaled.unit, '')}"


def spoken(period: str) -> str:
    """A period as it is said: the year, or the month and the year.

    >>> spoken("1986-01"), spoken("2005")
    ('January 1986', '2005')
    """
    year, _, month = period.partition("-")
    return f"{MONTHS[int(month) - 1]} {year}" if month else year


def level_text(level: float) -> str:
    """``95%``, three significant digits.

    >>> level_text(0.95), level_text(27 / 28), level_text(0.999)
    ('95%', '96.4%', '99.9%')
    """
    return f"{100 * level:.3g}%"


def p_text(p_value: float) -> str:
    """``p = 0.031``, two significant digits down to ``p < 0.001``.

    >>> p_text(0.4567), p_text(0.0312), p_text(0.0002)
    ('p = 0.46', 'p = 0.031', 'p < 0.001')
    """
    if p_value < 0.001:
        return "p < 0.001"
    return f"p = {p_value:.2f}" if p_value >= 0.095 else f"p = {p_value:.3f}"
