"""Ways in which a file of scratch can come to harm, so that it cannot be believed any more."""

from pathlib import Path

import pytest

from evalkit.hub import scratch

HARMS = ("cut", "another program", "other bytes", "gone", "no text", "a folder")


def harmed(file: Path, harm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do this harm to it, or to the program that reads it."""
    told = file.read_bytes()
    match harm:
        case "cut":
            file.write_bytes(told[: len(told) // 2])
        case "another program":
            monkeypatch.setattr(scratch, "program", lambda *packages: "0" * 40)
        case "other bytes":
            file.write_bytes(told[:-9] + bytes([told[-9] ^ 1]) + told[-8:])
        case "gone":
            file.unlink()
        case "no text":
            file.write_bytes(b"\xff\x00" * 100)
        case "a folder":
            file.unlink()
            file.mkdir()
