"""Numbers inside the sentences of checks."""


def signed(value: float) -> str:
    """Three decimals with a sign and a true minus.

    >>> signed(-0.0104), signed(0.131)
    ('−0.010', '+0.131')
    """
    return f"{value:+.3f}".replace("-", "\N{MINUS SIGN}")


def p_value(value: float) -> str:
    """Three decimals, down to ``p < 0.001``.

    >>> p_value(0.0883), p_value(0.0002)
    ('p = 0.088', 'p < 0.001')
    """
    return f"p = {value:.3f}" if value >= 0.001 else "p < 0.001"
