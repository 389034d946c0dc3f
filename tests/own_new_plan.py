"""A workspace in which everything that a new plan needs is registered, and figures made up."""

import datetime

ID = f"EM-{datetime.date.today().year}-0001"
INTERVENTION = """\
form: evalkit/intervention/1
name: Evening patrols
summary: Officers on foot patrolled 36 street segments on weekend evenings.
kind: hot-spot-policing
status: live
areas: [E06000015, E06000016]
start: 2023-04-01
description: {why: Would-be robbers see officers and think again}
organisations:
  - {name: Derby City Council, role: lead}
theory:
  elements:
    patrols: {kind: activity, text: Foot patrols}
    robbery: {kind: outcome, text: Fewer robberies}
  links:
    - {from: patrols, to: robbery, because: Fear of arrest}
  indicators:
    - {of: robbery, name: recorded robbery}
"""
MORE = "    safer: {kind: impact, text: People feel safe}\n"
TREATED = "Leicester,Derby"


def make_workspace(folder, cli, *, more=""):
    """Register an intervention and a measure; returns the workspace."""
    cli("init", folder.name, "--publisher", "Us", cwd=folder.parent)

    def step(*words):
        said = cli(*words, cwd=folder)
        assert said.code == 0, said.err
        return said.out

    text = INTERVENTION
    if more:
        text = text.replace("  links:\n", f"{more}  links:\n    - {{from: robbery, to: safer}}\n")
        text += "    - {of: safer, none_because: Not asked}\n"
    (folder / "case_studies" / "evening-patrols").mkdir()
    (folder / "case_studies" / "evening-patrols" / "intervention.yaml").write_text(text)
    step("intervention", "add", "case_studies/evening-patrols/intervention.yaml")
    (folder / "measure.yaml").write_text(step("measure", "add", "--template"))
    step("measure", "add", "measure.yaml")
    return folder


def make_up(folder, cli, effect, *more):
    """Make up figures of twelve districts with a known effect in two of them."""
    words = ("--treated", TREATED, "--effect", effect, "--areas", 12, "--rate", 0.5, *more)
    said = cli("data", "simulate", "panel", *words, cwd=folder)
    assert said.code == 0, said.err


def say_what_is_missing(plan):
    """Write what a draft leaves to people."""
    text = plan.read_text()
    assert "TO WRITE:" in text
    plan.write_text(text.replace("TO WRITE:", "Said:"))
