"""Pages as text, and the files that every hub has."""

from collections.abc import Sequence
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.exceptions import TemplateError
from markupsafe import Markup, escape

from evalkit.errors import HubError
from evalkit.hub.compiled import Compiled
from evalkit.hub.page import Asset, Later, Page
from evalkit.report.figures.marks import Mark, mark
from evalkit.report.figures.svg import stylesheet


def page_text(page: Page) -> str:
    """One page as it is written, without the checks of a whole hub.

    Raises
    ------
    HubError
        It cannot be rendered.
    """
    told = {k: v.make() if isinstance(v, Later) else v for k, v in page.context.items()}
    try:
        return _environment().get_template(page.template).render(told)
    except TemplateError as error:
        raise HubError(f"{page.path}: {error.message}.") from error


def part_of_page(name: str, *given: object, **named: object) -> Markup:
    """What one of the macros that pages share makes."""
    macros = _environment().get_template("parts.html").module
    made: Markup = getattr(macros, name)(*given, **named)
    return made


def static() -> tuple[Asset, ...]:
    """The files that every hub has, whatever is in it."""
    folder = resources.files("evalkit.hub").joinpath("static")
    style = stylesheet() + folder.joinpath("hub.css").read_text(encoding="utf-8")
    others = ("icon.svg", "filters.js", "search.js", "slides.js")
    return (
        Asset(path="static/hub.css", text=style),
        *(
            Asset(path=f"static/{name}", text=folder.joinpath(name).read_text(encoding="utf-8"))
            for name in others
        ),
    )


def body(rows: Sequence[Sequence[str]]) -> Markup:
    """The rows of a table of numbers, escaped in one go: there are a hundred months on a page."""
    text = str(escape("\n".join("\t".join(row) for row in rows)))
    lines = text.split("\n") if rows else []
    if len(lines) != len(rows) or text.count("\t") != sum(len(row) - 1 for row in rows):
        lines = ["\t".join(str(escape(c)).replace("\t", " ") for c in row) for row in rows]
    return Markup("".join(map(_row, lines)))


def _row(line: str) -> str:
    first, *rest = line.split("\t")
    cells = "".join([f"<td>{cell}</td>" for cell in rest])
    return f'<tr><th scope="row">{first}</th>{cells}</tr>\n'


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
        bytecode_cache=Compiled(),
    )
    environment.globals["mark"] = _mark
    environment.globals["body"] = body
    return environment


@cache
def _mark(name: Mark) -> Markup:
    return Markup(mark(name))
