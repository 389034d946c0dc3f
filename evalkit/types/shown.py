"""Results as small tables for a notebook."""

from collections.abc import Sequence
from html import escape


def as_rows(rows: Sequence[tuple[str, str]], notes: Sequence[str] = ()) -> str:
    """HTML: one row a term, the notes below it; everything escaped.

    >>> as_rows([("p", "< 0.001")], ["Few units."])
    '<table><tr><th scope="row">p</th><td>&lt; 0.001</td></tr></table><p>Few units.</p>'
    """
    body = "".join(
        f'<tr><th scope="row">{escape(term)}</th><td>{escape(value)}</td></tr>'
        for term, value in rows
    )
    return f"<table>{body}</table>" + "".join(f"<p>{escape(note)}</p>" for note in notes)
