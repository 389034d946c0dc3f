"""The treated areas as one series against its own past."""

from evalkit.proposal.situation import Design, Situation

LEAST_BEFORE = 8
"""Periods for a trend and its scatter to mean anything."""
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


def _missing(known: Situation) -> list[str]:
    if known.n_treated < 1:
        return ["no area where it was done"]
    if known.n_before < 1:
        return [f"no {known.period} before the start"]
    found = []
    if known.staggered:
        found.append("starts differ, so one series has no one start")
    if known.n_before < max(LEAST_BEFORE, known.per_year):
        least = max(LEAST_BEFORE, known.per_year)
        found.append(f"{known.periods(known.n_before)} before the start, needed {least}")
    if known.n_after < 1:
        found.append(f"no {known.period} after the start")
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
