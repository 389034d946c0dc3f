"""What personal data look like in text: one function a kind, each from a text to the pieces it finds."""

import re
from collections.abc import Callable, Iterator

Finder = Callable[[str], Iterator[str]]

_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}\b"
)
_GAP = r"[ .\u00a0\u2010-\u2013-]?"
_TELEPHONE = re.compile(
    rf"(?<![\w.,/+-])(?:(?:\+|00)44{_GAP}(?:\(0\){_GAP})?|\(?(?=0[127]))"
    rf"(\d{{2,11}})\)?((?:{_GAP}\d{{3,8}}){{0,2}})(?![\w/-]|[.,]\d)"
)
_NHS = re.compile(r"(?<![\w.,/+-])(\d{3})([ \u00a0-]?)(\d{3})\2(\d{4})(?![\w/-]|[.,]\d)")
_AREAS = (
    "AB AL BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY EC EH EN EX "
    "FK FY GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY LA LD LE LL LN LS LU ME MK ML NE NG "
    "NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ "
    "TR TS TW UB WA WC WD WF WN WR WS WV YO ZE B E G L M N S W"
).replace(" ", "|")
_POSTCODE = re.compile(
    rf"(?<![\w/-])(?:{_AREAS})\d[0-9A-HJKMNP-Y]?[ \u00a0]?\d[ABD-HJLNP-UW-Z]{{2}}(?![\w/-])"
)
_SMALL_POSTCODE = re.compile(
    rf"(?<![\w/-])(?:{_AREAS.lower()})\d[0-9a-hjkmnp-y]?[ \u00a0]"
    r"\d(?!st\b|nd\b|rd\b|th\b)[abd-hjlnp-uw-z]{2}(?![\w/-])"
)
_CRIME_ID = re.compile(r"(?<![0-9A-Za-z])[0-9a-fA-F]{64}(?![0-9A-Za-z])")
_SAID_HASH = re.compile(r"sha-?256\W{0,3}$", re.IGNORECASE)
_NAMED_REFERENCE = re.compile(
    r"\b(?:crime|incident|occurrence|investigation|custody)\s{1,3}"
    r"(?:(?:reference|ref|number|no|id)\b\.?\s{0,3}){1,3}(?:(?:is|was)\b|[:#=])?\s{0,3}"
    r"((?=(?:[A-Z0-9/*-]*?\d){5})[A-Z0-9][A-Z0-9/*-]{4,24})(?![A-Z0-9/*-])",
    re.IGNORECASE,
)
_BARE_REFERENCE = re.compile(
    r"(?<![\w*/-])(?:\d{2}\*\d{5,8}|\d{2}[A-Z]{1,2}/\d{3,7}/\d{2}|\d{2}/\d{5,8}/\d{2})(?![\w*/-])"
)
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DAY = (
    r"(?:\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?(?:{_MONTHS})[a-z]{{0,6}},?\s\d{{4}}"
    rf"|(?:{_MONTHS})[a-z]{{0,6}}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}})"
)
_BORN = re.compile(
    rf"\b(?:d\.?o\.?b\b\.?|date\sof\sbirth|birth\s?date|birthday|born)"
    rf"\s{{0,3}}(?:is\b|was\b|on\b|:|=|-)?\s{{0,3}}{_DAY}",
    re.IGNORECASE,
)
_TITLES = (
    "Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Rev|Revd|Cllr|Councillor|PC|WPC|PCSO|DC|DS|DI|DCI|"
    "DCS|DSU|Sgt|Sergeant|PS|Insp|Inspector|CI|Supt|Superintendent|Constable|ACC|DCC|CC"
)
_POSTS = (
    "Analyst|Champion|Chief|Community|Co-?ordinator|Crime|Delivery|Director|Early|Force|Harm|Head|Intelligence|"
    "Lead|Local|Manager|Neighbourhood|Office|Officer|Operations|Partnerships?|Performance|Policing|Prevention|"
    "Programme|Public|Response|Safety|Serious|Strategic|Supervisor|Team|Unit|Violence|Youth|for|of|in|and"
)
_TITLED = re.compile(
    rf"\b(?:{_TITLES})\.?[ \u00a0](?!(?:{_POSTS})\b)[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?"
)


def email_addresses(text: str) -> Iterator[str]:
    """E-mail addresses."""
    return (match.group() for match in _EMAIL.finditer(text))


def telephone_numbers(text: str) -> Iterator[str]:
    """UK geographic (01, 02) and mobile (07) numbers, national or with 44, with or without spaces."""
    for match in _TELEPHONE.finditer(text):
        digits = re.sub(r"\D", "", match[1] + match[2]).removeprefix("0")
        if digits[:1] in ("1", "2", "7") and len(digits) in (9, 10):
            yield match.group()


def nhs_numbers(text: str) -> Iterator[str]:
    """Ten digits, together or 3-3-4, whose last one is the right check digit (modulus 11)."""
    for match in _NHS.finditer(text):
        if _is_nhs(match[1] + match[3] + match[4]):
            yield match.group()


def _is_nhs(digits: str) -> bool:
    if len(set(digits)) == 1:
        return False  # 0000000000 and its like stand for nobody
    total = sum(int(digit) * (10 - place) for place, digit in enumerate(digits[:9]))
    return (11 - total % 11) % 11 == int(digits[9])


def postcodes(text: str) -> Iterator[str]:
    """Full UK postcodes; in lower case only with the space."""
    for pattern in (_POSTCODE, _SMALL_POSTCODE):
        yield from (match.group() for match in pattern.finditer(text))


def crime_ids(text: str) -> Iterator[str]:
    """64 hexadecimal digits, as in the files of data.police.uk, unless the words before say SHA-256."""
    for match in _CRIME_ID.finditer(text):
        if not _SAID_HASH.search(text[max(0, match.start() - 12) : match.start()]):
            yield match.group()


def crime_references(text: str) -> Iterator[str]:
    """What follows "crime number" and its like, and shapes that forces use: 23*123456, 01AB/12345/23."""
    end = 0
    for match in _NAMED_REFERENCE.finditer(text):
        yield from (bare.group() for bare in _BARE_REFERENCE.finditer(text, end, match.start()))
        yield match.group()
        end = match.end()
    yield from (bare.group() for bare in _BARE_REFERENCE.finditer(text, end))


def dates_of_birth(text: str) -> Iterator[str]:
    """A day after "born on", "date of birth" and the like."""
    return (match.group() for match in _BORN.finditer(text))


def titled_names(text: str) -> Iterator[str]:
    """A title or rank with a name, e.g. "PC Smith"; "Inspector, Derby" and "DS Team" are posts."""
    return (match.group() for match in _TITLED.finditer(text))
