"""The pack for a stick is the whole hub, the same every time; a hub that was damaged is not packed."""

import io
import zipfile
from pathlib import Path

import pytest

from evalkit.errors import HubError
from evalkit.hub import build
from evalkit.hub.check import check
from evalkit.hub.pack import pack
from tests.hub_sample import sample


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pack") / "reports"
    out.mkdir()
    (out / "README.md").write_text("for people who keep the folder")
    build(sample(), out)
    return out


def test_the_pack_holds_the_whole_hub_and_opens_the_event(hub: Path) -> None:
    content = pack(hub, "spring-2027")
    assert content == pack(hub, "spring-2027")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.testzip() is None
        names = packed.namelist()
        start = packed.read("start-here.html").decode()
        page = packed.read("hub/index.html")
    assert 'href="hub/events/spring-2027.html"' in start and "hub/events/spring-2027.html" in names
    built = {f"hub/{p.relative_to(hub).as_posix()}" for p in hub.rglob("*") if p.is_file()}
    assert set(names) == (built - {"hub/README.md"}) | {"start-here.html"}
    assert page == (hub / "index.html").read_bytes()


def test_an_event_that_the_hub_does_not_have_is_refused_with_those_it_has(hub: Path) -> None:
    with pytest.raises(HubError, match=r"no event winter-2026; needed one of autumn-2026, spring"):
        pack(hub, "winter-2026")


def test_a_damaged_hub_is_named_by_file(hub: Path, tmp_path: Path) -> None:
    assert check(hub) > 60
    build(sample(), tmp_path / "h")
    (tmp_path / "h" / "glossary.html").unlink()
    with pytest.raises(HubError, match=r"about\.html: the link glossary\.html leads nowhere"):
        check(tmp_path / "h")
    with pytest.raises(HubError, match="holds no hub"):
        check(tmp_path)
