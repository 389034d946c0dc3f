"""The guided way to an intervention: which question is next, what answers mean, a real terminal."""

import pytest

from evalkit.errors import FormError
from evalkit.text.form import read_form_text
from evalkit.text.strict_yaml import parse
from evalkit.types.intervention import Area, Intervention
from evalkit.workflow import drafts, theory_answers, theory_draft, typed_dates
from evalkit.workflow.completeness import missing
from evalkit.workflow.interview import (
    in_brackets,
    progress,
    questions,
)
from evalkit.workflow.question import first_open, one_before, with_key
from tests.terminal import Terminal

AREAS = {
    code: Area(code=code, name=name, kind=kind)
    for code, name, kind in (
        ("E06000015", "Derby", "local-authority"),
        ("E23000018", "Derbyshire", "police-area"),
        ("E07000034", "Chesterfield", "local-authority"),
        ("X1", "Twice", "local-authority"),
        ("X2", "Twice", "local-authority"),
    )
}
ANSWERS = {
    "name": "Evening patrols",
    "summary": 'Officers: on "foot" #1, [y/N]',
    "kind": "hot",
    "status": "3",
    "areas": "derby, E23000018",
    "population": "",
    "organisations": "Derby City Council",
    "contact": "Safety lead",
    "description.why": "no",
    "description.procedures": "12:30",
    "description.dose": "Twice a week",
    "start": "1 April 2023",
    "end": "",
}
ELEMENTS = ("Activity: Foot patrols", "output: Seen", "outcome: Fewer robberies", "")


def open_in(text):
    """The question of a text that is next."""
    draft = parse(text, file="").value
    return first_open(questions(draft), draft)


def answer(text, typed):
    """Answer the question that is next, in a text."""
    draft, question = parse(text, file="").value, open_in(text)
    for path, value in question.read(typed, draft, AREAS).edits:
        text = drafts.with_answer(text, path, value)
    return text


def answered(**other):
    """A text with every answer but those of the theory."""
    text = "form: evalkit/intervention/1\n"
    while (question := open_in(text)).key != "theory":
        text = answer(text, {**ANSWERS, **other}[question.key])
    return text


def test_the_questions_lead_to_a_record():
    text = answered()
    for line in (*ELEMENTS, "People see them", "", "recorded robbery"):
        text = answer(text, line)
    draft = parse(text, file="").value
    assert first_open(questions(draft), draft) is None and progress(draft) == (17, 17)
    record, _ = read_form_text(text, Intervention, file="")
    assert (record.summary, record.description.why) == (ANSWERS["summary"], "no")
    assert record.description.procedures == "12:30" and record.population == "not known"
    assert (record.status, record.start, record.end) == ("live", "2023-04-01", None)
    assert record.areas == ("E06000015", "E23000018")
    assert [link.because for link in record.theory.links] == ["People see them", ""]
    assert not [one for one in missing(record) if one.for_what == "register"]
    assert "theory:\n  elements:\n    foot-patrols: {kind: activity, text: Foot patrols}\n" in text


def test_only_what_the_answers_call_for_is_asked():
    def asked(draft):
        return [question.key for question in questions(draft)]

    assert "status_reason" not in asked({}) and "contact" not in asked({})
    assert "status_reason" in asked({"status": "stopped"})
    lead = {"organisations": [{"name": "A", "role": "funder"}, {"name": "B", "role": "lead"}]}
    assert "contact" in asked(lead)
    assert asked({})[-1] == "theory"


def test_skipped_and_back():
    assert first_open(questions({}), {}).key == "name"
    assert first_open(questions({}), {}, {"name"}).key == "summary"
    begun = {"name": "a", "kind": "therapy"}
    assert first_open(questions(begun), begun).key == "summary"
    assert one_before(questions({}), "name") is None
    assert one_before(questions({}), "kind").key == "summary"
    assert first_open(questions({}), {}, {q.key for q in questions({})}) is None


def test_an_answer_may_be_given_again():
    text = answered()
    draft = parse(text, file="").value
    lead = next(q for q in questions(draft) if q.key == "organisations")
    assert lead.there(draft) == "Derby City Council"
    [(path, value)] = lead.read("Leicester City Council", draft, AREAS).edits
    assert "{name: Leicester City Council, role: lead" in drafts.with_answer(text, path, value)


@pytest.mark.parametrize(
    ("key", "typed", "said"),
    [
        ("name", "", "nothing; needed something"),
        ("name", "x" * 81, "81 characters; needed at most 80"),
        ("name", "a\x1b[A", "a key that is no text"),
        ("name", "a\udce9", "a key that is no text"),
        ("kind", "s", "s; needed a number"),
        ("kind", "15", "15; needed a number"),
        ("kind", "m", "m; needed"),
        ("kind", "", "nothing; needed a number"),
        ("areas", "Nowhere", "no area called Nowhere"),
        ("areas", "twice", "several areas called twice; needed one of Twice (X1), Twice (X2)"),
        ("areas", "Chester", "needed one of Chesterfield (E07000034)"),
        ("areas", " , ", "nothing; needed at least one area"),
        ("contact", "Mrs Ada Example", "what looks like name of a person; needed a post"),
        ("start", "31/02/2023", "31/02/2023; needed a date such as"),
        ("start", "04/13/2023", "needed a date"),
        ("start", "1/4/23", "needed a date"),
        ("start", "soon", "needed a date"),
    ],
)
def test_what_is_no_answer(key, typed, said):
    if key == "kind" and typed in ("s", "m"):
        typed = {"s": "x", "m": "f"}[typed]
        said = {"x": "x; needed a number", "f": "which could be family-support, focused"}[typed]
    draft = {"organisations": [{"name": "A", "role": "lead"}]}
    question = next(q for q in questions(draft) if q.key == key)
    with pytest.raises(FormError) as error:
        question.read(typed, draft, AREAS)
    assert said in str(error.value)


def test_what_was_answered_is_shown_in_words():
    draft = parse(answered(), file="").value

    def shown(key):
        return in_brackets(with_key(questions(draft), key), draft, AREAS)

    assert shown("start") == "1 April 2023" and shown("areas") == "Derby, Derbyshire"
    assert (
        shown("end") == shown("theory") == ""
        and with_key(questions(draft), "status_reason") is None
    )


def test_days_are_in_order():
    draft = {"start": "2023-04-01", "status": "live"}
    end = next(q for q in questions(draft) if q.key == "end")
    with pytest.raises(FormError, match="before the first day; needed 1 April 2023 or later"):
        end.read("2022-04-01", draft, AREAS)
    start = next(q for q in questions({"end": "2022"}) if q.key == "start")
    with pytest.raises(FormError, match="after the last day; needed 2022 or before"):
        start.read("2023", {"end": "2022"}, AREAS)
    over = {"status": "completed", "start": "2023"}
    end = next(q for q in questions(over) if q.key == "end")
    with pytest.raises(FormError, match="because it is completed"):
        end.read("", over, AREAS)


@pytest.mark.parametrize(
    ("typed", "partial", "words"),
    [
        ("01/04/2023", "2023-04-01", "1 April 2023"),
        ("1.4.2023", "2023-04-01", "1 April 2023"),
        ("2023-04-01", "2023-04-01", "1 April 2023"),
        ("1st of April 2023", "2023-04-01", "1 April 2023"),
        ("29 Feb 2024", "2024-02-29", "29 February 2024"),
        ("Sept 2023", "2023-09", "September 2023"),
        ("4/2023", "2023-04", "April 2023"),
        ("2023", "2023", "2023"),
    ],
)
def test_dates_as_they_are_typed_here(typed, partial, words):
    assert typed_dates.read_date(typed) == partial
    assert typed_dates.in_words(partial) == words


def test_links_between_successive_elements():
    def draft(*kinds):
        return {"theory": {"elements": {f"{k[:2]}{n}": {"kind": k} for n, k in enumerate(kinds)}}}

    def pairs(*kinds):
        return theory_draft.suggested(theory_draft.elements(draft(*kinds)))

    assert pairs("activity", "outcome") == [("ac0", "ou1")]
    assert pairs("activity", "activity", "output") == [("ac1", "ou2"), ("ac0", "ou2")]
    assert pairs("activity", "outcome", "outcome", "impact") == [
        *(("ac0", "ou1"), ("ac0", "ou2"), ("ou2", "im3"), ("ou1", "im3"))
    ]
    assert pairs("outcome") == []


@pytest.mark.parametrize(
    ("typed", "item"),
    [
        ("recorded robbery", {"of": "r", "name": "recorded robbery"}),
        ("none: too few", {"of": "r", "none_because": "too few"}),
        ("none too few", {"of": "r", "none_because": "too few"}),
        ("not because it is rare", {"of": "r", "none_because": "it is rare"}),
        ("nothing beats counting", {"of": "r", "name": "nothing beats counting"}),
        ("No. of offences", {"of": "r", "name": "No. of offences"}),
        ("none of them reoffends", {"of": "r", "name": "none of them reoffends"}),
    ],
)
def test_measured_or_why_not(typed, item):
    [(path, value)] = theory_answers.indicator("r")(typed, {}, {}).edits
    assert (path, value) == ("theory.indicators[0]", item)


def test_answers_never_touch_what_stands_there():
    text = "# by hand\nform: evalkit/intervention/1\nname: A  # short\ndescription: {why: B}\n"
    text = drafts.with_answer(text, "description.dose", "C")
    text = drafts.with_answer(text, "organisations[0]", {"name": "D", "role": "lead"})
    assert text == (
        "# by hand\nform: evalkit/intervention/1\nname: A  # short\n"
        "description: {why: B, dose: C}\norganisations:\n  - {name: D, role: lead}\n"
    )


@pytest.fixture
def workspace(tmp_path, cli):
    assert cli("init", "ours", cwd=tmp_path).code == 0
    return tmp_path / "ours"


FILE = "case_studies/evening-patrols/intervention.yaml"


def test_a_terminal_with_stop_and_resume(workspace, cli):
    first = Terminal(workspace, "intervention", "add")
    first.talk(
        ("Name: ", "Evening patrols"),
        (f"kept in {FILE}", "On foot in [red]36[/] streets"),
        ("Kind (? lists them): ", "?"),
        ("14 violence-interruption", "hot"),
        ("= hot-spot-policing", "?"),
        ("completed  it ran to its end", "live"),
        ("Areas, by name or code: ", "Derbyy"),
        ("All areas: evalkit area list.", "Derby"),
        ("= Derby (E06000015)", "back"),
        ("Areas, by name or code [Derby; empty keeps it]: ", ""),
        ("For whom (empty: not known)", "ask 07700 900123"),
        ("Looks like telephone number (07### ######)", "skip"),
        ("Why should it work?\r\n  > ", "Fear of arrest"),
        ("What is done", ""),
        ("How much", ""),
        ("First day: ", "01/04/2023"),
        ("= 1 April 2023", "2022-04-01"),
        ("before the first day; needed 1 April 2023 or later.", "stop"),
    )
    said, code = first.end()
    assert code == 0 and "Stopped: 10 answers kept." in said
    assert "evalkit intervention add --resume evening-patrols" in said
    kept = (workspace / FILE).read_text()
    assert "start: 2023-04-01\n" in kept and "end" not in kept
    assert "[red]36[/]" in kept
    (workspace / FILE).write_text(f"# by hand\n{kept}")

    second = Terminal(workspace, "intervention", "add", "--resume", "evening")
    second.talk(
        ("Lead organisation: ", "skip"),
        ("Last day (empty: still runs): ", ""),
        ("An empty line ends the list.", "activity: Foot patrols"),
        (" 2: ", "outcome: Fewer robberies"),
        (" 3: ", ""),
        ("Foot patrols\r\n  -> Fewer robberies", "Fear of arrest"),
        ("what will be counted to see whether it happens?", "none"),
        ("no reason; needed why it cannot be counted", "recorded robbery"),
        ("Missing to register: lead organisation.", "Derby City Council"),
        ("Enough to register. 16 more things can wait until they are known.", "?"),
        ("public-space, school", "back"),
        ("to count. [recorded robbery;", ""),
        ("A post to ask there (empty: none): ", "Safety lead"),
        ("Register? [Y/n] ", "perhaps"),
        ("Register? [Y/n] ", "y"),
    )
    said, code = second.end()
    assert code == 0 and "10 of 13 answered." in said, said
    assert "v1.0, ledger entry 1: Evening patrols" in said and "evalkit theory show EM-" in said
    assert (workspace / FILE).read_text().startswith("# by hand\nform: ")
    found = cli("intervention", "search", "patrols", "--area", "Derby", cwd=workspace)
    assert "Evening patrols" in found.out
    again = Terminal(workspace, "intervention", "add", "--resume", "evening-patrols")
    said, code = again.end()
    assert code == 1 and "which is registered" in said


def test_end_of_input_stops_and_keeps(workspace):
    asked = Terminal(workspace, "intervention", "add")
    asked.talk(("Name: ", "Patrols"), ("In one sentence\r\n  > ", "\x04"))
    said, code = asked.end()
    assert code == 0 and "Stopped: 1 answer kept." in said
    nothing = Terminal(workspace, "intervention", "add")
    nothing.talk(("Name: ", "stop"))
    said, code = nothing.end()
    assert code == 0 and "nothing is kept" in said
    assert [p.parent.name for p in workspace.glob("case_studies/*/*.yaml")] == ["patrols"]


def test_a_list_is_corrected_on_a_terminal(workspace):
    asked = Terminal(workspace, "intervention", "add")
    skipped = [(": ", "Patrols")] + [
        (end, "skip") for end in ("  > ", ": ", "  > ", ": ", "  > ", ": ")
    ]
    asked.talk(*skipped, *[("  > ", "skip")] * 3, (": ", "skip"), (": ", "skip"))
    asked.talk(
        ("up to 60 characters", "Activities - Foot patrolls"),
        ("= activity: Foot patrolls", "outcome: Fewer robberies"),
        (" 3: ", "output: Officers are seen"),
        (" 4: ", "move 3 2"),
        (" 3  outcome   Fewer robberies\r\n", "change 1 Foot patrols"),
        (" 1  activity  Foot patrols\r\n", "need: Fear"),
        (" 5: ", "drop 4"),
        ("Go on, or drop 2, move 3 1, change 2", ""),
        ("Link 1 of 2: why would the first lead to the second?", "visible"),
        ("Link 2 of 2", "back"),
        ("[visible; empty keeps it]", "back"),
        (" 2  output    Officers are seen\r\n", "drop 9"),
        ("line 9; needed a line from 1 to 3.", "change 2 outputs: Officers are noticed"),
        (" 2  output    Officers are noticed\r\n", ""),
        ("Officers are noticed\r\n  -> Fewer robberies\r\n  Link 2 of 2", "fear"),
        ("what will be counted", "No. of robberies"),
        ("Missing to register: ", "stop"),
    )
    said, code = asked.end()
    assert (code, [line for line in said.split("\n") if len(line) > 80]) == (0, [])
    kept = (workspace / "case_studies/patrols/intervention.yaml").read_text()
    assert kept.endswith(
        "theory:\n  elements:\n    foot-patrols: {kind: activity, text: Foot patrols}\n"
        "    officers-noticed: {kind: output, text: Officers are noticed}\n"
        "    robberies: {kind: outcome, text: Fewer robberies}\n"
        "  links:\n    - {from: foot-patrols, to: officers-noticed, because: visible}\n"
        "    - {from: officers-noticed, to: robberies, because: fear}\n"
        "  indicators:\n    - {of: robberies, name: No. of robberies}\n"
    )


def test_two_drafts_of_one_name_have_two_folders(workspace):
    from evalkit.workflow.workspace import find_workspace

    files = [drafts.begin(find_workspace(workspace), "Patrols") for _ in range(3)]
    assert [file.parent.name for file in files] == ["patrols", "patrols-2", "patrols-3"]


def test_in_a_pipe_nothing_is_asked(workspace, cli):
    for words in ((), ("--resume", "patrols"), ("--json",)):
        said = cli("intervention", "add", *words, cwd=workspace)
        assert said.code == 2 and "questions are asked on a terminal only" in " ".join(
            said.err.split()
        )


def test_resume_of_nothing_names_the_drafts(workspace):
    asked = Terminal(workspace, "intervention", "add", "--resume", "nothing")
    said, code = asked.end()
    assert code == 1 and "needed one of the drafts: none so far" in said
