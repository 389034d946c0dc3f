"""Take every own finding of a workspace to publication, as another post than its author would."""

import datetime
from pathlib import Path

from evalkit.registry.store import open_registry
from evalkit.workflow.explain import all_runs
from evalkit.workflow.publish_finding import publish_finding
from evalkit.workflow.review import review, stand_of
from evalkit.workflow.workspace import find_workspace

REVIEWER = "Second reader, Leicester City Council"


def publish_all(folder: Path) -> list[str]:
    """Review and publish what nothing stands against; returns the ids."""
    workspace, done = find_workspace(folder), []
    how = {"reason": "Read against the plan", "on": datetime.date.today(), "by": REVIEWER}
    with open_registry(workspace.url, write=True) as session:
        for finding in [one for run in all_runs(session) for one in run.findings]:
            stand = stand_of(session, finding.id)
            if stand.state == "draft" and not stand.held_back:
                review(session, finding.id, **how)
                publish_finding(session, workspace, finding.id, **how)
                done.append(finding.id)
    return done
