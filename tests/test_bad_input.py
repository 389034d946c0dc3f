"""Whatever is handed in: done, or exit 1 with a line for each problem and not a byte changed."""

import contextlib
import os
import random
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from evalkit.cli import noun_texts
from evalkit.cli.intervention import TEMPLATE
from evalkit.workflow.folders import FOLDERS

TEXTS = {"intervention": TEMPLATE} | {
    kind: getattr(noun_texts, kind.upper().replace("-", "_")) for kind in FOLDERS
}
COMMANDS = {kind: (kind, "add") for kind in TEXTS} | {"assessment": ("area", "assess")}
ID = "EM-2026-0001"
EDIT = ("intervention", "edit", ID, "--reason", "x")
ADD = (
    *("intervention", "add", "--name", "New", "--summary", "x", "--kind", "mentoring"),
    *("--status", "idea", "--area", "Derby", "--start", "2024", "--why", "x", "--lead", "x"),
)
WRITING = {
    "add by flags": ADD,
    "add a text": ("source", "add", "source.yaml"),
    "edit a field": (*EDIT, "--set", "population=all"),
    "withdraw": ("intervention", "withdraw", ID, "--reason", "x"),
    "import texts": ("registry", "import"),
    "record a value": ("indicator", "record", ID, "recorded robbery", "2024-01", "3"),
    "init": ("init", "more"),
    "upgrade": ("registry", "upgrade"),
}
COPYING = {
    "export": ("registry", "export", "out"),
    "a table": ("registry", "export", "out.csv"),
    "one file": ("registry", "export", "out.json"),
    "backup": ("registry", "backup", "out.db"),
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, cli):
    """A workspace with a registered intervention, and texts that are not registered yet."""
    ours = tmp_path_factory.mktemp("bad") / "ours"
    assert cli("init", "ours", cwd=ours.parent).code == 0
    (ours / "case_studies/evening-patrols").mkdir()
    (ours / "case_studies/evening-patrols/intervention.yaml").write_text(TEMPLATE)
    added = cli("intervention", "add", "case_studies/evening-patrols/intervention.yaml", cwd=ours)
    assert added.code == 0
    (ours / "needs").mkdir()
    (ours / "needs" / "one.yaml").write_text(noun_texts.NEED)
    (ours / "source.yaml").write_text(noun_texts.SOURCE)
    return ours


@pytest.fixture
def ours(prepared, tmp_path):
    shutil.copytree(prepared, tmp_path / "ours")
    return tmp_path / "ours"


def contents(folder: Path) -> dict[str, bytes | None]:
    found = sorted(folder.rglob("*"))
    return {str(path): path.read_bytes() if path.is_file() else None for path in found}


def refused(said, *, lines: int | None = 1) -> None:
    """Exit 1, nothing on stdout, and a short plain line for each problem."""
    assert (said.code, said.out) == (1, ""), (said.out, said.err)
    found = said.err.splitlines()
    assert found if lines is None else len(found) == lines, said.err
    for line in found:
        assert re.search(r"\S; needed \S", line), line
        assert len(line) < 1500 and "Traceback" not in line and "\x1b" not in line


JUNK = (
    *("no", "yes", "null", "~", "''", "' '", "2026-01-01", "2026-02-30", "2026-13", "12:30", "010"),
    *("1", "-1", "0.5", "1e999", ".nan", ".inf", "0x1f", "[]", "{}", "[no]", "[[x]]", "{a: b}"),
    *("[1, 2]", "{a: {b: c}}", "*a", "&a x", "!!str x", "!!python/object:os.system x", "|", ">-"),
    *(
        "🙂🏳️‍🌈",
        "مشروع الدوريات",
        '"\\u202Etxet"',
        '"a\\0b"',
        '"\\uD800"',
        "../../etc/passwd",
        "con",
    ),
    *(
        "'" + "x" * 300 + "'",
        "'" + "long " * 2_000 + "'",
        "x: y",
        "- x",
        "%x",
        "@x",
        "`x`",
        "#",
        '"',
    ),
    *("EM-2026-9999", "E99999999", "nobody-knows", "[nobody-knows]", "<script>alert(1)</script>"),
    *(
        "'; DROP TABLE entry; --",
        "{{ 7*7 }}",
        "=1+1",
        "[red]x[/red]",
        "a\tb",
        "[" * 500,
        "{a: " * 500,
    ),
)


def spoilt(text: str, chance: random.Random) -> str:
    """A text with one to three of its fields given something else, twice, or not at all."""
    lines = text.split("\n")
    for _ in range(chance.choice((1, 1, 2, 3))):
        row = chance.randrange(len(lines))
        key = re.match(r"\s*(- )?[\w-]+:", lines[row])
        deed = chance.randrange(8)
        if deed == 0:
            lines.insert(chance.randrange(len(lines)), lines[row])
        elif deed == 1 and len(lines) > 1:
            del lines[row]
        elif deed == 2:
            lines[row] = f"  {lines[row]}"
        elif deed == 3:
            lines[row] = re.sub(r"\w+", lambda _: chance.choice(JUNK), lines[row], count=1)
        elif key:
            lines[row] = f"{key[0]} {chance.choice(JUNK)}"
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("kind", TEXTS)
def test_a_spoilt_text_is_taken_whole_or_refused_whole(prepared, tmp_path, cli, kind, seed):
    chance, ours = random.Random(f"{kind} {seed}"), tmp_path / "ours"
    shutil.copytree(prepared, ours)
    file = ours / "new" / "intervention.yaml"
    file.parent.mkdir()
    clean, taken, left = (ours / "registry.db").read_bytes(), 0, 0
    for _ in range(25):
        file.write_text(spoilt(TEXTS[kind], chance), encoding="utf-8", errors="surrogatepass")
        before = contents(ours)
        said = cli(*COMMANDS[kind], file, cwd=ours)
        if said.code == 0:
            taken += 1
            assert said.err == "" and cli("registry", "verify", cwd=ours).code == 0
            (ours / "registry.db").write_bytes(clean)
        else:
            left += 1
            refused(said, lines=None)
            assert contents(ours) == before
    assert left > 5, (taken, left)


@pytest.mark.parametrize("kind", TEXTS)
def test_a_megabyte_in_a_field_is_one_problem(ours, cli, kind):
    """However long: one line, which does not repeat it; as a comment it is kept as it is."""
    long = "x y " * 262_144
    field = "summary" if kind == "intervention" else "id"
    line = next(row for row in TEXTS[kind].split("\n") if row.startswith(f"{field}:"))
    (ours / "long.yaml").write_text(TEXTS[kind].replace(line, f"{field}: {long}"))
    before = contents(ours)
    refused(cli(*COMMANDS[kind], "long.yaml", cwd=ours))
    assert contents(ours) == before


TITLES = (
    "Patrols 🙂 🏳️‍🌈",
    "مشروع الدوريات المسائية",
    "סיורי ערב",
    "Zoë’s “test”",
    "夜間",
    "a\u0301",
)


def test_titles_in_any_script_are_kept_as_they_are(ours, cli, cli_process):
    from evalkit.registry.interventions import read_interventions
    from evalkit.registry.store import open_registry

    for number, name in enumerate(TITLES):
        text = TEMPLATE.replace("name: Evening patrols", f"name: {name}")
        text = text.replace(f"id: {ID}", f"id: EM-2026-{number + 2:04d}")
        (ours / f"case_studies/other-{number}").mkdir()
        (ours / f"case_studies/other-{number}/intervention.yaml").write_text(text, encoding="utf-8")
    assert cli("registry", "import", cwd=ours).code == 0
    with open_registry(f"sqlite:///{ours / 'registry.db'}") as session:
        assert {one.name for one in read_interventions(session)} >= set(TITLES)
    for variables in ({"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "utf-8"}):
        assert cli_process("intervention", "list", cwd=ours, **variables).code == 0
    for name in TITLES:
        assert cli("registry", "search", name, cwd=ours).code == 0


def tampered(statement: str) -> Callable[[Path], None]:
    def spoil(file: Path) -> None:
        with contextlib.closing(sqlite3.connect(file)) as connection, connection:
            connection.execute(statement)

    return spoil


REGISTRIES = {
    "empty": lambda file: file.write_bytes(b""),
    "text": lambda file: file.write_text("name: not a registry\n" * 500),
    "zeros": lambda file: file.write_bytes(bytes(8192)),
    "half": lambda file: file.write_bytes(file.read_bytes()[:5000]),
    "a torn header": lambda file: file.write_bytes(b"SQLite format 3\x00" + bytes(100)),
    "another database": lambda file: (file.unlink(), sqlite3.connect(file).close()),
    "a newer schema": tampered("UPDATE alembic_version SET version_num = '9999'"),
    "no schema": tampered("DELETE FROM alembic_version"),
    "a folder": lambda file: (file.unlink(), file.mkdir()),
    "nothing": lambda file: file.unlink(),
}
ASKING = {
    "list": ("intervention", "list"),
    "show": ("theory", "show", ID),
    "search": ("registry", "search", "patrols"),
    "history": ("registry", "history", ID),
    "verify": ("registry", "verify"),
    **{name: words for name, words in (WRITING | COPYING).items() if name != "init"},
}


@pytest.mark.parametrize("spoil", REGISTRIES.values(), ids=REGISTRIES)
def test_a_registry_that_is_none_is_refused_and_left_alone(ours, cli, spoil):
    spoil(ours / "registry.db")
    for name, words in ASKING.items():
        if name == "import texts" and not (ours / "registry.db").exists():
            continue  # makes one, which is what it is for
        before = contents(ours)
        said = cli(*words, cwd=ours)
        refused(said)
        assert said.err.strip() and contents(ours) == before, name


@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_file_gives_one_line_and_never_a_traceback(prepared, tmp_path, cli, seed):
    chance, ours = random.Random(seed), tmp_path / "ours"
    shutil.copytree(prepared, ours)
    whole = (ours / "registry.db").read_bytes()
    for _ in range(12):
        raw = bytearray(whole)
        start = chance.randrange(100, len(raw))
        length = chance.choice((1, 16, 512, 4096))
        raw[start : start + length] = chance.randbytes(min(length, len(raw) - start))
        (ours / "registry.db").write_bytes(raw)
        for words in (
            ("intervention", "list"),
            ("registry", "verify"),
            (*EDIT, "--set", "end=2025"),
        ):
            before = contents(ours)
            said = cli(*words, cwd=ours)
            assert said.code in (0, 1)
            if said.code == 1 and words[-1] != "verify":
                refused(said)
                assert contents(ours) == before


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A real disk of 4 MB; where none can be mounted, the test is left out."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)]
    if os.geteuid() or shutil.which("mount") is None:
        pytest.skip("only root can mount a disk to fill")
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def fill(place: Path) -> None:
    """Leave not one block."""
    with (place / "filler").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass


NEEDING_ROOM = {name: words for name, words in (WRITING | COPYING).items() if name != "upgrade"}


@pytest.mark.parametrize("words", NEEDING_ROOM.values(), ids=NEEDING_ROOM)
def test_a_full_disk_changes_nothing(prepared, small_disk, cli, words):
    ours = small_disk / "ours"
    shutil.copytree(prepared, ours)
    fill(small_disk)
    before = contents(ours)
    said = cli(*words, cwd=ours)
    refused(said)
    assert contents(ours) == before
    (small_disk / "filler").unlink()
    assert cli("registry", "verify", cwd=ours).code == 0
    assert cli(*words, cwd=ours).code == 0


@pytest.mark.parametrize("words", (WRITING | COPYING).values(), ids=WRITING | COPYING)
def test_a_read_only_disk_changes_nothing(prepared, small_disk, cli, words):
    ours = small_disk / "ours"
    shutil.copytree(prepared, ours)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    before = contents(ours)
    said = cli(*words, cwd=ours)
    refused(said)
    assert contents(ours) == before
    assert cli("registry", "verify", cwd=ours).code == 0
    assert cli("intervention", "list", cwd=ours).code == 0
