"""The name of a weighted outcome: it carries its unit and its weight table wherever it goes."""

import re

COUNTED = "events"
WITHOUT_HEAVIEST = "without the heaviest offences"
"""Name of the answer to the same question without them."""
UNWEIGHTED = "counted"
"""Name of the answer to the same question of the plain count."""
OFFENCES = "offences"
"""What is counted where nothing is weighted."""
_NAME = re.compile(
    r"(?P<base>.+) in (?P<unit>.+) by (?P<table>[a-z][a-z0-9-]*@[0-9]{1,3}\.[0-9]{1,3})"
)


def weighted_name(base: str, unit: str, table: str) -> str:
    """What a weighted outcome is called.

    >>> weighted_name("recorded-violence@1.0", "harm-days", "police-uk-harm@1.0")
    'recorded-violence@1.0 in harm-days by police-uk-harm@1.0'
    """
    return f"{base} in {unit} by {table}"


def unit_of(outcome: str) -> str:
    """What an outcome's numbers count: ``events``, or the unit of its weights.

    >>> unit_of("Robbery"), unit_of("offences in harm-days by police-uk-harm@1.0")
    ('events', 'harm-days')
    """
    match = _NAME.fullmatch(outcome)
    return match["unit"] if match else COUNTED


def weights_of(outcome: str) -> str:
    """Name of the weight table behind an outcome; empty for a count."""
    match = _NAME.fullmatch(outcome)
    return match["table"] if match else ""
