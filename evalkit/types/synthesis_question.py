"""A question that several findings may answer together, and what they answered."""

import datetime
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Gt, MinLen
from pydantic import ConfigDict

from evalkit.types.certainty import Certainty, Judgement
from evalkit.types.ids import FindingId, Slug
from evalkit.types.intervention import Kind
from evalkit.types.synthesis import Pooled, PooledAgain
from evalkit.types.texts import Line, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveOut:
    """A finding that does not take part, and why; decided by people, before or after it was seen."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    finding: FindingId
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthesisQuestion:
    """What is asked of several findings.

    Attributes
    ----------
    id : str
    question : str
        As it is read, e.g. ``"Did robbery change after hot-spot patrols began?"``.
    kinds : tuple of str
        Kinds of intervention; every finding about one of them takes part, those still to come too.
    outcome : str
        As the findings name it; empty asks about every outcome.
    also_called : tuple of str
        Other names under which findings have the same outcome.
    leave_out : tuple of LeaveOut
    matters : float or None
        The smallest mean change that would matter, in the unit of the findings; without it the mean gets no
        certainty.
    indirectness, publication_bias : Judgement or None
        What people judged of these two domains of certainty; None where nobody has.
    registered : date or None
        The day of registering as the text declares it; the registry's clock otherwise.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    form: Literal["evalkit/synthesis/1"]
    id: Slug
    question: Line
    kinds: Annotated[tuple[Kind, ...], MinLen(1)]
    outcome: Annotated[str, MinLen(0)] = ""
    also_called: tuple[Line, ...] = ()
    leave_out: tuple[LeaveOut, ...] = ()
    matters: Annotated[float, Gt(0)] | None = None
    indirectness: Judgement | None = None
    publication_bias: Judgement | None = None
    registered: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthesisInput:
    """One finding as it goes into a pool.

    Attributes
    ----------
    finding, study, name : str
        Its id; what its study is told apart by, and called.
    outcome : str
    scale : "log" or "level"
        Changes in per cent and rate ratios go in as logarithms.
    unit : str
        In which it is told; empty where no size was published.
    effect, standard_error : float or None
        On ``scale``; None where the finding has none.
    error_from : str
        ``standard error``, ``interval`` or ``p-value``; empty without one.
    year : int or None
        The last one it covers.
    simulated : bool
    sound : bool
        Whether likeness was shown and no check stands against it; False for results of others, whose checks
        nobody of ours has seen.
    """

    finding: str
    study: str
    name: str
    outcome: str
    scale: Literal["log", "level"]
    unit: str
    effect: float | None
    standard_error: float | None
    error_from: Literal["standard error", "interval", "p-value", ""]
    year: int | None
    simulated: bool = False
    sound: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthesisResult:
    """What the findings of a question said together, once.

    Attributes
    ----------
    id : str
        The question's.
    asked : str
        The version of the question, e.g. ``"v1.0"``.
    inputs : tuple of SynthesisInput
        In order of finding.
    left_out : tuple of LeaveOut
        Findings that would belong to it, and why they did not take part.
    refused : tuple of str
        Why it was not pooled, one sentence each; empty where it was.
    pooled : Pooled or None
        On the scale of the inputs.
    without, grown : tuple of PooledAgain
        Without each study; as studies came in.
    certainty : Certainty or None
        Of the mean; None where nothing was pooled, the data are made up, or nobody said which change would
        matter.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    form: Literal["evalkit/synthesis-result/1"]
    id: str
    asked: str
    inputs: tuple[SynthesisInput, ...]
    left_out: tuple[LeaveOut, ...]
    refused: tuple[str, ...]
    pooled: Pooled | None
    without: tuple[PooledAgain, ...] = ()
    grown: tuple[PooledAgain, ...] = ()
    certainty: Certainty | None = None

    @property
    def simulated(self) -> bool:
        """Whether it rests on data that were made up."""
        return any(one.simulated for one in self.inputs)


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthesisStanding:
    """A question and what is known of it.

    Attributes
    ----------
    question : SynthesisQuestion
    result : SynthesisResult or None
        The newest one that is kept; None before the first run.
    version : str
        Of that result, e.g. ``"v1.0"``; empty before the first run.
    stale : str
        Why it is no longer up to date, in words; empty where it is, and before the first run.
    """

    question: SynthesisQuestion
    result: SynthesisResult | None
    version: str
    stale: str
