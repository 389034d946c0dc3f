"""What is looked at on a page: its rules of access, its width, its charts' text and its keyboard."""

from pathlib import Path
from typing import Literal

import axe_playwright_python
from playwright.sync_api import Page

Theme = Literal["light", "dark"]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
    "preload": False,
}
RUN = """async rules => {
  const done = await axe.run(document, rules);
  if (done.passes.length < 5) throw new Error('axe looked at nothing');
  return done.violations.map(v => v.id + ': ' + v.nodes.map(
    n => n.html.slice(0, 160) + ' — ' + n.failureSummary).join('; '));
}"""
PHONE, DESK, PAPER = 360, 1280, 794  # paper: A4 at 96 points an inch
INSIDE_MARGINS = 673  # of paper
ENDS: tuple[tuple[int, Theme], ...] = ((PHONE, "light"), (DESK, "dark"))
BOTH: tuple[tuple[int, Theme], ...] = (*ENDS, (DESK, "light"), (PHONE, "dark"))
WIDTHS = (320, 768, 1024, DESK, 1920, PHONE)
HEAVIEST = 150_000  # bytes of a page, the full list of cards aside
SMALLEST = 13 - 0.05  # pixels of a chart's text
OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
FITS = "document.documentElement.scrollWidth <= innerWidth"
TEXT_SIZES = """() => [...document.querySelectorAll('svg.figure-svg text')]
  .filter(t => t.getClientRects().length && t.getBoundingClientRect().width)
  .map(t => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a)"""
LISTEN = """() => {
  window.wanted = [...document.querySelectorAll(
    'a[href], button, summary, input, select, textarea, [tabindex="0"]')].filter(
    e => e.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}));
  window.reached = new Map();
  document.addEventListener('focusin', event => {
    const s = getComputedStyle(event.target);
    window.reached.set(event.target, s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2);
  });
  return window.wanted.length;
}"""
REACHED = """() => [
  window.wanted.filter(e => !window.reached.has(e)),
  [...window.reached].filter(([, seen]) => !seen).map(([e]) => e),
].map(some => some.map(e => e.outerHTML.slice(0, 120)))"""
SCROLLERS = 8  # tab stops of a page that are none of the wanted ones, at most


def pages_of(folder: Path) -> list[Path]:
    """Every page of a hub."""
    return sorted(folder.rglob("*.html"))


def one_of_each(folder: Path) -> list[Path]:
    """The pages at the top, and the first and last of every kind."""
    kinds: dict[str, list[Path]] = {}
    for path in pages_of(folder):
        kinds.setdefault(path.parent.name if path.parent != folder else path.name, []).append(path)
    ends = (path for paths in kinds.values() for path in (paths[0], paths[-1]))
    return list(dict.fromkeys(ends))


def faults(page: Page, url: str, *, thorough: bool = False) -> list[str]:
    """All that is wrong with one page: by keyboard, on paper, and unfolded at every width.

    Rules of access are checked on a phone in light and on a desk in dark; thoroughly: in both
    themes on both.
    """
    found = [*keyboard_faults(page, url, DESK), *keyboard_faults(page, url, PHONE)]
    found += [*sideways(page, PHONE, "folded"), *printed_faults(page)]
    page.evaluate(OPEN_ALL)
    found += [fault for width in WIDTHS for fault in sideways(page, width, "unfolded")]
    for width, theme in BOTH if thorough else ENDS:
        _resize(page, width)
        page.emulate_media(color_scheme=theme)
        found += [*small_text(page, width), *broken_rules(page, f"at {width} in {theme}")]
    page.emulate_media(color_scheme="light")
    return [f"{url}: {fault}" for fault in found]


def printed_faults(page: Page) -> list[str]:
    """Rules of access that the page breaks on paper, and whether something is cut off at its side."""
    _resize(page, PAPER)
    page.emulate_media(media="print")
    found = broken_rules(page, "printed")
    if not page.locator(".projected").count():  # on its side
        found += sideways(page, INSIDE_MARGINS, "printed")
    page.emulate_media(media="screen")
    return found


def broken_rules(page: Page, where: str) -> list[str]:
    """Rules of WCAG 2.2 AA that axe finds broken as the page stands now."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return [f"{where}: {broken}" for broken in page.evaluate(RUN, RULES)]


def sideways(page: Page, width: int, how: str) -> list[str]:
    """Whether something runs off the side at this width."""
    _resize(page, width)
    return [] if page.evaluate(FITS) else [f"scrolls sideways at {width}, {how}"]


def small_text(page: Page, width: int) -> list[str]:
    """Whether a chart's text is too small to read at this width."""
    sizes = page.evaluate(TEXT_SIZES)
    small = [size for size in sizes if size < SMALLEST]
    return [f"chart text of {min(small)} pixels at {width}"] if small else []


def keyboard_faults(page: Page, url: str, width: int) -> list[str]:
    """Whether tabs from the top reach everything that can be used, and show where they are."""
    _resize(page, width)
    page.goto(url)
    expected = page.evaluate(LISTEN)
    for _ in range(expected + SCROLLERS):
        page.keyboard.press("Tab")
    missed, unseen = page.evaluate(REACHED)
    return [
        *(f"at {width}: not reached by keyboard: {markup}" for markup in missed),
        *(f"at {width}: no visible focus on {markup}" for markup in unseen),
    ]


def heavy(folder: Path) -> dict[str, int]:
    """Pages heavier than a phone likes."""
    lists = {folder / "interventions" / "index.html"}
    return {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in pages_of(folder)
        if path.stat().st_size > HEAVIEST and path not in lists
    }


def _resize(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
