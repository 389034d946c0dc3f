"""A workspace with made-up evidence and two plans, and commands on it."""

import datetime
import json

from tests.own_evidence import write_evidence, write_measures, write_plans

ID = f"EM-{datetime.date.today().year}-0001"
MAPPING = """\
form: evalkit/table/1
file: robbery-local.csv
source: derby-robbery
measure: recorded-robbery
columns: {unit: area, period: month, outcome: count}
period: yyyy-mm
"""


class Place:
    """A workspace with an intervention and a table of its outcome, and commands on it."""

    def __init__(self, folder, cli, id=ID):
        self.folder, self.cli = folder, cli
        cli("init", folder.name, "--publisher", "Us", cwd=folder.parent)
        self("intervention", "add", write_evidence(folder))
        measures = write_measures(folder, **{"other-robbery": "other robberies"})
        self("source", "add", "sources/made-up.yaml")
        for file in measures:
            self("measure", "add", file)
        self.plans = {path.stem: path for path in write_plans(folder, id)}
        (folder / "robbery-local.csv").write_text("area,month,count\nE06000015,2023-05,3\n")
        (folder / "mapping.yaml").write_text(MAPPING)

    def __call__(self, *words):
        said = self.cli(*words, cwd=self.folder)
        assert said.code == 0, said.err
        return said.out

    def moved(self, folder):
        """The same workspace, copied to another folder."""
        other = object.__new__(Place)
        other.folder, other.cli = folder, self.cli
        other.plans = {id: folder / "protocols" / path.name for id, path in self.plans.items()}
        return other

    def refused(self, *words):
        """What a command says that refuses."""
        said = self.cli(*words, cwd=self.folder)
        assert (said.code, said.out) == (1, ""), said
        return said.err

    def change(self, protocol, *changes):
        """Change some text of a plan's file; each old text stands there once."""
        path = self.plans[protocol]
        text = path.read_text()
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        path.write_text(text)

    def declare(self, protocol, knowledge):
        self.change(protocol, ("knowledge: analysed", f"knowledge: {knowledge}"))

    def copy(self, protocol, number):
        """The same plan under another number; returns its id."""
        id = f"{protocol.rpartition('-')[0]}-P{number}"
        self.plans[id] = self.folder / "protocols" / f"{id}.md"
        text = self.plans[protocol].read_text()
        self.plans[id].write_text(text.replace(f"id: {protocol}", f"id: {id}"))
        return id

    def extract(self):
        return self("data", "panel", "mapping.yaml", "--out", "robbery.csv")

    def lock(self, protocol):
        """The label, and what the registry keeps of it."""
        self("protocol", "lock", self.plans[protocol])
        shown = json.loads(self("protocol", "show", protocol, "--json"))
        return shown["label"], shown["state"]
