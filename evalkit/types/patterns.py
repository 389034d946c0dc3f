"""Patterns of ids and dates, each with the words that tell somebody what is needed."""

from collections.abc import Mapping
from types import MappingProxyType

INTERVENTION = r"^[A-Z]{2,6}-[0-9]{4}-[0-9]{4}$"
PROTOCOL = r"^[A-Z]{2,6}-[0-9]{4}-[0-9]{4}-P[0-9]{1,2}$"
FINDING = r"^[A-Z]{2,6}-[0-9]{4}-[0-9]{4}-F[0-9]{2}$"
SNAPSHOT = r"^S-[0-9]{4,6}$"
SLUG = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
NEED = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*/N[1-9][0-9]{0,2}$"
AREA = r"^[A-Z][A-Z0-9-]{1,11}$"
MEASURE = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*@[0-9]{1,3}\.[0-9]{1,3}$"
WEIGHTS = r"^(none|[a-z][a-z0-9]*(-[a-z0-9]+)*@[0-9]{1,3}\.[0-9]{1,3})$"
VERSION = r"^[0-9]{1,3}\.[0-9]{1,3}$"
LINK = r"^(https?://[^\s<>\"]+)?$"
CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
SHA256 = r"^[0-9a-f]{64}$"
PRICE_YEAR = r"^[0-9]{4}-[0-9]{2}$"
PERIOD = r"^[0-9]{4}(-(0[1-9]|1[0-2]))?$"
PARTIAL_DATE = r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
NOT_BLANK = r"\S"

NEEDED: Mapping[str, str] = MappingProxyType(
    {
        INTERVENTION: "an id such as EM-2026-0007",
        PROTOCOL: "an id such as EM-2026-0007-P1",
        FINDING: "an id such as EM-2026-0007-F03",
        SNAPSHOT: "an id such as S-0031",
        SLUG: "lower-case letters, digits and single hyphens, a letter first",
        NEED: "an id such as derby-2024/N3",
        AREA: "an area code such as E06000015",
        MEASURE: "a measure with its version, such as recorded-robbery@1.0",
        WEIGHTS: "none, or a weight table with its version, such as police-uk-harm@1.0",
        VERSION: "a version such as 1.0",
        LINK: "an address that starts with https://",
        CLOCK: "a time such as 09:30",
        SHA256: "64 characters of 0 to 9 and a to f",
        PRICE_YEAR: "a financial year such as 2023-24",
        PERIOD: "YYYY or YYYY-MM",
        PARTIAL_DATE: "YYYY, YYYY-MM or YYYY-MM-DD",
        NOT_BLANK: "something",
    }
)
"""By pattern: what is needed, in words."""
