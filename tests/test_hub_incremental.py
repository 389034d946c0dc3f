"""Building again after any single change gives the bytes of a clean build, and makes little anew."""

import dataclasses
import datetime
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evalkit.errors import HubError
from evalkit.hub import draw, kept
from evalkit.hub.edition import cut
from evalkit.hub.jobs import Job, about_parts, about_the_whole
from evalkit.hub.parts import record_parts
from evalkit.hub.render import build, made
from evalkit.types.catalogue import Catalogue
from evalkit.types.late_result import Overdue
from evalkit.types.release import Release
from tests.harm_to_files import HARMS, harmed
from tests.hub_sample import sample
from tests.test_hub import tree

ROOT = Path(__file__).resolve().parent.parent
FIELDS = sorted({field.name for field in dataclasses.fields(Catalogue)} - {"scales"})
RECORDS = (
    "interventions", "protocols", "evaluations", "findings", "values", "limits", "notebooks",
    "amendments", "held_back", "overdue", "assessments", "released", "publisher", "region",
)  # fmt: skip
FEW, MANY = 6, 400


def full() -> Catalogue:
    """The sample with a release and a withdrawn finding, so that no field is empty but ``syntheses``."""
    some = sample()
    gone = replace(some.findings[-1], id="EM-2026-0004-F99")
    release = Release(
        form="evalkit/release/1",
        id="12345678",
        rule="shown",
        profile="",
        cells=("Derby 2024",),
        where=("data/em-2026-0001-f01.csv",),
        reason="It is public already.",
        by="the chair",
    )
    late = Overdue(since=datetime.date(2026, 10, 3), today=some.edition)
    return replace(
        some,
        released=(release,),
        withdrawn=((gone, "The data were wrong."),),
        overdue={"EM-2026-0002-P1": late},
    )


def changed(value: Any, chance: random.Random) -> Any:
    """The same value with one thing changed somewhere in it; itself where nothing in it can be."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value * 1.25 + 1 if isinstance(value, float) else value + 1
    if isinstance(value, datetime.date):
        return value + datetime.timedelta(days=1)
    if isinstance(value, str):  # keys and words with a meaning have no spaces
        return f"{value} It was changed." if " " in value else value
    if isinstance(value, tuple) and value:
        place, make = chance.randrange(len(value)), getattr(value, "_make", tuple)
        return make((*value[:place], changed(value[place], chance), *value[place + 1 :]))
    if isinstance(value, Mapping) and value:
        key = chance.choice(list(value))
        return {**value, key: changed(value[key], chance)}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        name = chance.choice(names)
        return replace(value, **{name: changed(getattr(value, name), chance)})
    return value


def another(edition: Catalogue, name: str, chance: random.Random) -> Catalogue:
    """An edition that differs in one field: a record changed or, now and then, gone."""
    held = getattr(edition, name)
    if isinstance(held, tuple) and len(held) > 1 and chance.random() < 0.2:
        gone = chance.randrange(len(held))
        return replace(edition, **{name: held[:gone] + held[gone + 1 :]})
    for _ in range(200):
        if (new := changed(held, chance)) != held:
            return replace(edition, **{name: new})
    return edition


def built(make: Any) -> Any:
    """What is made, or the kind of error: some changes make an edition that cannot be built."""
    try:
        return make()
    except Exception as error:
        return type(error)


def walk(folder: Path, names: list[str], chance: random.Random) -> int:
    """Change one field after the other, build again each time; how many editions were built."""
    out, memory = folder / "hub", folder / "memory.json"
    edition, number = full(), 0
    build(edition, out, memory=memory)
    for name in names:
        new = another(edition, name, chance)
        whole = built(lambda new=new: made(cut(new)))
        assert built(lambda new=new: made(cut(new), before=out, memory=memory)) == whole, name
        again = built(lambda new=new: build(new, out, memory=memory))
        if isinstance(whole, type):
            assert again is whole, name
            continue
        bare = {p: t.encode() if isinstance(t, str) else t for p, t in whole.items()}
        assert tree(out) == bare, name
        edition, number = new, number + 1
    return number


def test_any_single_change_gives_the_bytes_of_a_clean_build(tmp_path: Path) -> None:
    chance = random.Random(20261127)
    assert walk(tmp_path, chance.sample(FIELDS, FEW), chance) >= FEW - 3


@pytest.mark.soak
def test_many_changes_give_the_bytes_of_a_clean_build(tmp_path: Path) -> None:
    chance = random.Random(9)
    assert walk(tmp_path, [chance.choice(FIELDS) for _ in range(MANY)], chance) > MANY / 2


@pytest.mark.parametrize("name", RECORDS)
def test_no_change_of_a_record_leaves_all_keys_as_they_were(name: str) -> None:
    edition, chance = full(), random.Random(3)
    keys = keys_of(edition)
    for _ in range(4):
        new = another(edition, name, chance)
        assert built(lambda new=new: keys_of(new)) != keys


def keys_of(edition: Catalogue) -> list[str]:
    parts = cut(edition)
    return [job.key for job in (*about_parts(parts), *about_the_whole(parts))]


def test_one_change_makes_little_anew(tmp_path: Path) -> None:
    out, memory = tmp_path / "hub", tmp_path / "memory.db"
    edition = sample()
    build(edition, out, memory=memory)
    before = {path: path.stat().st_ino for path in out.rglob("*") if path.is_file()}
    traffic = edition.interventions[1]
    new = replace(traffic, summary="One sentence was changed.")
    works = tuple(new if one.id == traffic.id else one for one in edition.interventions)
    build(
        replace(
            edition, interventions=works, ledger_head="f" * 64, edition=datetime.date(2026, 11, 22)
        ),
        out,
        memory=memory,
    )
    anew = {
        p.relative_to(out).as_posix() for p, number in before.items() if p.stat().st_ino != number
    }
    assert {"interventions/em-2026-0002.html", "index.html", "ledger.html"} <= anew
    others = {"0001", "0003", "0004"}
    assert not [path for path in anew for key in others if f"em-2026-{key}" in path]


def test_looking_ahead_makes_only_what_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, memory = tmp_path / "hub", tmp_path / "memory.db"
    edition, anew = sample(), list[str]()
    build(edition, out, memory=memory)
    monkeypatch.setattr(
        draw, "look", lambda path, one, really=draw.look: anew.append(path) or really(path, one)
    )
    made(cut(edition), before=out, memory=memory)
    assert anew == []
    first, *works = edition.interventions
    new = replace(edition, interventions=(replace(first, summary="Another sentence."), *works))
    made(cut(new), before=out, memory=memory)
    assert 0 < len(anew) < len(made(cut(new))) / 2


def test_records_that_name_each_other_stay_together() -> None:
    parts = list(record_parts(full()))
    for part in parts:
        findings = {finding.id for finding in part.findings}
        for work in part.interventions:
            for link in work.theory.links if work.theory else ():
                shown = {key for key in link.evidence if key in {f.id for f in full().findings}}
                assert shown <= findings
    assert sum(len(part.findings) for part in parts) == len(full().findings)
    own = [
        {one.id for one in (*part.interventions, *part.findings)} >= {v.id for v in part.history}
        for part in parts
    ]
    assert all(own) and all(part.ledger_head == "" for part in parts)


@pytest.mark.parametrize("harm", HARMS)
def test_a_record_that_cannot_be_believed_costs_a_full_build(
    tmp_path: Path, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = tmp_path / "memory.db"
    memory.write_bytes(kept_record(tmp_path))
    assert kept.last_build(memory).known
    harmed(memory, harm, monkeypatch)
    assert kept.last_build(memory).known == {}


def kept_record(folder: Path) -> bytes:
    """The record of a small build."""
    memory = folder / "made.db"
    edition = replace(sample(), protocols=(), evaluations=(), findings=(), notebooks={})
    bare = tuple(replace(one, theory=None) for one in edition.interventions)
    events = tuple(replace(one, findings=()) for one in edition.events)
    build(replace(edition, interventions=bare, events=events), folder / "hub", memory=memory)
    return memory.read_bytes()


def test_files_that_somebody_touched_are_made_anew(tmp_path: Path) -> None:
    out, memory = tmp_path / "hub", tmp_path / "memory.db"
    build(sample(), out, memory=memory)
    whole = tree(out)
    (out / "briefs" / "em-2026-0001-f01.html").write_text("edited by hand")
    (out / "data" / "em-2026-0002-f01.csv").unlink()
    same_size = out / "methods.html"
    same_size.write_bytes(b"x" * same_size.stat().st_size)
    (out / "glossary.html").unlink()
    (out / "glossary.html").symlink_to("about.html")
    looked_ahead = made(cut(sample()), before=out, memory=memory)
    assert {p: t.encode() if isinstance(t, str) else t for p, t in looked_ahead.items()} == whole
    build(sample(), out, memory=memory)
    assert tree(out) == whole and not (out / "glossary.html").is_symlink()


def test_a_drive_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, memory = tmp_path / "hub", tmp_path / "memory.db"
    build(sample(), out, memory=memory)
    whole = tree(out)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    build(sample(), out, memory=memory)
    assert tree(out) == whole


def test_a_gate_still_sees_links_from_files_that_are_taken_over(tmp_path: Path) -> None:
    """A page goes; pages that did not change link to it; the build is refused and the hub stands."""
    out, memory = tmp_path / "hub", tmp_path / "memory.db"
    edition = sample()
    build(edition, out, memory=memory)
    whole, told = tree(out), memory.read_bytes()
    unnamed = replace(edition, findings=edition.findings[:-1], assessments={}, events=())
    with pytest.raises(HubError, match=r"(leads nowhere|names a place)"):
        build(replace(unnamed, interventions=edition.interventions[:1]), out, memory=memory)
    assert tree(out) == whole and memory.read_bytes() == told


def two_built(out: Path, memory: Path) -> tuple[Catalogue, Catalogue]:
    """Two editions, built one after the other; the first is the spare now."""
    edition = sample()
    first, *others = edition.interventions
    new = replace(edition, interventions=(replace(first, summary="Another."), *others))
    for one in (edition, new):
        build(one, out, memory=memory)
    return edition, new


def test_the_spare_folder_is_brought_up_to_date_whatever_became_of_it(tmp_path: Path) -> None:
    out, memory, spare = (tmp_path / name for name in ("hub", "memory.json", "memory-spare"))
    edition, new = two_built(out, memory)
    clean = {name: tmp_path / name for name in ("old", "new")}
    build(edition, clean["old"])
    build(new, clean["new"])
    assert tree(spare) == tree(clean["old"])
    shared = out / "methods.html"
    assert shared.stat().st_ino == (spare / "methods.html").stat().st_ino
    (spare / "index.html").write_text("edited by hand")
    (spare / "more" / "inner").mkdir(parents=True)
    (spare / "more" / "page.html").write_text("no page of ours")
    (spare / "README.md").write_text("not what stands in the hub")
    (spare / "glossary.html").unlink()
    build(new, out, memory=memory)
    assert tree(out) == tree(clean["new"]) and not (out / "more").exists()
    (spare / "findings" / "link").symlink_to(tmp_path)
    build(edition, out, memory=memory)
    assert tree(out) == tree(clean["old"])
    assert tree(spare) == tree(clean["new"])
    assert {path.name for path in tmp_path.iterdir()} == {
        *("hub", "memory.json", "memory-spare", "old", "new")
    }
    spare.rename(tmp_path / "elsewhere")
    spare.symlink_to(tmp_path / "elsewhere")
    build(new, out, memory=memory)
    assert tree(out) == tree(clean["new"])


def test_a_build_that_fails_leaves_its_folder_for_the_next(tmp_path: Path) -> None:
    out, memory, spare = (tmp_path / name for name in ("hub", "memory.json", "memory-spare"))
    edition, _ = two_built(out, memory)
    kept = (spare / "static" / "search.js").stat().st_ino
    whole = tree(out)
    with pytest.raises(HubError, match="leads nowhere"):
        build(replace(edition, interventions=edition.interventions[:1]), out, memory=memory)
    assert tree(out) == whole
    assert (spare / "static" / "search.js").stat().st_ino == kept
    build(edition, out, memory=memory)
    build(edition, tmp_path / "clean")
    assert tree(out) == tree(tmp_path / "clean")
    assert {path.name for path in tmp_path.iterdir()} == {
        *("hub", "memory.json", "memory-spare", "clean")
    }


def test_pages_made_on_all_cores_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(sample(), tmp_path / "here")
    monkeypatch.setattr(draw, "MUCH", 1)
    monkeypatch.setattr(draw, "_cores", lambda: 2)
    build(sample(), tmp_path / "cores")
    assert tree(tmp_path / "cores") == tree(tmp_path / "here")
    monkeypatch.setattr(draw, "at_hand", lambda *_: iter([Job("a key", refused)]))
    with pytest.raises(HubError, match="no such page"):
        build(sample(), tmp_path / "cores")
    assert tree(tmp_path / "cores") == tree(tmp_path / "here")


def refused() -> list[tuple[str, str | bytes]]:
    raise HubError("no such page")


BUILDS = """
import sys
from dataclasses import replace
from itertools import count
from pathlib import Path
from evalkit.hub.render import build
from tests.harm_to_files import HARMS, harmed
from tests.hub_sample import sample
edition = sample()
first, *others = edition.interventions
print("ready", flush=True)
for number in count():
    one = replace(first, summary=f"Sentence {number % 3}.")
    out, memory = map(Path, sys.argv[1:])
    build(replace(edition, interventions=(one, *others)), out, memory=memory)
"""


def killed(folder: Path, kills: int) -> None:
    """Kill builds that follow each other, writing of the record included; each hub must be one of three."""
    out, memory = folder / "reports", folder / ".evalkit" / "hub.db"
    edition = sample()
    first, *others = edition.interventions
    wholes = []
    for number in range(3):
        one = replace(first, summary=f"Sentence {number}.")
        edition = replace(edition, interventions=(one, *others))
        build(edition, out, memory=memory)
        wholes.append(tree(out))
    for number in range(kills):
        with subprocess.Popen(
            [sys.executable, "-c", BUILDS, str(out), str(memory)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        ) as building:
            assert building.stdout is not None
            building.stdout.readline()
            time.sleep(0.02 + 0.5 * (number * 0.6180339887 % 1))
            building.send_signal(signal.SIGKILL)
        assert tree(out) in wholes, f"kill {number}"
        build(edition, out, memory=memory)
        assert tree(out) == wholes[2], f"after kill {number}"
    assert sorted(path.name for path in folder.iterdir()) == [".evalkit", "reports"]
    assert sorted(path.name for path in memory.parent.iterdir()) == ["hub-spare", "hub.db"]


def test_kills_while_files_are_taken_over(tmp_path: Path) -> None:
    killed(tmp_path, 2)


@pytest.mark.soak
def test_many_kills_while_files_are_taken_over(tmp_path: Path) -> None:
    killed(tmp_path, 100)
