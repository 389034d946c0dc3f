"""Compiled templates are kept for the next command, and believed only of the very same template."""

import sys
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from evalkit.hub import compiled
from evalkit.hub.compiled import Compiled


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the package's templates would be."""
    monkeypatch.setattr(compiled, "files", lambda package: tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    (tmp_path / "templates").mkdir()
    return tmp_path / "templates"


def made(text: str) -> str:
    """What a command makes of a template."""
    loader = DictLoader({"page.html": text})
    return Environment(loader=loader, bytecode_cache=Compiled()).get_template("page.html").render()


def test_a_template_is_compiled_once_and_again_when_it_changes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert made("{{ 1 + 1 }} areas") == "2 areas"
    [kept] = (folder / "__pycache__").iterdir()
    with monkeypatch.context() as patched:
        patched.setattr(Environment, "compile", None)  # needed for no template
        assert made("{{ 1 + 1 }} areas") == "2 areas"
    assert made("{{ 1 + 2 }} areas") == "3 areas"
    assert [kept] == list((folder / "__pycache__").iterdir())


@pytest.mark.parametrize("harm", [b"", b"no bytecode", b"\xff" * 400])
def test_what_cannot_be_read_is_compiled(folder: Path, harm: bytes) -> None:
    made("{{ 1 + 1 }} areas")
    [kept] = (folder / "__pycache__").iterdir()
    kept.write_bytes(harm)
    assert made("{{ 1 + 1 }} areas") == "2 areas"
    assert kept.read_bytes() != harm


def test_nothing_is_written_where_python_writes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert made("{{ 1 + 1 }} areas") == "2 areas" and list(folder.iterdir()) == []
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (folder / "__pycache__").touch()  # nor where no folder can be made
    assert made("{{ 1 + 1 }} areas") == "2 areas"
    assert [path.name for path in folder.iterdir()] == ["__pycache__"]
