"""Which method can be trusted with this many units, and why, in words.

The rule is calibrated: `docs/calibration.md` has how often each method, and the one chosen here, rejects a
true null. It looks at the design and at the periods before the start, never at the effect.
"""

from dataclasses import dataclass

from evalkit.errors import DataError

MANY, SEVERAL = 50, 6
"""Clusters on the smaller side from which clustered errors, and from which CR2, may be relied upon."""

UNEQUAL = 1.5
"""Spread of the smaller side, relative to the other, above which equal spread is not believed."""

LONE_ALLOWANCE = 1.25
"""How much more variable a lone cluster is always allowed to be. With 1, Donald and Lang's test rejects 6.3
per cent where spreads differ threefold and chance picks the treated unit; with 1.25, 3 to 4 per cent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A method of inference and the reason for it.

    Attributes
    ----------
    name : str
        ``"cluster"``, ``"cr2"``, ``"permutation"`` or ``"donald_lang"``.
    why : str
        One sentence.
    attainable_level : float
        The level at which an assumption-free test of this design can reject, or the smallest p-value it can
        reach where that is larger than the level asked for.
    caveat : str
        What must be said beside the number; empty where there is nothing.
    allowance : float
        For ``donald_lang``: how many times as variable as the others the few may be.
    """

    name: str
    why: str
    attainable_level: float
    caveat: str
    allowance: float = 1.0

    @property
    def words(self) -> str:
        """The reason, to follow what was done after a semicolon."""
        return f"chosen for {self.why.removesuffix('.')}"


def choose(
    *,
    n_treated: int,
    n_comparison: int,
    attainable_level: float,
    spread_ratio: float | None,
    mixed: bool = False,
    called: str = "units",
    level: float = 0.95,
) -> Choice:
    """Choose by design, not by result.

    Parameters
    ----------
    n_treated, n_comparison : int
        Clusters that are ever treated, and the others (where all are, those that start last).
    attainable_level : float
        Of the permutation test, as in ``Judgement``; ignored where there are six clusters or more on each
        side.
    spread_ratio : float or None
        Standard deviation of the smaller side before any start, divided by the other side's; None where
        there are too few periods before.
    mixed : bool
        Whether some clusters hold units that start at different times: then they cannot be permuted.
    called : str
        What clusters are called, in the plural.
    level : float
        Of the interval asked for.

    Raises
    ------
    DataError
        Fewer than three clusters, or none on one side.
    """
    few, alpha = min(n_treated, n_comparison), 1 - level
    sides = _sides(n_treated, n_comparison, called)
    if few >= MANY:
        why = f"{sides}: enough on both sides for clustered errors."
        return Choice(name="cluster", why=why, attainable_level=alpha, caveat="")
    if few >= SEVERAL or mixed:
        return _cr2(sides, few, alpha, mixed)
    unequal = spread_ratio is not None and spread_ratio > UNEQUAL
    reachable = attainable_level <= alpha + 1e-9
    if reachable and not unequal:
        return _permutation(sides, attainable_level, alpha, spread_ratio, called)
    if few >= 2 and unequal and spread_ratio is not None:
        return _unequal(sides, attainable_level, spread_ratio, reachable, alpha)
    return _donald_lang(sides, few, attainable_level, spread_ratio, reachable, alpha)


def choose_for_ratio(
    *,
    n_treated: int,
    n_comparison: int,
    attainable_level: float,
    called: str = "units",
    level: float = 0.95,
) -> Choice:
    """Choose for a rate ratio of counts: the cluster rule for many, permutation for fewer.

    Parameters as in ``choose``; ``attainable_level`` is ignored where there are many.

    Raises
    ------
    DataError
        As ``choose``.
    """
    sides, few, alpha = (
        _sides(n_treated, n_comparison, called),
        min(n_treated, n_comparison),
        1 - level,
    )
    if few >= MANY:
        why = f"{sides}: enough on both sides for clustered errors."
        return Choice(name="cluster", why=why, attainable_level=alpha, caveat="")
    reachable = attainable_level <= alpha + 1e-9
    why = f"{sides}: too few for standard errors, so chance is judged by dealing the start dates."
    caveat = (
        f"Exact where chance decided who was treated; otherwise it takes the treated {called} to vary by "
        "chance as much as the others."
    )
    if not reachable:
        caveat = f"{_no_exact_test(attainable_level, alpha)}The interval has that level. {caveat}"
    return Choice(name="permutation", why=why, attainable_level=attainable_level, caveat=caveat)


def _sides(n_treated: int, n_comparison: int, called: str) -> str:
    if n_treated + n_comparison < 3 or min(n_treated, n_comparison) < 1:
        raise DataError(
            f"found {n_treated} treated and {n_comparison} comparison {called}; inference needs at least "
            "three in all and one on each side"
        )
    return f"{n_treated} treated and {n_comparison} comparison {called}"


def _cr2(sides: str, few: int, alpha: float, mixed: bool) -> Choice:
    why = (
        f"{sides}: too few for clustered errors; CR2 with Bell-McCaffrey degrees of freedom allows "
        "for that and for unequal spread."
    )
    caveat = ""
    if few < SEVERAL:
        caveat = (
            "Units of one cluster start at different times, so start dates cannot be permuted; with so few "
            "clusters the interval takes their changes to be about normal."
        )
    return Choice(name="cr2", why=why, attainable_level=alpha, caveat=caveat)


def _permutation(
    sides: str, attainable_level: float, alpha: float, ratio: float | None, called: str
) -> Choice:
    caveat = (
        "Exact where chance decided who was treated; otherwise it takes the treated "
        f"{called} to vary by chance as much as the others."
    )
    if ratio is None:
        caveat += " There are too few periods before the start to compare that."
    return Choice(
        name="permutation",
        why=(
            f"{sides}: too few for standard errors, but the start dates can be dealt in enough ways for "
            f"an assumption-free test that rejects at {attainable_level:.1%} (asked: {alpha:.0%})."
        ),
        attainable_level=attainable_level,
        caveat=caveat,
    )


def _unequal(
    sides: str, attainable_level: float, ratio: float, reachable: bool, alpha: float
) -> Choice:
    return Choice(
        name="cr2",
        why=(
            f"{sides}, and before the start the fewer ones varied {ratio:.1f} times as much as the others: "
            "permutation would reject too often; CR2 does not assume equal spread."
        ),
        attainable_level=attainable_level,
        caveat=_no_exact_test(attainable_level, alpha) * (not reachable)
        + "With so few the interval is wide and takes changes to be about normal.",
    )


def _donald_lang(
    sides: str,
    few: int,
    attainable_level: float,
    ratio: float | None,
    reachable: bool,
    alpha: float,
) -> Choice:
    allowance = max(LONE_ALLOWANCE, ratio or 1.0) if few == 1 else 1.0
    believed = "equal spread"
    if allowance > 1:
        believed = f"a lone one that varies at most {allowance:.3g} times as much as the others"
    reason = "a permutation test cannot reject at the level asked for"
    if reachable:
        reason = f"before the start the lone one varied {ratio:.1f} times as much as the others"
    return Choice(
        name="donald_lang",
        why=f"{sides}: {reason}, so Donald and Lang's t test of changes is given.",
        attainable_level=attainable_level,
        caveat=_no_exact_test(attainable_level, alpha) * (not reachable)
        + f"Valid only if changes are about normal with {believed}.",
        allowance=allowance,
    )


def _no_exact_test(attainable_level: float, alpha: float) -> str:
    return (
        f"No assumption-free test of this design can reject at {alpha:.0%}: the smallest p-value that "
        f"permutation can reach is {attainable_level:.2g}. "
    )
