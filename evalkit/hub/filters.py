"""What the list of interventions can be narrowed by: the same words in boxes, on cards and in the address."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from itertools import chain

from evalkit.findings.verdicts import tone
from evalkit.hub.behind import compared
from evalkit.hub.lookups import lookups
from evalkit.hub.words import STATUS, kind_words
from evalkit.types.catalogue import Catalogue
from evalkit.types.finding import Finding
from evalkit.types.five_cs import FiveCs
from evalkit.types.intervention import Intervention

ELSEWHERE = "elsewhere"
NO_RESULT = "no-result"
_FIVE_CS = tuple(field.name.replace("_", "-") for field in fields(FiveCs))
_HAPPENED: Mapping[str, str] = {
    "fell": "Fell or probably fell",
    "same": "No change that would matter",
    "cannot-tell": "Cannot tell",
    "rose": "Rose or probably rose",
    NO_RESULT: "No result yet",
}
_FOR_PEOPLE = {"better": "Better for people", "worse": "Worse for people", "unsure": "Neither"}
_DESIGN: Mapping[str, str] = {
    "comparison": "Our plan, with a comparison",
    "one-series": "Our plan, one series",
    "elsewhere": "Published elsewhere",
    NO_RESULT: "No result yet",
}
Keys = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One box: the word in the address, the words beside it, and how many cards have it."""

    key: str
    words: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One group of boxes."""

    key: str
    title: str
    open: bool
    choices: tuple[Choice, ...]


def keys_of(catalogue: Catalogue, one: Intervention) -> Keys:
    """By filter: the words of one intervention."""
    if told := catalogue.works_told.get(one.id or ""):
        return told.keys
    found = lookups(catalogue).findings_of.get(one.id or "", ())
    counted = [finding for finding in found if finding.counts]
    return {
        "area": tuple(sorted({_police_area(catalogue, code) for code in one.areas})),
        "happened": _each(_happened(f) for f in counted) or (NO_RESULT,),
        "people": _each(tone(f.verdict, f.better) for f in counted),
        "kind": (one.kind,),
        "c": tuple(c for c in _FIVE_CS if getattr(one.five_cs, c.replace("-", "_"))),
        "need": one.needs,
        "design": _each(_design(catalogue, f) for f in counted) or (NO_RESULT,),
        "status": (one.status,),
    }


def filters(catalogue: Catalogue) -> tuple[Filter, ...]:
    """Every group that has at least one box; counts are over the whole list."""
    found = [keys_of(catalogue, one) for one in catalogue.interventions]
    counts = {
        name: Counter(chain.from_iterable(keys[name] for keys in found if name in keys))
        for name in dict.fromkeys(chain.from_iterable(found))
    }
    groups = (
        _group("area", "Area", _area_words(catalogue), counts, every=True),
        _group("happened", "What happened", _HAPPENED, counts, every=True),
        _group("people", "Better or worse for people", _FOR_PEOPLE, counts),
        _group("kind", "Kind of work", {k: kind_words(k) for k in counts.get("kind", ())}, counts),
        _group("c", "Five Cs", {c: kind_words(c) for c in _FIVE_CS}, counts),
        _group("need", "Need it answers", _need_words(catalogue), counts),
        _group("design", "How strong the design is", _DESIGN, counts),
        _group("status", "State", {str(key): words for key, words in STATUS.items()}, counts),
    )
    return tuple(group for group in groups if group.choices)


def _group(
    key: str,
    title: str,
    words: Mapping[str, str],
    counts: Mapping[str, Counter[str]],
    *,
    every: bool = False,
) -> Filter:
    """``every`` opens the group and keeps boxes that no card has: a gap is worth seeing."""
    found = counts.get(key, Counter())
    choices = (Choice(key=k, words=w, count=found[k]) for k, w in words.items())
    kept = tuple(choice for choice in choices if every or choice.count)
    return Filter(key=key, title=title, open=every, choices=kept)


def _each(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(keys)))


def _happened(finding: Finding) -> str:
    for word in ("fell", "rose"):
        if word in finding.verdict:
            return word
    return "cannot-tell" if finding.verdict == "cannot_tell" else "same"


def _design(catalogue: Catalogue, finding: Finding) -> str:
    with_comparison = compared(catalogue, finding)
    if with_comparison is None:
        return "elsewhere"
    return "comparison" if with_comparison else "one-series"


def _police_area(catalogue: Catalogue, code: str) -> str:
    around = lookups(catalogue).around.get(code, ())
    police = (at for at in around if catalogue.areas[at].kind == "police-area")
    return next(police, ELSEWHERE).lower()


def _area_words(catalogue: Catalogue) -> Mapping[str, str]:
    police = [area for area in catalogue.areas.values() if area.kind == "police-area"]
    named = {area.code.lower(): area.name for area in sorted(police, key=lambda a: a.name)}
    return {**named, ELSEWHERE: "Elsewhere"}


def _need_words(catalogue: Catalogue) -> Mapping[str, str]:
    return {need.id: need.text.partition("\n")[0][:80] for need in catalogue.needs}
