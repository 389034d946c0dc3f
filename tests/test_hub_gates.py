"""An edition with a picture that has no words, or a page without its heading, is not written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.hub import links
from evalkit.hub.gates import problems

NAMED = (
    '<svg class="x" role="img" aria-labelledby="t d"><title id="t">A</title><desc id="d">B</desc>'
)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<h1>x</h1><img src='a'>", "a picture has no alternative text"),
        ("<h1>x</h1><svg><path/></svg>", "neither hidden from screen readers nor named"),
        ('<h1>x</h1><svg role="img"></svg>', "neither hidden from screen readers nor named"),
        (f"<h1>x</h1>{NAMED.replace('>B<', '><')}</svg>", "words d are missing or empty"),
        ("<p>x</p>", "0 main headings"),
        ("<h1>x</h1><h1>y</h1>", "2 main headings"),
        ('<h1>x</h1><a href="b.html">y</a>', "leads nowhere"),
    ],
)
def test_what_a_gate_refuses(page: str, said: str) -> None:
    (problem,) = problems({"a.html": page})
    assert problem.startswith("a.html: ") and said in problem


def test_what_passes() -> None:
    assert problems({"a.html": f'<h1>x</h1>{NAMED}</svg><svg aria-hidden="true"></svg>'}) == ()


def test_links_are_read_from_tags_alone() -> None:
    text = '<h1>x</h1><p id="x">a href=&#34;nowhere.html&#34; &lt;a href=&#34;b&#34;&gt;</p>'
    assert problems({"a.html": text}) == ()
    text = '<h1>x</h1><a class="y" href="c.html?a=1&amp;b=2">x</a>'
    assert problems({"a.html": text, "c.html": "<h1>x</h1>"}) == ()
    assert problems({"a.html": text}) == ("a.html: the link c.html leads nowhere.",)
    assert problems({"a.html": '<h1>x</h1><form action="c.html"></form>'}) == (
        "a.html: the link c.html leads nowhere.",
    )


PIECES = st.sampled_from(
    [
        *("..", ".", "", "a", "b-c", "x.html", "x.y.z", "A", "é", " "),
        *("?q", "#f", "a:b", "https:", "%2e"),
    ]
)


@given(st.lists(PIECES, min_size=1, max_size=5), st.sampled_from(["", "a", "a/b", "../x"]))
def test_a_plain_link_leads_where_any_link_leads(pieces: list[str], folder: str) -> None:
    target = "/".join(pieces)
    assert links._goal(folder, target) == links._any_goal(folder, target)
