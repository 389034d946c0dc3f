"""Downloads that hold the same month of a force: counted once, or refused."""

from collections import defaultdict
from collections.abc import Sequence

from evalkit.data.police.names import StreetFile
from evalkit.data.police.staging import digest
from evalkit.errors import DataError, Problem


def one_a_month(
    files: Sequence[StreetFile], newer: str
) -> tuple[tuple[StreetFile, ...], tuple[StreetFile, ...], int]:
    """Return the files that count, those that do not, and how many of these were the same.

    Parameters
    ----------
    files : sequence of StreetFile
    newer : str
        Name of the download that counts where two differ; empty for none.

    Raises
    ------
    DataError
        Two downloads differ in a month and ``newer`` does not decide, or ``newer`` is no download.
    """
    downloads = {file.download for file in files}
    if newer and newer not in downloads:
        needed = "one of " + ", ".join(sorted(name for name in downloads if name))
        raise DataError(Problem(field="--newer", found=newer, needed=needed))
    by_month: dict[tuple[str, str], list[StreetFile]] = defaultdict(list)
    for file in files:
        by_month[file.force, file.month].append(file)
    used: list[StreetFile] = []
    unused: list[StreetFile] = []
    same = 0
    for alike in by_month.values():
        sums = [digest(file) for file in alike] if len(alike) > 1 else [""]
        winner = _winner(alike, sums, newer)
        used.append(alike[winner])
        unused += [alike[i] for i in range(len(alike)) if i != winner]
        same += sums.count(sums[winner]) - 1
    return tuple(used), tuple(unused), same


def _winner(alike: Sequence[StreetFile], sums: Sequence[str], newer: str) -> int:
    theirs = [i for i, file in enumerate(alike) if newer and file.download == newer]
    if len({sums[i] for i in theirs}) == 1:
        return theirs[0]
    if len(set(sums)) == 1:
        return 0
    one = alike[0]
    other = next(file for file, sha in zip(alike, sums, strict=True) if sha != sums[0])
    do = f"Say which counts: --newer {other.download or 'NAME'}"
    if one.download == other.download:
        do = f"Delete {one.name} or {other.name}."
    raise DataError(
        Problem(
            file=one.name,
            found=f"{one.force} {one.month} differs between {one.download or one.name}"
            f" and {other.download or other.name}",
            needed="one version of a month",
            do=do,
        )
    )
