"""Making a workspace, and finding the one around a folder."""

import json
import tomllib

import pytest

from evalkit.errors import EvalkitError
from evalkit.workflow.workspace import find_workspace


def files(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


EMPTY = [
    ".gitignore",
    "case_studies/README.md",
    "evalkit.toml",
    "protocols/README.md",
    "registry.db",
    "reports/README.md",
]


def test_an_empty_workspace(tmp_path, cli):
    said = cli("init", "a/b", cwd=tmp_path)
    assert (said.code, said.err) == (0, "")
    assert said.out.endswith("Next  cd a/b\nNext  evalkit intervention add\n")
    assert files(tmp_path / "a" / "b") == EMPTY
    assert files(tmp_path) == [f"a/b/{name}" for name in EMPTY]


def test_the_current_folder_becomes_a_workspace_and_stays_the_same_folder(tmp_path, cli):
    before = tmp_path.stat().st_ino
    said = cli("init", ".", cwd=tmp_path)
    assert (said.code, said.err) == (0, "")
    assert said.out.endswith("\n\nNext  evalkit intervention add\n")
    assert files(tmp_path) == EMPTY and tmp_path.stat().st_ino == before


def test_names_are_written_as_they_are(tmp_path, cli):
    name = 'Safer "North" \\ côté \N{GRINNING FACE}'
    cli("init", "ours", "--publisher", name, "--region", name, "--prefix", "NW", cwd=tmp_path)
    settings = tomllib.loads((tmp_path / "ours" / "evalkit.toml").read_text(encoding="utf-8"))
    assert settings["workspace"] == {"prefix": "NW", "region": name, "publisher": name}
    workspace = find_workspace(tmp_path / "ours")
    assert (workspace.prefix, workspace.publisher) == ("NW", name)


def test_a_wrong_prefix_leaves_nothing_behind(tmp_path, cli):
    said = cli("init", "ours", "--prefix", "north west", cwd=tmp_path)
    assert said.code == 1 and "two to six capitals" in said.err
    assert list(tmp_path.iterdir()) == []


def test_examples_come_registered(tmp_path, cli, root):
    said = cli("init", "ours", "--examples", "--json", cwd=tmp_path)
    assert json.loads(said.out)["folder"] == "ours"
    for name in ("case_studies", "protocols"):
        copied = set(files(tmp_path / "ours" / name))
        assert copied - {"README.md"} == set(files(root / name)) - {"README.md"}
    listed = json.loads(cli("intervention", "list", "--json", cwd=tmp_path / "ours").out)
    assert [i["id"] for i in listed["interventions"]] == [f"EM-2026-000{n}" for n in range(1, 6)]
    assert cli("registry", "verify", cwd=tmp_path / "ours").code == 0


def test_the_workspace_is_found_from_any_folder_inside(tmp_path, cli):
    cli("init", "ours", cwd=tmp_path)
    inside = tmp_path / "ours" / "case_studies" / "patrols"
    inside.mkdir()
    assert find_workspace(inside) == find_workspace(tmp_path / "ours")
    with pytest.raises(EvalkitError, match="needed a workspace"):
        find_workspace(tmp_path)


def test_the_template_can_be_registered_as_it_is(tmp_path, cli):
    cli("init", "ours", "--prefix", "NW", cwd=tmp_path)
    text = cli("intervention", "add", "--template", cwd=tmp_path).out
    (tmp_path / "ours" / "case_studies" / "patrols").mkdir()
    file = tmp_path / "ours" / "case_studies" / "patrols" / "intervention.yaml"
    file.write_text(text)
    added = cli("intervention", "add", "--json", file, cwd=tmp_path / "ours")
    answer = json.loads(added.out)
    assert (
        answer["new"] is True and answer["id"].startswith("NW-") and answer["id"].endswith("-0001")
    )
    built = cli("hub", "build", "--json", cwd=tmp_path / "ours")
    assert json.loads(built.out)["pages"] >= 5


def ledger(folder):
    """Who did what, from the ledger."""
    from evalkit.registry.ledger import entries
    from evalkit.registry.store import open_registry

    with open_registry(find_workspace(folder).url) as session:
        return [(entry.action, entry.by) for entry in entries(session)]


def test_the_post_that_acts_stands_in_the_ledger(tmp_path, cli):
    post = "Evaluation lead, Derby City Council"
    assert cli("init", "ours", "--acting-as", post, cwd=tmp_path).code == 0
    text = cli("intervention", "add", "--template", cwd=tmp_path).out
    (tmp_path / "ours" / "i.yaml").write_text(text)
    assert cli("intervention", "add", "i.yaml", cwd=tmp_path / "ours").code == 0
    assert find_workspace(tmp_path / "ours").acting_as == post
    assert ledger(tmp_path / "ours") == [("register", post)]


def test_without_a_post_none_is_given(tmp_path, cli):
    cli("init", "ours", "--examples", cwd=tmp_path)
    assert find_workspace(tmp_path / "ours").acting_as == "not given"
    assert {by for _, by in ledger(tmp_path / "ours")} == {"not given"}


def test_a_person_is_refused_as_a_post(tmp_path, cli):
    for words in ("Mrs Ada Example", "lead@example.org"):
        said = cli("init", "ours", "--acting-as", words, cwd=tmp_path)
        assert said.code == 1 and "evalkit.toml:5 workspace.acting_as: what looks" in said.err
        assert words not in said.err and list(tmp_path.iterdir()) == []
