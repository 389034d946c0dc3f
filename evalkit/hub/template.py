"""Pages as text, and the files that every hub has."""

from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.exceptions import TemplateError
from markupsafe import Markup

from evalkit.errors import HubError
from evalkit.hub.page import Asset, Page
from evalkit.report.figures.marks import Mark, mark
from evalkit.report.figures.svg import stylesheet


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


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("evalkit.hub", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.globals["mark"] = _mark
    return environment


@cache
def _mark(name: Mark) -> Markup:
    return Markup(mark(name))
