"""A headless Chromium that reaches no network, and what a page did in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-default-browser-check",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)

AREAS = ".leaflet-overlay-pane path.leaflet-interactive"
"""The areas of a five-colour map that is drawn as SVG."""


@dataclass
class Visit:
    """An opened page: its requests besides itself, and its errors."""

    page: Page
    requests: list[str] = field(default_factory=list)
    page_errors: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)

    @property
    def trouble(self) -> list[str]:
        """Everything that a closed page must not do."""
        return [*self.requests, *self.page_errors, *self.console_errors]


@contextmanager
def launch(executable: Path) -> Iterator[Browser]:
    """Start Chromium without a network but this machine."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(executable), args=list(QUIET)
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visit(
    browser: Browser,
    address: Path | str,
    *,
    width: int = 1400,
    height: int = 900,
    script: str = "",
    touch: bool = False,
) -> Iterator[Visit]:
    """Open a file or an address of this machine after a script of ours.

    Collects what it does: a page by its address may ask its own folder.
    """
    is_file = isinstance(address, Path)
    context = browser.new_context(
        viewport={"width": width, "height": height},
        offline=is_file,
        has_touch=touch,
        is_mobile=touch,
    )
    context.add_init_script(script)
    opened = Visit(context.new_page())
    own = address.resolve().as_uri() if isinstance(address, Path) else address
    folder = own.rpartition("/")[0] + "/"

    def note_request(request: Request) -> None:
        is_own = request.url == own or (not is_file and request.url.startswith(folder))
        if not is_own and not request.url.startswith("data:"):
            opened.requests.append(request.url)

    def note_console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            opened.console_errors.append(message.text)

    opened.page.on("request", note_request)
    opened.page.on("console", note_console)
    opened.page.on("pageerror", lambda error: opened.page_errors.append(str(error)))
    try:
        opened.page.goto(own, wait_until="load")
        yield opened
    finally:
        context.close()


def pixel_of(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Where a position lies on a page that has its map at its upper left."""
    x, y = page.evaluate(
        """([lon, lat]) => {
          const name = Object.keys(window).find((key) => /^map_\\d+$/.test(key));
          const { x, y } = window[name].latLngToContainerPoint([lat, lon]);
          return [x, y];
        }""",
        [lon, lat],
    )
    return x, y
