"""Numbers inside the sentences of checks."""

import math


def signed(value: float, *, per_cent: bool = False) -> str:
    """Three decimals with a sign and a true minus; a logarithm in per cent with one.

    >>> signed(-0.0104), signed(0.131), signed(-0.0104, per_cent=True)
    ('−0.010', '+0.131', '−1.0%')
    """
    text = f"{100 * math.expm1(value):+.1f}%" if per_cent else f"{value:+.3f}"
    return text.replace("-", "\N{MINUS SIGN}")


def amount(value: float, *, per_cent: bool = False) -> str:
    """A size to two digits; a logarithm in per cent.

    >>> amount(0.0208, per_cent=True), amount(0.02083), amount(1234.0), amount(0.00000213)
    ('2.1%', '0.021', '1200', '0.0000021')
    """
    shown = 100 * math.expm1(value) if per_cent else value
    digits = f"{shown:.2g}"
    if "e" in digits:
        digits = f"{float(digits):.0f}" if abs(shown) >= 1 else f"{float(digits):.12f}".rstrip("0")
    return digits + "%" * per_cent


def p_value(value: float) -> str:
    """Three decimals, down to ``p < 0.001``.

    >>> p_value(0.0883), p_value(0.0002)
    ('p = 0.088', 'p < 0.001')
    """
    return f"p = {value:.3f}" if value >= 0.001 else "p < 0.001"
