"""A theory of change as people type it: kinds in many spellings, and corrections that links follow."""

import pytest

from evalkit.errors import FormError
from evalkit.text.strict_yaml import parse
from evalkit.workflow import drafts, theory_answers, theory_draft
from evalkit.workflow.completeness import missing
from evalkit.workflow.theory_lines import Line, read_line

START = "form: evalkit/intervention/1\nname: Patrols\n"
CHAIN = ("activity: Foot patrols", "output: Officers are seen", "outcome: Fewer robberies")


def typed(text, *lines):
    """The text after some lines."""
    for line in lines:
        draft = parse(text, file="").value
        for path, value in theory_answers.read_line(line, draft, {}).edits:
            text = drafts.with_answer(text, path, value)
    return text


def because(text, start, end, why):
    draft = parse(text, file="").value
    for path, value in theory_answers.because((start, end))(why, draft, {}).edits:
        text = drafts.with_answer(text, path, value)
    return text


def theory(text):
    """Elements and links, short."""
    draft = parse(text, file="").value
    known = [(e["kind"], e["text"]) for e in theory_draft.elements(draft).values()]
    links = [(*theory_draft.pair_of(x), x.get("because", "")) for x in theory_draft.links(draft)]
    return known, links


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("activity: Foot patrols", "activity"),
        ("  Activities:Foot patrols", "activity"),
        ("ACTIVITY - Foot patrols", "activity"),
        ("activity – Foot patrols", "activity"),
        ("activity = Foot patrols", "activity"),
        ("1. activity: Foot patrols", "activity"),
        ("1) outcomes: Foot patrols", "outcome"),
        ("outc: Foot patrols", "outcome"),
        ("ouput: Foot patrols", "output"),
        ("needs: Foot patrols", "need"),
    ],
)
def test_kinds_in_many_spellings(line, kind):
    assert read_line(line.strip(), 0) == Line(verb="add", kind=kind, text="Foot patrols")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Foot patrols", "Foot patrols; needed a kind and a colon before it, one of need, input"),
        ("activity Foot patrols", "no colon; needed activity: Foot patrols"),
        ("patrol: On foot", "patrol, no kind; needed one of need, input"),
        ("out: Seen", "out, which could be output or outcome"),
        ("activity:", "nothing; needed something"),
        ("activity: " + "x" * 63, "63 characters; needed at most 60. Shorten it by 3"),
        ("2", "2; needed drop 2, move 2 1, or change 2 outcome: Fewer robberies"),
        ("2 outcome: Seen", "needed drop 2, move 2 1, or change 2 outcome: Seen"),
        ("drop", "drop; needed drop 2, move 3 1, or change 2"),
        ("drop 4", "line 4; needed a line from 1 to 3"),
        ("move 1", "move 1; needed drop 2, move 3 1"),
        ("move 1 9", "line 9; needed a line from 1 to 3"),
        ("change 2", "change 2; needed drop 2"),
    ],
)
def test_what_is_no_line_says_what_to_type(line, said):
    with pytest.raises(FormError) as error:
        read_line(line, 3)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("Drop line 2", Line(verb="drop", line=2)),
        ("delete 2.", Line(verb="drop", line=2)),
        ("move 3 to 1", Line(verb="move", line=3, to=1)),
        ("change 2 need", Line(verb="change", line=2, kind="need")),
        ("change 2: Fewer fights", Line(verb="change", line=2, text="Fewer fights")),
        ("edit 2 to Outcomes - Calm", Line(verb="change", line=2, kind="outcome", text="Calm")),
        ("move: Officers move people on", None),
    ],
)
def test_corrections_in_many_words(line, meant):
    if meant is None:
        with pytest.raises(FormError, match="move, no kind"):
            read_line(line, 3)
    else:
        assert read_line(line, 3) == meant


def test_a_list_is_corrected_before_it_ends():
    text = typed(START, "outcome: Fewer robberies", "activity: Foot patrolls", "need: Fear")
    text = typed(text, "move 2 1", "change 1 Foot patrols", "drop 3", "output: Seen", "move 3 2")
    assert theory(text)[0] == [
        ("activity", "Foot patrols"),
        ("output", "Seen"),
        ("outcome", "Fewer robberies"),
    ]
    assert text == (
        f"{START}theory:\n  elements:\n    foot-patrols: {{kind: activity, text: Foot patrols}}\n"
        "    seen: {kind: output, text: Seen}\n"
        "    robberies: {kind: outcome, text: Fewer robberies}\n"
    )


def test_dropping_everything_leaves_nothing():
    assert typed(START, CHAIN[0], "drop 1") == START
    text = typed(START, *CHAIN, "", "drop 1", "drop 1", "drop 1")
    assert text == START


def test_links_and_reasons_follow_the_list():
    text = typed(START, *CHAIN, "")
    text = because(text, "foot-patrols", "officers-seen", "they are visible")
    text = because(text, "officers-seen", "robberies", "fear of arrest")
    changed = typed(text, "change 2 output: Officers are noticed", "impact: Calm streets", "")
    assert theory(changed)[1] == [
        ("foot-patrols", "officers-noticed", "they are visible"),
        ("officers-noticed", "robberies", "fear of arrest"),
        ("robberies", "calm-streets", ""),
    ]
    dropped = typed(changed, "drop 2", "")
    assert theory(dropped)[1] == [
        ("robberies", "calm-streets", ""),
        ("foot-patrols", "robberies", ""),
    ]


def test_a_reason_outlives_a_move_and_a_bare_link_does_not():
    text = typed(START, CHAIN[0], CHAIN[2], "")
    longer = typed(because(text, "foot-patrols", "robberies", "fear"), CHAIN[1], "move 3 2", "")
    assert sorted(theory(longer)[1]) == [
        ("foot-patrols", "officers-seen", ""),
        ("foot-patrols", "robberies", "fear"),
        ("officers-seen", "robberies", ""),
    ]
    bare = typed(text, CHAIN[1], "move 3 2", "")
    assert ("foot-patrols", "robberies", "") not in theory(bare)[1]


def test_measures_follow_too():
    text = typed(START, *CHAIN, "")
    edits = theory_answers.indicator("robberies")(
        "recorded robbery", parse(text, file="").value, {}
    )
    for path, value in edits.edits:
        text = drafts.with_answer(text, path, value)
    text = typed(text, "change 3 Fewer street robberies")
    [item] = theory_draft.indicators(parse(text, file="").value)
    assert item == {"of": "street-robberies", "name": "recorded robbery"}
    gone = parse(typed(text, "drop 3"), file="").value
    assert theory_draft.indicators(gone) == []


def test_what_somebody_wrote_by_hand_stays():
    text = (
        f"{START}theory:\n  elements:\n    p: {{kind: activity, text: Foot patrols}}  # ours\n"
        "    r: {kind: outcome, text: Fewer robberies}  # theirs\n"
        "  links:\n    - {from: p, to: r}  # drawn\nareas: [E06000015]\n"
    )
    assert "    p: {kind: activity, text: Walks}  # ours\n" in typed(text, "change 1 Walks")
    more = typed(text, "output: Seen")
    assert "# ours" in more and "# theirs" in more and "# drawn" in more
    assert theory(more)[1] == [("p", "r", ""), ("p", "seen", "")]


def test_a_list_that_no_activity_begins_does_not_end():
    text = typed(START, "outcome: Fewer robberies")
    with pytest.raises(FormError, match="Fewer robberies: no activity leads to it"):
        typed(text, "")
    [one, *_] = [m for m in missing(parse(text, file="").value) if m.field.startswith("theory.")]
    assert one.words == "a link (Fewer robberies: no activity leads to it)"
    assert one.for_what == "register"


def test_a_link_that_does_not_hold_is_dropped_where_another_leads_there():
    text = typed(
        START, "activity: Foot patrols", "activity: Lights", "outcome: Fewer robberies", ""
    )
    assert len(theory(text)[1]) == 2
    text = because(text, "foot-patrols", "robberies", "drop")
    assert theory(text)[1] == [("lights", "robberies", "")]
    with pytest.raises(FormError, match="no activity leads to it then; needed another link"):
        because(text, "lights", "robberies", "drop")
    assert theory(typed(text, "change 2 Street lights"))[1] == [("street-lights", "robberies", "")]


@pytest.mark.parametrize(
    ("words", "id"),
    [
        ("Quarterly call-ins with police and support workers", "quarterly-call-ins"),
        ("Less serious violence in the city centre", "serious-violence"),
        ("Fewer", "fewer"),
        ("夜", "element"),
        ("Antidisestablishmentarianism everywhere", "antidisestablishmentaria"),
    ],
)
def test_ids_are_short_and_tell(words, id):
    assert theory_draft.id_of(words, ()) == id and len(id) <= 24
