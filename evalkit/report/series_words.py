"""How long a series is on either side of what was done, and how alike its neighbouring periods are."""

from evalkit.types.evaluation import Evaluation


def series_words(evaluation: Evaluation) -> tuple[str, ...]:
    """``48 periods before and 24 after, 1 missing``, and the autocorrelation; empty for a panel."""
    if evaluation.design == "did":
        return ()
    cover = evaluation.coverage
    first = min(start for start, _ in cover.cohorts)
    # Labels of one length sort as time goes.
    before = sum(point.period < first for point in evaluation.path)
    missing = cover.n_units * cover.n_periods - cover.n_obs
    words = [f"{missing} without a number"]
    if evaluation.path:
        words.insert(0, f"{before} before and {cover.n_periods - before} after the first change")
    told = evaluation.diagnostics
    if told is not None and told.rho:
        words.append(f"autocorrelation {told.rho:.2f}")
    return (", ".join(words).replace("-", "\N{MINUS SIGN}"),)
