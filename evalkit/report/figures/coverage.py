"""The coverage grid: what was published is full, what is missing is an empty dashed frame with a word."""

from xml.etree.ElementTree import Element

from evalkit.report.coverage import Cell, Coverage, Row, who
from evalkit.report.figures.plot import is_wide
from evalkit.report.figures.svg import (
    NARROW,
    TEXT_SIZE,
    WIDE,
    Shape,
    box,
    canvas,
    hatch,
    serialise,
    text_width,
    wrapped,
    write,
)

MOST_COLUMNS: dict[Shape, int] = {"wide": 16, "narrow": 8}
_LABEL_ROOM, _HEIGHT, _GAP, _LINE = 226.0, 30.0, 4.0, 20.0


def coverage_grid(
    table: Coverage, *, subject: str, ident: str, shape: Shape = "wide", note: str = ""
) -> str:
    """Draw areas by time; every cell has its number, every row its areas, every state its word.

    Parameters
    ----------
    table : Coverage
        With at most ``MOST_COLUMNS[shape]`` columns.
    subject : str
        The outcome.
    note : str
        A line at the foot, e.g. that the data are simulated.
    """
    width = WIDE if is_wide(shape) else NARROW
    head = _head(table, subject)
    lines = wrapped(head, width - 8, TEXT_SIZE[shape], bold=True)
    top = _LINE * len(lines) + (58 if table.columns[0].part else 38)
    heights = [_row_height(table, row, shape) for row in table.rows]
    key = _key(table)
    foot = [*([] if not note else wrapped(note, width - 8, TEXT_SIZE[shape], bold=True))]
    height = top + sum(heights) + 14 + (_HEIGHT + 6) * len(key) + _LINE * len(foot) + 8
    root = canvas(width, height, ident=ident, title=f"Coverage: {subject}", desc=describe(table),
                  classes=f"coverage {shape}")  # fmt: skip
    paint = hatch(root, ident)
    for i, text in enumerate(lines):
        write(root, (0, 16 + _LINE * i), text, "f-strong")
    _column_names(root, table, shape, top)
    y = top
    for row, tall in zip(table.rows, heights, strict=True):
        _row(root, table, row, shape, y, paint)
        y += tall
    y += 14
    for cell, words in key:
        _cell(root, cell, (0, y), 44, paint)
        write(root, (54, y + 21), words)
        y += _HEIGHT + 6
    for i, text in enumerate(foot):
        write(root, (0, y + 16 + _LINE * i), text, "f-strong")
    return serialise(root)


def describe(table: Coverage) -> str:
    """The grid in three sentences."""
    whole = [row for row in table.rows if all(c.published == c.size for c in row.cells)]
    n = sum(len(row.names) for row in whole)
    areas = f"{table.n_areas} {table.unit}{'s' * (table.n_areas != 1)}"
    span = f"{areas}, {table.first} to {table.last}, {table.noun} by {table.noun}."
    sentences = [span, f"{n} of them published every {table.noun}."]
    gaps = [
        f"{who(row, table.n_areas, table.unit)} ({sum(c.size - c.published for c in row.cells)})"
        for row in table.rows
        if row not in whole
    ]
    if gaps:
        more = f"; and {len(gaps) - 6} more groups" if len(gaps) > 6 else ""
        sentences.append(f"Missing {table.noun}s: {'; '.join(gaps[:6])}{more}.")
    return " ".join(sentences)


def _head(table: Coverage, subject: str) -> str:
    step = f"{'every' if table.step[0].isdigit() else 'each'} {table.step}"
    if table.step == table.noun:
        return f"{subject}: {table.noun}s that were published"
    return f"{subject}: {table.noun}s published in {step}"


def _key(table: Coverage) -> list[tuple[Cell, str]]:
    """A cell of each state that occurs, with its words."""
    cells = [cell for row in table.rows for cell in row.cells]
    size = max(cell.size for cell in cells)
    noun = table.noun
    key = [(Cell(published=size, suppressed=0, size=size), f"every {noun} is there")]
    if some := next((c for c in cells if 0 < c.published < c.size), None):
        key.append((Cell(published=some.published, suppressed=0, size=some.size),
                    f"some {noun}s are missing"))  # fmt: skip
    if any(not c.published for c in cells):
        key.append((Cell(published=0, suppressed=0, size=size), "missing, which is not zero"))
    if hidden := next((c for c in cells if c.suppressed), None):
        key.append((hidden, "s: some numbers are hidden"))
    return key


def _label(table: Coverage, row: Row, shape: Shape) -> tuple[str, ...]:
    room = _LABEL_ROOM - 12 if is_wide(shape) else NARROW
    return wrapped(who(row, table.n_areas, table.unit), room, TEXT_SIZE[shape])


def _row_height(table: Coverage, row: Row, shape: Shape) -> float:
    lines = len(_label(table, row, shape))
    if is_wide(shape):
        return max(_HEIGHT, _LINE * lines) + _GAP
    return _LINE * lines + 6 + _HEIGHT + 2 * _GAP


def _places(table: Coverage, shape: Shape) -> tuple[float, float]:
    """Where the first column begins, and how far the next ones are."""
    left = _LABEL_ROOM if is_wide(shape) else 0.0
    width = (WIDE if is_wide(shape) else NARROW) - left
    return left, min(width / len(table.columns), 88.0)


def _column_names(root: Element, table: Coverage, shape: Shape, top: float) -> None:
    """The year once above its columns, the part of it above each."""
    left, step = _places(table, shape)
    before, free = "", 0.0
    for i, column in enumerate(table.columns):
        middle = left + step * i + (step - _GAP) / 2
        if column.part:
            write(root, (middle, top - 8), column.part, "f-muted", anchor="middle")
        at = left + step * i if column.part else middle - text_width(column.year, 15) / 2
        if column.year != before and at >= free:
            write(root, (at, top - (28 if column.part else 8)), column.year, "f-text")
            free = at + text_width(column.year, 15) + 6
        before = column.year


def _row(root: Element, table: Coverage, row: Row, shape: Shape, y: float, paint: str) -> None:
    left, step = _places(table, shape)
    label = _label(table, row, shape)
    for i, text in enumerate(label):
        write(root, (0, y + (20 if is_wide(shape) else 15) + _LINE * i), text)
    if not is_wide(shape):
        y += _LINE * len(label) + 2
    for i, cell in enumerate(row.cells):
        _cell(root, cell, (left + step * i, y), step - _GAP, paint)


def _cell(root: Element, cell: Cell, corner: tuple[float, float], width: float, paint: str) -> None:
    """Full and dark, light with its number, hatched, or an empty dashed frame with a dash."""
    state = "full" if cell.published == cell.size else "some" if cell.published else "none"
    if cell.suppressed and state == "full":
        state = "some"
    box(root, corner, (width, _HEIGHT), f"f-cell-{state}")
    if cell.suppressed:
        box(root, corner, (width, _HEIGHT), "f-hatched").set("fill", paint)
        plate = text_width(cell.text, 16) + 4
        inner = (corner[0] + (width - plate) / 2, corner[1] + 6)
        box(root, inner, (plate, _HEIGHT - 12), "f-cell-plate")
    text = cell.text if cell.published else "–"
    at = (corner[0] + width / 2, corner[1] + 20)
    write(root, at, text, "f-cell-on" if state == "full" else "f-text", anchor="middle")
