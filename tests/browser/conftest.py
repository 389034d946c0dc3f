"""One Chromium for all pages, cut off from everything but this machine."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from evalkit.hub import build, server
from tests.hub_sample import sample

OFFLINE = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-domain-reliability",
]
INSIDE = ("file:", "data:", "blob:", "http://127.0.0.1")

OpenPage = Callable[[int, str], Page]


@pytest.fixture(scope="session")
def demo_hub(demo_workspace: Path) -> Path:
    """The demo's hub, on real data."""
    return demo_workspace / "reports"


@pytest.fixture(scope="session")
def sample_hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub of awkward texts and every state."""
    out = tmp_path_factory.mktemp("sample") / "hub"
    build(sample(), out)
    return out


@pytest.fixture
def serving() -> Iterator[Callable[[Path], str]]:
    """Serve a hub as ``hub serve`` does; gives its address."""
    with ExitStack() as stack:

        def served(folder: Path) -> str:
            running = stack.enter_context(server(folder, port=0))
            threading.Thread(target=running.serve_forever, daemon=True).start()
            stack.callback(running.shutdown)
            return f"http://127.0.0.1:{running.server_address[1]}/"

        yield served


@pytest.fixture(scope="session")
def chromium(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=OFFLINE)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Open a page of a width and a theme; afterwards nothing may have gone out or gone wrong."""
    contexts: list[BrowserContext] = []
    outside: list[str] = []
    complaints: list[str] = []

    def guard(route: Route) -> None:
        if route.request.url.startswith(INSIDE):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    def opened(width: int, theme: str) -> Page:
        scheme = "dark" if theme == "dark" else "light"
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme
        )
        contexts.append(context)
        context.route("**/*", guard)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not outside, f"page reaches out: {outside}"
    assert not complaints, f"console: {complaints}"
