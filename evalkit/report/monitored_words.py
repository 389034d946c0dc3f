"""What a control chart says in words: never more than that something is worth asking about."""

from collections.abc import Sequence

from evalkit.data.monitoring.limits import RANGE_SPREAD, SPREAD
from evalkit.findings.numerals import Minus, number, spoken
from evalkit.report.figures.svg import decimals, ticks
from evalkit.report.monitored import Monitored
from evalkit.types.control_chart import Limits, Reading, Signal

ASKING = "worth asking why; not proof"


def places_of(one: Monitored) -> int:
    """Decimals of means and limits: one more than its axis has."""
    known = [r.value for r in one.chart.readings if r.value is not None]
    return min(4, decimals(ticks(min(known), max(known))) + 1) if known else 1


def figure_text(reading: Reading, *, minus: Minus = "true") -> str:
    """``41``, ``<5``, ``small`` or ``missing``; the number as it was recorded.

    >>> figure_text(Reading(period="2024-01", small=True, below=5.0)), figure_text(Reading(period="2024-02"))
    ('<5', 'missing')
    """
    if reading.value is not None:
        return exact(reading.value, minus=minus)
    if reading.small:
        return "small" if reading.below is None else f"<{reading.below:g}"
    return "missing"


def exact(value: float, *, minus: Minus = "true") -> str:
    """A number with the decimals that it was written with, at most six."""
    return number(value, decimals([value]), minus=minus)


def takeaway(one: Monitored) -> str:
    """One sentence for the chart, which claims nothing."""
    name = f"{one.indicator.name[:1].upper()}{one.indicator.name[1:]}"
    subject = name if one.is_whole else f"{name} ({one.group})"
    if one.why or not one.chart.readings:
        return f"{subject}: no values are recorded yet." if not one.why else f"{subject}: no chart."
    if one.chart.signals:
        newest = one.chart.signals[-1]
        more = len(one.chart.signals) - 1
        return (
            f"{subject}: {signal_text(one, newest)}"
            + (f", and {more} earlier" if more else "")
            + f" ({ASKING})."
        )
    drawn = [s.limits for s in one.chart.stretches if s.limits is not None]
    if not drawn:
        return f"{subject}: {len(_known(one))} values, and no limits yet to judge them by."
    if len(drawn) > 1:
        means = [number(limits.mean, places_of(one)) for limits in drawn]
        listed = f"{', '.join(means[:-1])} and {means[-1]}"
        return f"{subject}: nothing stands out within its {len(drawn)} baselines, with means of {listed}."
    return f"{subject}: nothing stands out from how it varies by itself."


def signal_text(one: Monitored, signal: Signal) -> str:
    """``8 or more in a row below the mean, March to November 2024``."""
    first, last = (one.chart.readings[n].period for n in (signal.at[0], signal.at[-1]))
    when = spoken(first) if first == last else f"{spoken(first)} to {spoken(last)}"
    return f"{signal.words}, {when}"


def limits_text(limits: Limits, places: int, *, minus: Minus = "true") -> str:
    """The limits with how they were made, in one or two sentences."""

    def text(value: float) -> str:
        return number(value, places, minus=minus)

    low = "none (it would be below zero)" if limits.low is None else text(limits.low)
    kept = "locked on" if limits.locked else "from"
    why = f" Based anew: {limits.reason.rstrip('.')}." if limits.reason else ""
    return (
        f"Mean {text(limits.mean)}, lower limit {low}, upper limit {text(limits.high)}, {kept} "
        f"{spoken(limits.first)} to {spoken(limits.last)} ({limits.n} values).{why}"
    )


def how_made(one: Monitored) -> str:
    """How limits and rules were made, for a note below a chart."""
    drawn = [s.limits for s in one.chart.stretches if s.limits is not None]
    if not drawn:
        return (
            "Missing periods are gaps, and small numbers that were not kept are never read as zero."
        )
    rules = ", ".join(dict.fromkeys(limits.rules for limits in drawn))
    return (
        f"XmR chart: mean ± {SPREAD} mean moving ranges; a single step above {RANGE_SPREAD} mean moving "
        f"ranges is beyond its limit too. Rules: {rules}. By chance alone some rule calls in a fair share "
        "of charts. Missing periods are gaps, and small numbers are never read as zero."
    )


def target_text(one: Monitored) -> str:
    """Baseline and target as the theory of change gives them; empty where it gives none."""
    given = (("baseline", one.baseline), ("target", one.target))
    return ", ".join(f"{name} {exact(value)}" for name, value in given if value is not None)


def _known(one: Monitored) -> Sequence[Reading]:
    return [reading for reading in one.chart.readings if not reading.missing]
