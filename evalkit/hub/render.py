"""Render everything, check everything, then swap the finished folder in."""

import shutil
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.exceptions import TemplateError
from markupsafe import Markup

from evalkit.errors import HubError
from evalkit.hub.calendar import calendar_assets
from evalkit.hub.collections import collections
from evalkit.hub.downloads import downloads
from evalkit.hub.feed import feed
from evalkit.hub.gates import problems
from evalkit.hub.page import Asset, Page
from evalkit.hub.pages import pages
from evalkit.hub.register_file import register_file
from evalkit.hub.search_index import search_index
from evalkit.hub.swap import fresh_folder, recover
from evalkit.report.figures.marks import Mark, mark
from evalkit.report.figures.svg import stylesheet
from evalkit.types.catalogue import Catalogue

_KEPT = "README.md"


def build(catalogue: Catalogue, out: Path) -> tuple[Path, ...]:
    """Build the hub into ``out`` and return the files written, sorted: ``made`` and ``write`` in one.

    Raises
    ------
    HubError
        A page cannot be rendered, a link leads nowhere, or ``out`` holds something that is no hub.
    """
    return write(made(catalogue), out)


def made(catalogue: Catalogue) -> dict[str, str | bytes]:
    """Every file of an edition by its path, checked, in memory.

    Raises
    ------
    HubError
        A page cannot be rendered, or a link leads nowhere.
    """
    return render(pages(catalogue), assets(catalogue))


def write(edition: Mapping[str, str | bytes], out: Path) -> tuple[Path, ...]:
    """Write an edition into ``out`` and return the files written, sorted.

    Files of an earlier build that are no longer made disappear; ``README.md`` stays.

    Raises
    ------
    HubError
        ``out`` holds something that is no hub.
    """
    place = out.resolve()
    recover(place)
    _refuse_other_folder(out)
    with fresh_folder(place) as fresh:
        _write(edition, fresh)
        for name in (_KEPT, ".gitignore"):
            if (out / name).is_file():
                shutil.copy2(out / name, fresh / name)
    return tuple(sorted(out / path for path in edition))


def assets(catalogue: Catalogue) -> tuple[Asset, ...]:
    """Every file of an edition that is no page."""
    return (
        *downloads(catalogue),
        *collections(catalogue),
        *calendar_assets(catalogue),
        feed(catalogue),
        register_file(catalogue),
        search_index(catalogue),
        *static(),
    )


def render(drawn: Sequence[Page], beside: Sequence[Asset] = ()) -> dict[str, str | bytes]:
    """Every file of the hub by its path, checked, in memory."""
    files: dict[str, str | bytes] = {asset.path: asset.text for asset in beside}
    for page in drawn:
        if page.path in files:
            raise HubError(f"{page.path}: two pages want this path.")
        files[page.path] = page_text(page)
    if wrong := problems(files):
        raise HubError(*wrong)
    return files


def page_text(page: Page) -> str:
    """One page as it is written, without the checks of a whole hub.

    Raises
    ------
    HubError
        It cannot be rendered.
    """
    try:
        return _environment().get_template(page.template).render(page.context)
    except TemplateError as error:
        raise HubError(f"{page.path}: {error.message}.") from error


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("evalkit.hub", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["mark"] = _mark
    return environment


def _mark(name: Mark) -> Markup:
    return Markup(mark(name))


def static() -> tuple[Asset, ...]:
    """The files that every hub has, whatever is in it."""
    folder = resources.files("evalkit.hub").joinpath("static")
    style = stylesheet() + folder.joinpath("hub.css").read_text(encoding="utf-8")
    others = ("icon.svg", "filters.js", "search.js")
    return (
        Asset(path="static/hub.css", text=style),
        *(
            Asset(path=f"static/{name}", text=folder.joinpath(name).read_text(encoding="utf-8"))
            for name in others
        ),
    )


def _refuse_other_folder(out: Path) -> None:
    """A mistyped folder must not lose what is in it."""
    if not out.exists():
        return
    there = {item.name for item in out.iterdir()} - {_KEPT, ".gitignore"} if out.is_dir() else {""}
    if there and not (out / "static" / "hub.css").is_file():
        raise HubError(f"{out} holds files that are not a hub; give an empty or a new folder.")


def _write(made: Mapping[str, str | bytes], folder: Path) -> None:
    for path, text in made.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode() if isinstance(text, str) else text)
