"""The published form of a plan: current by construction, accepts what it should, and never reuses a key."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from evalkit.protocol.plan import Plan
from evalkit.protocol.schema import VERSION, form_id, plan_schema
from evalkit.text import read_front_matter

PUBLISHED = Path(__file__).parent / "protocol_keys.txt"
RELEASED: dict[str, str] = {}
"""Hash of the keys of every version that was released; the newest one may still grow."""


@pytest.fixture(scope="module")
def schema(cli, tmp_path_factory) -> dict[str, Any]:
    said = cli("protocol", "schema", cwd=tmp_path_factory.mktemp("anywhere"))
    assert (said.code, said.err) == (0, "")
    return json.loads(said.out)


def front_matter(path: Path) -> dict[str, Any]:
    return json.loads(json.dumps(read_front_matter(path, Plan)[1].value, default=str))


def test_the_command_prints_the_form_that_is_read(schema):
    assert schema == json.loads(json.dumps(plan_schema()))
    assert (schema["$id"], schema["x-form"]) == ("urn:evalkit:protocol:1", "evalkit/protocol/1")
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("number", [1, 2, 5])
def test_it_accepts_the_worked_examples(schema, root, number):
    plan = front_matter(root / "protocols" / f"EM-2026-000{number}-P1.md")
    jsonschema.validate(plan, schema)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("staus", "x"),
        ("window.begin", "2000"),
        ("outcome.colour", "red"),
        ("checks.0.chek", "pre_trend"),
        ("estimator.covariate", ["x"]),
        ("estimator.name", "magic"),
        ("window.start", "May"),
        ("window.start", 20),
        ("inference.level", 2),
        ("changes", []),
        ("form", "evalkit/protocol/2"),
    ],
)
def test_it_rejects_what_is_no_key_and_what_a_key_cannot_be(schema, root, path, value):
    plan = front_matter(root / "protocols" / "EM-2026-0001-P1.md")
    *way, last = path.split(".")
    at: Any = plan
    for step in way:
        at = at[int(step) if step.isdigit() else step]
    at[last] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plan, schema)


def keys(schema: dict[str, Any], whole: dict[str, Any], path: str = "") -> Iterator[str]:
    """Every key with the kinds of value that it can have, e.g. ``window.start: integer or string``."""
    for name, inner in schema.get("properties", {}).items():
        here = f"{path}.{name}" if path else name
        options = [*branches(inner, whole)]
        kinds = sorted({kind for option in options for kind in kinds_of(option)})
        yield f"{here}: {' or '.join(kinds)}"
        for option in options:
            tag = option.get("properties", {}).get("name", {}).get("const")
            yield from keys(option, whole, f"{here}<{tag}>" if tag else here)


def branches(schema: dict[str, Any], whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What a value can be: references followed, choices and lists opened."""
    if "$ref" in schema:
        yield from branches(whole["$defs"][schema["$ref"].rpartition("/")[2]], whole)
    elif "anyOf" in schema or "oneOf" in schema:
        for one in schema.get("anyOf", []) + schema.get("oneOf", []):
            yield from branches(one, whole)
    elif schema.get("type") == "array":
        for one in branches(schema["items"], whole):
            yield {**one, "list": True}
    else:
        yield schema


def kinds_of(schema: dict[str, Any]) -> list[str]:
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return [f"list of {kind}" if schema.get("list") else kind for kind in kinds]


def published() -> dict[str, list[str]]:
    """Keys by the version that brought them; a line with a minus takes one out for good."""
    found: dict[str, list[str]] = {}
    for line in PUBLISHED.read_text().splitlines():
        if head := re.fullmatch(r"# (\d+\.\d+)", line):
            found[head[1]] = []
        elif line and not line.startswith("##"):
            found[[*found][-1]].append(line)
    return found


def test_a_key_keeps_its_meaning_and_is_never_used_again():
    versions = published()
    lines = [line for some in versions.values() for line in some]
    gone = {line.removeprefix("- ") for line in lines if line.startswith("- ")}
    named = [line.partition(":")[0] for line in lines if not line.startswith("- ")]
    assert sorted({name for name in named if named.count(name) > 1}) == []
    now = [*dict.fromkeys(keys(plan_schema(), plan_schema()))]
    new = sorted(set(now) - set(lines))
    assert new == [], f"add to {PUBLISHED.name}, at the end of version {VERSION}"
    back = [line for line in now if line.partition(":")[0] in gone]
    assert back == [], "a key that was taken out is not used again: choose another name"
    kept = {line for line in lines if line.partition(":")[0] not in gone and line[:2] != "- "}
    assert sorted(kept - set(now)) == [], "a key changed its kind, or is gone: add `- key`"


def test_the_version_of_the_form_is_that_of_its_newest_key():
    versions = published()
    assert [*versions][-1] == VERSION
    assert form_id() == f"evalkit/protocol/{VERSION.partition('.')[0]}"
    for version, digest in RELEASED.items():
        assert hashlib.sha256("\n".join(versions[version]).encode()).hexdigest() == digest
