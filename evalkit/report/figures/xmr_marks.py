"""What is drawn of an XmR chart: the zone between the limits, the lines, the values and the rings."""

from xml.etree.ElementTree import Element

from evalkit.report.figures.plot import every
from evalkit.report.figures.svg import add, box, line, polyline, shortened, text_width, write
from evalkit.report.figures.xmr_picture import ROW, Drawn


def draw_zones(root: Element, drawn: Drawn) -> None:
    """A pale zone between the limits of each stretch; without a lower limit it ends at zero."""
    for stretch in drawn.picture.chart.stretches:
        if stretch.limits is None:
            continue
        left, right = drawn.edge(stretch.start), drawn.edge(stretch.stop)
        top = drawn.area.y(stretch.limits.high)
        low = 0.0 if stretch.limits.low is None else stretch.limits.low
        box(root, (left, top), (right - left, drawn.area.y(low) - top), "f-zone")


def draw_lines(root: Element, drawn: Drawn) -> None:
    """The mean and the limits of each stretch, and the target all along, without any colour."""
    for stretch in drawn.picture.chart.stretches:
        if stretch.limits is None:
            continue
        left, right = drawn.edge(stretch.start), drawn.edge(stretch.stop)
        found = stretch.limits
        for value, classes in (
            (found.high, "f-process-limit"), (found.low, "f-process-limit"), (found.mean, "f-zero"),
        ):  # fmt: skip
            if value is not None:
                y = drawn.area.y(value)
                line(root, (left, y), (right, y), classes)
    if drawn.picture.target is not None:
        y = drawn.area.y(drawn.picture.target)
        line(root, (drawn.area.left, y), (drawn.area.right, y), "f-target")


def draw_events(root: Element, drawn: Drawn, size: float, width: float) -> None:
    """Name each at the top of its line, one row each, so that names never meet."""
    for row, event in enumerate(drawn.picture.events):
        x = drawn.edge(event.at)
        y = drawn.area.top - 10 - ROW * (len(drawn.picture.events) - 1 - row)
        line(root, (x, y - 12), (x, drawn.area.bottom), "f-event")
        text = shortened(event.text, width - 8, size)
        room = text_width(text, size) + 6
        if x + room <= width:
            write(root, (x + 6, y), text, "f-text f-halo")
        elif x - room >= 0:
            write(root, (x - 6, y), text, "f-text f-halo", anchor="end")
        else:
            write(root, (max(0.0, width - room), y), text, "f-text f-halo")


def draw_values(root: Element, drawn: Drawn) -> None:
    """A line through neighbouring values, broken where one is missing; rings around what to ask about."""
    run: list[tuple[float, float]] = []
    readings = drawn.picture.chart.readings
    for n, reading in enumerate(readings):
        if reading.value is None:
            polyline(root, run, "f-values")
            run = []
            if reading.small:
                draw_small(root, (drawn.across(n), drawn.area.bottom - 9))
        else:
            run.append((drawn.across(n), drawn.area.y(reading.value)))
    polyline(root, run, "f-values")
    radius = 3.2 if len(readings) <= 60 else 2.4
    asked = drawn.picture.chart.asked()
    for n, reading in enumerate(readings):
        y = drawn.area.bottom - 9 if reading.value is None else drawn.area.y(reading.value)
        if reading.value is not None:
            add(root, "circle", "f-value", cx=drawn.across(n), cy=y, r=radius)
        if n in asked:
            add(root, "circle", "f-ring", cx=drawn.across(n), cy=y, r=radius + 4)


def draw_small(root: Element, at: tuple[float, float]) -> None:
    """A square with a star: a small number is hidden here."""
    x, y = at
    box(root, (x - 5, y - 5), (10, 10), "f-hidden")
    add(
        root,
        "path",
        "f-hidden-star",
        d=f"M{x:g} {y - 3:g}v6M{x - 2.6:g} {y - 1.5:g}l5.2 3M{x + 2.6:g} {y - 1.5:g}l-5.2 3",
    )


def draw_years(root: Element, drawn: Drawn) -> None:
    """Name each year at the middle of its periods."""
    years: dict[str, list[int]] = {}
    for n, reading in enumerate(drawn.picture.chart.readings):
        years.setdefault(reading.period[:4], []).append(n)
    step = every(len(years), drawn.area.right - drawn.area.left, 48)
    for count, (year, places) in enumerate(years.items()):
        if count % step == 0:
            x = drawn.across((places[0] + places[-1]) / 2)
            x = min(max(x, drawn.area.left + 14), drawn.area.right - 14)
            write(root, (x, drawn.area.bottom + 24), year, "f-muted", anchor="middle")
            if places[0]:
                at = drawn.edge(places[0])
                line(root, (at, drawn.area.bottom), (at, drawn.area.bottom + 6), "f-rail")
