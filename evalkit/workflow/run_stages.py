"""What a run is before it is made, once it is made, and once it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from evalkit.data.panel import Panel
from evalkit.data.series import TimeSeries
from evalkit.evaluation import Lighter, Others
from evalkit.protocol.plan import Plan
from evalkit.types.evaluation import Evaluation
from evalkit.types.finding import Finding
from evalkit.types.intervention import Intervention
from evalkit.types.protocol import LockedProtocol
from evalkit.types.run import DataUsed, RunRecord
from evalkit.workflow.expected import Expected


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRun:
    """Everything that a run needs, before it is run.

    Attributes
    ----------
    protocol : LockedProtocol
        What is run: the newest locked version, or in an exploratory run the file in its place.
    plan : Plan
    intervention : Intervention
    data : Panel or TimeSeries
    first_number : int
        Number of the first finding that the run will write.
    expected : Expected
        What the run should have been.
    lighter : Lighter or None
        Of a weighted plan: its data without the heaviest offences.
    others : mapping
        By data recipe that an alternative names: its data, or why there are none.
    used : tuple of DataUsed
        The files behind them.
    """

    protocol: LockedProtocol
    plan: Plan
    intervention: Intervention
    data: Panel | TimeSeries
    first_number: int
    expected: Expected
    lighter: Lighter | None = None
    others: Others = field(default_factory=dict)
    used: tuple[DataUsed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A run that was made and not stored yet.

    Attributes
    ----------
    protocol : LockedProtocol
        What was run.
    findings : int
        How many it writes: one a change.
    intervention : Intervention
    reasons : mapping of str to str
        Given for deviations so far, by fingerprint.
    evaluation : Evaluation
    recipe : str
        The data recipe as it was read, as canonical JSON.
    other_recipes : tuple of (str, str)
        The same of those that alternatives name, by name.
    used : tuple of DataUsed
        The files behind them.
    """

    protocol: LockedProtocol
    findings: int
    intervention: Intervention
    reasons: Mapping[str, str]
    evaluation: Evaluation
    recipe: str
    other_recipes: tuple[tuple[str, str], ...]
    used: tuple[DataUsed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a run said, and whether it was stored.

    Attributes
    ----------
    evaluation : Evaluation
        With the reasons that were given for its deviations so far.
    findings : tuple of Finding
    record : RunRecord
    new : bool
        False where the newest run was made the same way and says the same.
    """

    evaluation: Evaluation
    findings: tuple[Finding, ...]
    record: RunRecord
    new: bool
