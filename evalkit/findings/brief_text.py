"""A brief as a text that needs no hub: Markdown, or one page of HTML."""

from html import escape

from evalkit.findings.brief import Brief, sections


def brief_markdown(brief: Brief) -> str:
    """The brief as Markdown."""
    lines = [f"# {_plain(brief.headline)}"]
    lines += [line for text in _head(brief) for line in ("", _plain(text))]
    for heading, texts in sections(brief):
        lines += ["", f"## {heading}", *(line for text in texts for line in ("", _plain(text)))]
    return "\n".join((*lines, "", _plain(_foot(brief)))) + "\n"


def brief_html(brief: Brief) -> str:
    """The brief as one page that needs no other file."""
    title = escape(brief.headline)
    head = "".join(f"<p>{escape(text)}</p>\n" for text in _head(brief))
    body = "".join(
        f"<h2>{heading}</h2>\n" + "".join(f"<p>{escape(text)}</p>\n" for text in texts)
        for heading, texts in sections(brief)
    )
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{head}{body}"
        f"<p>{escape(_foot(brief))}</p>\n</main>\n</body>\n</html>\n"
    )


def _head(brief: Brief) -> tuple[str, ...]:
    return (*brief.cautions, f"Finding {brief.id}. {brief.plan} {brief.source}")


def _foot(brief: Brief) -> str:
    return f"Who to ask: {brief.ask}."


def _plain(text: str) -> str:
    r"""Text in which nothing reads as Markdown.

    >>> _plain("*Bold* [link](x)")
    '\\*Bold\\* \\[link\\](x)'
    """
    for mark in "\\`*_[]<>#":
        text = text.replace(mark, f"\\{mark}")
    return text
