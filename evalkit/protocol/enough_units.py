"""How few units are too few for an interval."""

NEEDED_UNITS, WELCOME_UNITS = 5, 10
"""Units on the smaller side below which nothing can be told, and below which the word is lowered."""
