"""The treated areas as one series: against its own past, and beside areas without it."""

from evalkit.proposal.situation import Design, Situation

LEAST_BEFORE = 8
"""Periods for a trend and its scatter to mean anything."""
LEAST_AFTER = 3
"""Points after the start, as EPOC asks of interrupted time series."""
PER_COMPARISON = 8
"""Periods before the start for each comparison series, so that their weights fit little chance.

Simulated, 400 counts of about 50 a month each: intervals of 95 per cent cover 95.0 with one comparison and 36
months before, 96.0 with three and 36, 93.0 with three and 24, 94.3 with eight and 60; 90.0 with eight and 36.
"""
YEARS_WELCOME = 2
"""Full years before the start, from which a season can be told from a trend."""


def series_design(known: Situation) -> Design:
    """Interrupted time series, and what it cannot rule out."""
    if missing := tuple(_missing(known)):
        return Design(design="its", verdict="blocked", blockers=missing)
    reasons = [
        "One series against what its own past would lead one to expect.",
        f"Neighbouring {known.period}s are alike: AR(1) errors, Kenward and Roger's interval.",
    ]
    if known.per_year > 1:
        reasons.append(f"The {known.period} of the year is taken into account.")
    if known.n_before < YEARS_WELCOME * known.per_year:
        reasons.append("Fewer than two years before the start: the season rests on little.")
    return Design(
        design="its",
        verdict="possible",
        estimator="segmented",
        inference="kenward_roger",
        scale="log" if known.numbers == "log" else "level",
        test="ar1",
        reasons=tuple(reasons),
        limits=tuple(_limits(known)),
    )


def beside_design(known: Situation) -> Design:
    """Controlled interrupted time series: what sets the series apart from areas without it."""
    if missing := tuple(_missing_beside(known)):
        return Design(design="controlled_its", verdict="blocked", blockers=missing)
    n = known.n_comparison
    as_counts = known.numbers == "counts" and not known.small
    one = f"One series beside {n} comparison {'area' if n == 1 else 'areas'}"
    together = ", weighted so that together they move as it did before" if n > 1 else ""
    how = "ratio" if as_counts or known.numbers == "log" else "difference"
    return Design(
        design="controlled_its",
        verdict="possible",
        estimator="segmented",
        inference="kenward_roger",
        group="never_treated",
        scale="log" if how == "ratio" else "level",
        test="ar1",
        reasons=(
            f"{one}{together}: what moves all of them alike, the season too, is no effect.",
            f"Their {how} is what is analysed"
            + (", because events change by per cent." if as_counts else "."),
            f"Neighbouring {known.period}s are alike: AR(1) errors, Kenward and Roger's interval.",
        ),
        limits=tuple(_limits_beside(known)),
    )


def _missing_beside(known: Situation) -> list[str]:
    if known.n_treated and known.n_comparison < 1:
        return ["no area without it"]
    found, most = _missing(known), most_beside(known)
    if not found and known.n_comparison > most:
        areas = f"{known.n_comparison} comparison areas for {known.periods(known.n_before)} before"
        found.append(f"{areas}, needed at most {most}")
    return found


def most_beside(known: Situation) -> int:
    """The most comparison series for which weights can be fitted."""
    return max(1, known.n_before // PER_COMPARISON)


def _limits_beside(known: Situation) -> list[str]:
    limits = [
        "Whether anything else that changed here and not in the comparison is behind it.",
        "Whether something happened to the comparison alone, which would look like an effect here.",
    ]
    if known.gradual:
        limits.append("How it built up, because one step is fitted.")
    return limits


def _missing(known: Situation) -> list[str]:
    if known.n_treated < 1:
        return ["no area where it was done"]
    if known.n_before < 1:
        return [f"no {known.period} before the start"]
    found = []
    if known.numbers == "log" and known.n_treated > 1:
        found.append(f"logarithms of {known.n_treated} areas, which do not add up")
    if known.staggered:
        found.append("starts differ, so one series has no one start")
    if known.n_before < max(LEAST_BEFORE, known.per_year):
        least = max(LEAST_BEFORE, known.per_year)
        found.append(f"{known.periods(known.n_before)} before the start, needed {least}")
    if known.n_after < 1:
        found.append(f"no {known.period} after the start")
    elif known.n_after < LEAST_AFTER:
        found.append(f"{known.periods(known.n_after)} after the start, needed {LEAST_AFTER}")
    return found


def _limits(known: Situation) -> list[str]:
    limits = ["Whether anything else that changed at about the same time is behind it."]
    if known.n_before < YEARS_WELCOME * known.per_year:
        limits.append(
            "Whether it is the time of year, which fewer than two years before cannot show."
        )
    if known.gradual:
        limits.append("How it built up, because one step is fitted.")
    return limits
