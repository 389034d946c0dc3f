"""A newcomer's first registration, typed into a terminal: what the document shows and a test repeats."""

import contextlib
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path

COLUMNS, ROWS = 80, 30
READ, TYPED = 200, 40  # words a minute; a typed word has five characters
ADD = (
    "Focused deterrence, Derby city centre",
    "Made up: groups at risk of violence get help and clear warnings.",
    "?",
    "5",
    "?",
    "live",
    "Derbyy",
    "Derby",
    "people aged 16 to 30 in groups at risk",
    "Derby City Council",
    "Community safety manager",
    "?",
    "They learn that violence has swift consequences.",
    "call-ins, then offers of help",
    "one call-in a quarter",
    "stop",
)
UP, BACK = "\x1b[A", "\x7f"
RESUME = (
    "15/09/2025",
    "31/03/2025",
    "31/03/2027",
    "activity: Quarterly call-ins with police, probation and support workers",
    UP + len("workers") * BACK + "staff",
    "Outcomes - Fewer group members carry weapons in town",
    "impact: Less serious violence in the city centre",
    "output: Groups hear the mesage and are offered help",
    "move 4 2",
    "",
    "those who attend hear it from people they trust",
    "back",
    "back",
    "change 2 Groups hear the message and are offered help",
    "",
    "?",
    "carrying becomes riskier",
    "fewer weapons to hand in quarrels",
    "none",
    "recorded weapon possession",
    "",
)
WAY = (
    ("evalkit init our-evidence", ("", "", "Evaluation lead, Derby City Council")),
    ("cd our-evidence", ()),
    ("evalkit intervention add", ADD),
    ("evalkit intervention add --resume focused", RESUME),
    ("evalkit theory show EM-2026-0001", ()),
    ("evalkit status", ()),
    (
        "evalkit intervention edit EM-2026-0001 --set end=2027-09-30 --reason"
        ' "Example: six more months of funding"',
        (),
    ),
)
LAST = 4  # commands up to the registration


@dataclass(frozen=True)
class Step:
    """One command: its screen, the new words on it that nobody typed, and the keys that were struck."""

    screen: str
    words: int
    keys: int


def walk(folder: Path) -> list[Step]:
    """Type the whole way in a folder, each command in a terminal of its own."""
    here, steps, seen = folder, [], set()
    for command, lines in WAY:
        program, *words = re.findall(r'"[^"]*"|\S+', command)
        shown, read = f"$ {command}\n", 0
        if program == "cd":
            here = here / words[0]
        else:
            said = _screen(_talk(here, [word.strip('"') for word in words], lines))
            said = re.sub(r"EM-20\d\d-", "EM-2026-", said)
            shown += re.sub(r"\(20\d\d-\d\d-\d\d, ", "(2026-11-24, ", said)
            new = dict.fromkeys(_numberless(line) for line in said.split("\n"))
            read = sum(_words(line) for line in new if line not in seen)
            read -= sum(_words(line.replace(UP, "")) for line in dict.fromkeys(lines))
            seen.update(new)
        keys = sum(len(line.replace(UP, "^")) + 1 for line in (command, *lines))
        steps.append(Step("\n".join(_folded(shown)), max(read, 0), keys))
    return steps


def _numberless(line: str) -> str:
    """Nobody reads a line again because the numbers in it are others."""
    return re.sub(r"\d+", "0", line)


def _words(line: str) -> int:
    return len(re.findall(r"\w[^\s,;:]*", line))


def minutes(words: int, keys: int) -> float:
    """How long a person reads and types, without a pause to think."""
    return words / READ + keys / (5 * TYPED)


def _talk(here: Path, words: list[str], lines: tuple[str, ...]) -> str:
    outer, inner = pty.openpty()
    ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "evalkit", *words],
        cwd=here,
        env={k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
        | {"TERM": "xterm", "INPUTRC": os.devnull},
        stdin=inner,
        stdout=inner,
        stderr=inner,
    )
    os.close(inner)
    said = ""
    for line in lines:
        said += _until_asked(outer)
        os.write(outer, f"{line}\n".encode())
    said += _until_asked(outer, to_the_end=True)
    os.close(outer)
    assert process.wait(timeout=30) == 0, said
    return said


def _until_asked(terminal: int, *, to_the_end: bool = False) -> str:
    new, deadline = "", time.monotonic() + 60
    with contextlib.suppress(OSError):  # Linux says EIO at the end
        while time.monotonic() < deadline:
            if select.select([terminal], [], [], 0.05)[0]:
                chunk = os.read(terminal, 65536)
                if not chunk:
                    break
                new += chunk.decode()
            elif not to_the_end and re.search(r"[:>?\]] \Z", _plain(new)):
                return new
    assert to_the_end, f"asked nothing more: {new!r}"
    return new


def _plain(text: str) -> str:
    """Without colours and the terminal's modes."""
    return re.sub(r"\x1b\[[?>=]?[\d;]*[hlm]", "", text)


def _screen(output: str) -> str:
    """What stands on the terminal in the end: as much of one as readline needs."""
    lines, row, column = [""], 0, 0
    for sign in re.findall(r"\x1b\[\d*[A-Z]|.", _plain(output), re.S):
        if sign == "\n" or (column == COLUMNS and sign.isprintable()):
            row, column = row + 1, column if sign == "\n" else 0
            lines += [""] * (row + 1 - len(lines))
        if sign == "\r":
            column = 0
        elif sign == "\b":
            column -= 1
        elif sign == "\x1b[A":
            row -= 1
        elif sign == "\x1b[C":
            column += 1
        elif sign in ("\x1b[K", "\x1b[J"):
            lines[row:] = [lines[row][:column], *(lines[row + 1 :] if sign[-1] == "K" else [])]
        elif sign not in "\a\n":
            assert sign.isprintable(), repr(sign)
            lines[row] = lines[row][:column].ljust(column) + sign + lines[row][column + 1 :]
            column += 1
    return "\n".join(line.rstrip() for line in lines)


def _folded(text: str) -> list[str]:
    """As a terminal folds what is too long for it."""
    lines = text.rstrip("\n").split("\n")
    return [line[n : n + COLUMNS] for line in lines for n in range(0, max(len(line), 1), COLUMNS)]
