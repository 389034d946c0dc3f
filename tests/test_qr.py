"""The QR code: its dark modules are those of the standard, inside the white margin that it asks for."""

import re

import segno

from evalkit.report.figures.qr import qr

ADDRESS = "https://learning.example.org/hub/findings/em-2026-0001-f01.html"


def test_every_dark_module_is_drawn_once_inside_a_white_margin() -> None:
    svg = qr(ADDRESS, ident="code")
    wanted = segno.make(ADDRESS, error="m", micro=False, boost_error=False, mask=0).matrix
    drawn = {
        (int(x) + step, int(y))
        for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", svg)
        for step in range(int(width))
    }
    size = len(wanted)
    assert drawn == {
        (x + 4, y + 4) for y, row in enumerate(wanted) for x, dark in enumerate(row) if dark
    }
    assert f'viewBox="0 0 {size + 8} {size + 8}"' in svg
    assert f"It opens {ADDRESS}" in svg and "style=" not in svg
