"""What evalkit says about itself: help, docstrings, README, CHANGELOG."""

import dataclasses
import inspect
import re
import shlex
import tomllib
import typing

import pytest
from typer.main import get_command

import evalkit
from evalkit.cli import app
from evalkit.cli.edge import Group
from evalkit.protocol.contradictions import _CHECKS
from evalkit.protocol.series_estimators import Counts, Segmented, SeriesAlternative


def commands(group, path=()):
    """Every command below a group, by its words."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


ROOT = get_command(app)
COMMANDS = dict(commands(ROOT))


def parsed(words):
    """The command that words call and its parameters; usage errors are raised."""
    command, rest = ROOT, list(words)
    while hasattr(command, "commands"):
        command, rest = command.commands[rest[0]], rest[1:]
    with command.make_context(command.name, rest) as context:
        return command, context.params


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_help_and_an_example_that_parses(words):
    help = COMMANDS[words].help
    first = help.strip().splitlines()[0]
    assert first.endswith(".") and len(first) <= 60
    [example] = re.findall(r"^\s*Example: evalkit (.+)$", help, re.M)
    command, _ = parsed(shlex.split(example))
    assert command.name == words[-1] and tuple(shlex.split(example)[: len(words)]) == words


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_answers_as_json(words):
    options = [o for p in COMMANDS[words].params for o in p.opts]
    assert ("--json" in options) == (words != ("hub", "serve"))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_parameter_says_what_it_is(words):
    for parameter in COMMANDS[words].params:
        assert getattr(parameter, "help", None), parameter.name


@pytest.mark.parametrize("words", [(), *COMMANDS], ids=" ".join)
def test_help_fits_and_is_plain(words, cli, tmp_path):
    for flag in ("-h", "--help"):
        said = cli(*words, flag, cwd=tmp_path)
        assert (said.code, said.err) == (0, "")
        assert said.out.isascii() and "..." not in re.sub(
            r"(\[[^]]*\]|\{[^}]*\}|words|ID|downloads)\.\.\.", "", said.out
        )
        assert all(len(line) <= 80 for line in said.out.splitlines())


def test_groups_print_problems_alike():
    groups = [ROOT, *(c for c in ROOT.commands.values() if hasattr(c, "commands"))]
    assert len(groups) == 21 and all(isinstance(group, Group) and group.help for group in groups)


@pytest.mark.parametrize("name", evalkit.__all__)
def test_every_public_name_is_documented(name):
    thing = getattr(evalkit, name)
    assert inspect.getdoc(thing)
    public = getattr(thing, "__all__", ()) if inspect.ismodule(thing) else ()
    for inner in public:
        assert inspect.getdoc(getattr(thing, inner)), f"{name}.{inner}"


def test_versions_agree(root, cli, tmp_path):
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    assert evalkit.__version__ == version
    assert cli("--version", cwd=tmp_path).out == f"evalkit {version}\n"
    assert re.search(rf"^## {re.escape(version)}\b", (root / "CHANGELOG.md").read_text(), re.M)


def written_commands(text):
    """Commands in the code of a Markdown file."""
    code = "\n".join(re.findall(r"^```.*?\n(.*?)^```", text, re.M | re.S))
    code += "\n" + "\n".join(re.findall(r"`([^`\n]+)`", text))
    return re.findall(r"(?:^|&& |\$ |Next  |: |bin/)evalkit ([a-z][^&>|#`\n]*)", code, re.M)


@pytest.mark.parametrize("file", ["README.md", "CHANGELOG.md", "CONTRIBUTING.md"])
def test_commands_in_the_documents_exist(root, file):
    found = written_commands((root / file).read_text(encoding="utf-8"))
    assert found or file != "README.md"
    for command in found:
        words = tuple(w for w in shlex.split(command) if re.fullmatch(r"[a-z-]+", w))
        starts = {known[:n] for known in COMMANDS for n in (1, 2)}
        assert words[:2] in starts or words[:1] in starts, command
        assert words[:1] in {known[:1] for known in COMMANDS}, command
        if words[:1] not in COMMANDS:
            assert len(words) == 1 or words[:2] in COMMANDS, command


def test_make_targets_in_the_readme_exist(root):
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(), re.M))
    named = set(re.findall(r"(?:\$ |`)make ([a-z]+)", (root / "README.md").read_text()))
    assert named and named <= targets


@pytest.mark.parametrize("kind", [Segmented, Counts, SeriesAlternative])
def test_every_field_of_a_plan_on_one_series_is_explained(root, kind):
    text = (root / "docs" / "designs.md").read_text(encoding="utf-8")
    section = text.split("## One series")[1]
    named = set(re.findall(r"`(\w[\w+]*)`", section))
    allowed: set[str] = set()
    for field in dataclasses.fields(kind):
        if field.name != "name":
            assert field.name in named, field.name
        allowed |= words_of(typing.get_type_hints(kind)[field.name])
    missing = allowed - named - {"segmented", "counts", "level"}
    assert not missing, missing


def words_of(hint):
    """Every word that a type allows."""
    if typing.get_origin(hint) is typing.Literal:
        return {word for word in typing.get_args(hint) if isinstance(word, str)}
    return set().union(*(words_of(inner) for inner in typing.get_args(hint)), set())


def test_every_check_of_a_plan_is_explained_and_public(root):
    text = (root / "docs" / "checks.md").read_text(encoding="utf-8")
    for design, names in _CHECKS.items():
        for name in names:
            assert f"| `{name}` |" in text, name
            assert name in evalkit.checks.__all__, (design, name)


def test_files_that_the_readme_shows_exist(root):
    text = (root / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if not target.startswith("http"):
            assert (root / target).exists(), target
