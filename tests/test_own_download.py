"""The regional example on an own download: real rows of the sample, in the months of its plan."""

import csv
import io
import json
import shutil
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from evalkit.cli import app
from evalkit.data.periods import between

pytestmark = pytest.mark.reference_data

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = "police_uk_east_midlands_sample.zip"
MONTHS = tuple(between("2017-04", "2020-02"))
STARTED, UNITS = "2019-09", ("nottinghamshire", "leicestershire")
AREAS = {
    "derbyshire": "E23000018",
    "nottinghamshire": "E23000019",
    "lincolnshire": "E23000020",
    "leicestershire": "E23000021",
    "northamptonshire": "E23000022",
}

Files = dict[tuple[str, str], list[dict[str, str]]]


@pytest.fixture(scope="module")
def files(reference_data: Path) -> Files:
    """Robberies of each force and month of the plan: those of October to December 2018, in turns."""
    found: Files = {}
    with zipfile.ZipFile(reference_data / SAMPLE) as sample:
        for force in AREAS:
            for turn in range(3):
                with sample.open(f"2018-{10 + turn}/2018-{10 + turn}-{force}-street.csv") as stream:
                    rows = csv.DictReader(io.TextIOWrapper(stream, "utf-8", newline=""))
                    robberies = [row for row in rows if row["Crime type"] == "Robbery"]
                for month in MONTHS[turn::3]:
                    found[force, month] = [row | {"Month": month} for row in robberies]
    return found


def archive(path: Path, files: Files, months: tuple[str, ...]) -> None:
    """A download of some months."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for (force, month), rows in files.items():
            if month in months:
                text = io.StringIO()
                writer = csv.DictWriter(text, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
                made.writestr(f"{month}/{month}-{force}-street.csv", text.getvalue())


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The repository's own workspace, without what the demo makes up."""
    for name in ("evalkit.toml", "registry.db"):
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("case_studies", "protocols"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_two_overlapping_downloads_are_evaluated_as_planned(workspace: Path, files: Files) -> None:
    """The effect is the difference of mean log robberies, worked out here from the rows themselves."""
    archive(workspace / "data/police-uk/first.zip", files, MONTHS[:20])
    archive(workspace / "data/police-uk/second.zip", files, MONTHS[15:])
    done = CliRunner().invoke(app, ["evaluate", "EM-2026-0005-P1", "--json"])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["provenance"]["simulated"] is False
    shown = CliRunner().invoke(app, ["finding", "show", "EM-2026-0005-F01"])
    assert "cannot tell" in shown.stdout and "SIMULATED" not in shown.stdout
    estimate = said["estimates"][0]["estimate"]["effect"]
    assert estimate == pytest.approx(_by_hand(files), abs=1e-12)


def _by_hand(files: Files) -> float:
    """Mean over the months treated of (units less others, now less the month before the start)."""
    counts: Counter[tuple[str, str]] = Counter()
    homes = _police_areas()
    for rows in files.values():
        for row in rows:
            home = homes.get(" ".join(row["LSOA name"].split(" ")[:-1]))
            if home:
                counts[home, row["Month"]] += 1
    base = MONTHS[MONTHS.index(STARTED) - 1]
    logs = {key: float(np.log(value)) for key, value in counts.items()}

    def change(code: str, month: str) -> float:
        return logs[code, month] - logs[code, base]

    treated = [AREAS[name] for name in UNITS]
    others = [code for code in AREAS.values() if code not in treated]
    after = MONTHS[MONTHS.index(STARTED) :]
    gaps = [
        np.mean([change(c, m) for c in treated]) - np.mean([change(c, m) for c in others])
        for m in after
    ]
    return float(np.mean(gaps))


def _police_areas() -> dict[str, str]:
    from evalkit.registry.seeds import areas

    former = ("Corby", "Daventry", "East Northamptonshire", "Kettering", "Northampton")
    more = ("South Northamptonshire", "Wellingborough")
    now = {str(a["name"]): str(a["parent"]) for a in areas() if a["kind"] == "local-authority"}
    return now | dict.fromkeys((*former, *more), AREAS["northamptonshire"])


def test_a_month_that_one_force_did_not_publish_is_named(workspace: Path, files: Files) -> None:
    without = {key: rows for key, rows in files.items() if key != ("lincolnshire", "2018-07")}
    archive(workspace / "data/police-uk/all.zip", without, MONTHS)
    done = CliRunner().invoke(app, ["evaluate", "EM-2026-0005-P1"])
    assert done.exit_code == 1
    assert "Lincolnshire did not publish 2018-07" in done.stderr


def test_the_sample_itself_is_refused_with_what_is_missing(
    workspace: Path, reference_data: Path
) -> None:
    (workspace / "data/police-uk").mkdir(parents=True)
    shutil.copy(reference_data / SAMPLE, workspace / "data/police-uk")
    done = CliRunner().invoke(app, ["evaluate", "EM-2026-0005-P1"])
    assert done.exit_code == 1
    assert "Derbyshire did not publish 2017-04 (160 such area-months)" in done.stderr
