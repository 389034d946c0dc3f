"""File after file into the store, and what is to be said about them."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from evalkit.data.police.choice import NO_LSOA, ONLY_A_CODE, OUTSIDE
from evalkit.data.police.count import OTHER_TYPES, UNPUBLISHED, Counted
from evalkit.data.police.names import StreetFile
from evalkit.data.police.staging import Staged, stage
from evalkit.types.extraction import InputFile, Rows

Progress = Callable[[int, int], None]
"""Called with the bytes that are done and all bytes."""

_NAMED = 3  # districts outside that are named


@dataclass(slots=True, kw_only=True)
class Done:
    """What was read so far, file by file."""

    inputs: list[InputFile] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    outside: Counter[str] = field(default_factory=Counter)
    read: int = 0
    kept: int = 0
    foreign: int = 0
    repeated: int = 0
    windows: int = 0
    size: int = 0

    def add(self, staged: Staged, counted: Counted) -> None:
        """Add a file that counts."""
        self.inputs.append(_input(staged, counted.rows, used=True))
        self.dropped += counted.dropped
        self.outside += counted.outside
        self.read += counted.rows
        self.kept += counted.kept
        self.foreign += counted.foreign
        self.repeated += counted.repeated
        self.size += staged.size
        self.windows += staged.encoding != "utf-8"

    def add_unused(self, staged: Staged, rows: int) -> None:
        """Add a file in whose place another one counts."""
        self.inputs.append(_input(staged, rows, used=False))
        self.size += staged.size

    @property
    def files(self) -> tuple[InputFile, ...]:
        """By name, then download."""
        return tuple(sorted(self.inputs, key=lambda one: (one.name, one.download)))

    @property
    def reasons(self) -> tuple[Rows, ...]:
        """Rows left out; the districts that most were in are named."""
        most = self.outside.most_common(_NAMED)
        named = ", ".join(f"{name} {n:,}" for name, n in most)
        more = len(self.outside) - len(most)
        named += f" and {more} more" if more else ""
        said = {OUTSIDE: f"{OUTSIDE} ({named})"}
        order = (OTHER_TYPES, NO_LSOA, ONLY_A_CODE, OUTSIDE, UNPUBLISHED)
        return tuple(
            Rows(why=said.get(why, why), rows=self.dropped[why])
            for why in order
            if self.dropped[why]
        )

    @property
    def noted(self) -> tuple[Rows, ...]:
        """Rows kept although something is odd."""
        odd = (("another force's file", self.foreign), ("Crime ID repeated", self.repeated))
        return tuple(Rows(why=why, rows=rows) for why, rows in odd if rows)


def _input(staged: Staged, rows: int, *, used: bool) -> InputFile:
    file = staged.file
    return InputFile(
        name=file.name,
        download=file.download,
        sha256=staged.sha256,
        size=staged.size,
        rows=rows,
        vintage=file.vintage,
        used=used,
    )


def staged_ahead(files: Sequence[StreetFile], folder: Path) -> Iterator[Staged]:
    """Each file ready to be read; while one is counted the next is unpacked and hashed."""
    with ThreadPoolExecutor(max_workers=1) as ahead:
        coming = _started(ahead, files[:1], folder)
        for n in range(len(files)):
            staged = coming.pop().result()
            coming += _started(ahead, files[n + 1 : n + 2], folder)
            yield staged


def _started(
    ahead: ThreadPoolExecutor, files: Sequence[StreetFile], folder: Path
) -> list[Future[Staged]]:
    try:
        return [ahead.submit(stage, file, folder) for file in files]
    except RuntimeError as error:  # how Python says that a thread found no memory
        raise MemoryError(str(error)) from error
