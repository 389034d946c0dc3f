"""Small numbers in running text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evalkit.data.disclosure.dates import is_month
from evalkit.data.disclosure.implied import implied
from evalkit.data.disclosure.leak import Leak, Publication
from evalkit.data.disclosure.printed import SPELLED, read_printed
from evalkit.data.disclosure.profiles import Profile
from evalkit.data.disclosure.table import Table, label_of, range_of

PEOPLE = (
    "people", "persons", "person", "victims", "victim", "patients", "patient", "children", "child", "men",
    "man", "women", "woman", "boys", "boy", "girls", "girl", "pupils", "pupil", "cases", "case", "deaths",
    "death", "offences", "offence", "incidents", "incident", "admissions", "admission", "homicides",
    "homicide", "robberies", "robbery", "stabbings", "stabbing", "assaults", "assault", "attendances",
)  # fmt: skip
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_DIGITS = re.compile(
    r"(?<![\d.,\-–−+±£%])\b\d{1,3}\b(?![.,]?\d|\s*(?:%|per cent|percentage|to\b|–|-))"
)
_WORDS = re.compile(rf"\b(?:{'|'.join(SPELLED)})\b", re.IGNORECASE)
_FEW = {"a single": 1, "a couple of": 2, "a pair of": 2}
_NO_ADJECTIVE = (
    "of", "in", "to", "and", "or", "for", "from", "by", "at", "on", "that", "which", "is", "are", "was",
    "were", "the", "a", "an", "more", "fewer", "less", "per", "with", "without", "than", "as", "do", "does",
    "has", "have", "had", "not", "no", "into", "it", "they", "we", "can", "may", "would", "areas", "area",
    "districts", "months", "month", "years", "year", "weeks", "days", "periods", "states", "kinds", "sets",
    "lists",
)  # fmt: skip
"""What does not stand between a number and the people that it counts."""
_PERIODS = ("months?", "years?", "weeks?", "days?", "periods?", "areas?", "districts?", "states?")
BETWEEN_CELLS = " | "
"""Keeps the cells of a row apart: a row is one sentence about people, but its names are read as a table's."""
_NO_COUNT = "that would matter"
"""Of a plan's smallest change, in the words of every page and notebook."""
_ANY_NUMBER = re.compile(rf"\d|\b(?:{'|'.join(SPELLED)})\b", re.IGNORECASE)
Hidden = tuple[str, frozenset[str], Profile]
"""Outcome, names and rule of a cell that is hidden."""
_MODEL = re.compile(r"\b(?:fewer|more|avoided|less|a month|a year|per)\b")


def in_words(publication: Publication) -> Iterator[Leak]:
    """Sentences that give a small number of people or events, or a number beside a hidden cell's names."""
    hidden = _hidden(publication)
    patterns = {
        outcome: _patterns(publication.units.get(outcome, ())) for outcome in publication.profiles
    }
    quiet: set[tuple[str, str]] = set()  # many sentences stand on many pages
    for place, text in publication.texts.items():
        about = publication.speaks_of.get(place, "")
        for sentence in _SENTENCE.split(text):
            if (about, sentence) in quiet:
                continue
            found: list[Leak] = []
            if _ANY_NUMBER.search(sentence):
                if about in patterns:
                    profile = publication.profiles[about]
                    found += _counted(patterns[about], place, sentence, about, profile)
                if hidden and BETWEEN_CELLS not in sentence:
                    found += _named(hidden, place, sentence)
            yield from found
            if not found:
                quiet.add((about, sentence))


@dataclass(frozen=True, slots=True)
class Patterns:
    """How sentences say how many events there were.

    Attributes
    ----------
    names : tuple of str
        What is counted, in small letters; a sentence without any of them is not looked at further.
    before, after : re.Pattern
        ``3 young victims``; ``victims: 3``.
    """

    names: tuple[str, ...]

    before: re.Pattern[str]
    after: re.Pattern[str]


def _patterns(units: tuple[str, ...]) -> Patterns:
    """A number and what it counts, either way round."""
    named = "|".join(map(re.escape, (*PEOPLE, *units)))
    number = rf"(\d{{1,3}}|{'|'.join((*SPELLED, *_FEW))})"
    word = rf"(?:(?!(?:{'|'.join(_NO_ADJECTIVE)})\b)[a-z][a-z\-]*\s+)"
    before = rf"(?<![\d.,\-–−+±])\b{number}\s+{word}{{0,2}}({named})\b"
    verb = r"(?:\s*[:=]|\s+(?:were|was|numbered|totalled|came to|is|are|of))"
    after = (
        rf"\b(?:{named}){verb}\s+{number}\b(?![.,]?\d|\s*(?:%|per\b|to\b|–|-|{'|'.join(_PERIODS)}))"
    )
    names = tuple(name.lower() for name in (*PEOPLE, *units))
    short = tuple(n for n in names if not any(m != n and m in n for m in names))
    return Patterns(short, re.compile(before, re.IGNORECASE), re.compile(after, re.IGNORECASE))


def _counted(
    patterns: Patterns, place: str, sentence: str, outcome: str, profile: Profile
) -> Iterator[Leak]:
    """``3 admissions`` or ``admissions: 3`` on a page about data that hide it, or what gives as much."""
    plain = sentence.lower()
    if profile.hides is None or _NO_COUNT in plain:
        return
    named = any(name in plain for name in patterns.names)
    for pattern in (patterns.before, patterns.after) if named else ():
        for found in pattern.finditer(sentence):
            after = sentence[found.end() : found.end() + 12]
            if profile.is_small(_value(found[1])) and not _MODEL.search(after):
                yield _leak(outcome, place, found[0], sentence, profile)
    for text, low, high in implied(sentence):
        least, most = profile.hides
        if high >= least and low <= most and high - low + 1 < profile.least_values:
            yield _leak(outcome, place, text, sentence, profile)


def _named(hidden: Mapping[str, Sequence[Hidden]], place: str, sentence: str) -> Iterator[Leak]:
    """A sentence with every name of a hidden cell and a number that it could be."""
    plain = _as_labels(sentence)
    candidates = [one for word in dict.fromkeys(plain.split()) for one in hidden.get(word, ())]
    for outcome, labels, profile in candidates:
        if not all(_as_labels(label) in plain for label in labels):
            continue
        rest = plain
        for label in labels:
            rest = rest.replace(_as_labels(label), "  ")
        for found in (*_DIGITS.finditer(rest), *_WORDS.finditer(rest)):
            if profile.is_small(_value(found[0])):
                name = f"{outcome}: {', '.join(sorted(labels))}"
                yield _leak(name, place, found[0], sentence, profile)
                break


def _hidden(publication: Publication) -> dict[str, list[Hidden]]:
    """Hidden cells by a word of one of their names.

    Only those with two names, or with one that is a month: other names alone are in too many sentences.
    """
    cells: set[Hidden] = set()
    for table in publication.tables:
        profile = publication.profiles[table.outcome]
        if profile.hides is None or table.holds != "count" or table.earlier:
            continue
        for labels, text in table.rows:
            names = _names(table, labels)
            if _is_hidden(text, profile) and (len(names) > 1 or any(map(is_month, names))):
                cells.add((table.outcome, names, profile))
    found: dict[str, list[Hidden]] = {}
    for cell in sorted(cells, key=lambda one: (one[0], sorted(one[1]))):
        found.setdefault(_as_labels(max(cell[1], key=len)).split()[0], []).append(cell)
    return found


def _names(table: Table, labels: tuple[str, ...]) -> frozenset[str]:
    return table.cell(labels).labels


def _is_hidden(text: str, profile: Profile) -> bool:
    return range_of(read_printed(text), profile)[2] == "hidden"


def _as_labels(sentence: str) -> str:
    """A sentence as labels are written, with a space on either side of every word."""
    months = re.sub(r"\b([A-Z][a-z]+ [12]\d{3})\b", lambda found: label_of(found[1]), sentence)
    return " " + re.sub(r"[^\w\-]+", " ", months.lower()) + " "


def _value(text: str) -> int:
    plain = text.lower()
    if plain.isdigit():
        return int(plain)
    return _FEW[plain] if plain in _FEW else SPELLED.index(plain)


def _leak(cell: str, place: str, number: str, sentence: str, profile: Profile) -> Leak:
    short = " ".join(sentence.split())
    quoted = short if len(short) <= 90 else short[:87] + "…"
    why = f"the text says “{number}”, and {profile.range_words()} is hidden: “{quoted}”"
    return Leak(rule="text", cells=(cell,), where=(place,), why=why, profile=profile.label)
