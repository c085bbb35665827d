"""An editor's page in a browser: served from this process, driven by hand and keys."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from api.editor_server import HOST, EditorServer, serve_editor
from api.server import listen
from layers.editor import EditorSession

# Leaflet gives itself to the window once it is whole; its map is the one to look at
HOOK = """
let own;
Object.defineProperty(window, "L", {
  configurable: true,
  get: () => own,
  set(L) {
    own = L;
    L?.Map?.addInitHook(function () { window.editorMap = this; });
  },
});
"""
READY = """() => [...document.querySelectorAll(".pagoda-editor button")]
  .some((button) => button.textContent.includes("完成") && !button.disabled)"""
IDLE = "() => !document.querySelector('.pagoda-editor .is-busy')"
SHOWN = "() => window.editorMap?.getZoom() > 5"


@dataclass
class Hand:
    """A planner at a page: clicks places, presses keys, reads what it says."""

    page: Page
    requests: list[str] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    def spot(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a place is on the page, in pixels."""
        x, y = self.page.evaluate(
            """([lon, lat]) => {
              const { x, y } = editorMap.latLngToContainerPoint([lat, lon]);
              const { left, top } = editorMap.getContainer().getBoundingClientRect();
              return [left + x, top + y];
            }""",
            [lon, lat],
        )
        return x, y

    def look(self, bounds: tuple[float, ...]) -> None:
        """Bring a box of lon and lat into view."""
        west, south, east, north = bounds
        self.page.evaluate(
            "([[s, w], [n, e]]) => editorMap.fitBounds([[s, w], [n, e]], "
            "{ animate: false, padding: [90, 90] })",
            [[south, west], [north, east]],
        )

    def click(self, lon: float, lat: float, *modifiers: Any) -> None:
        """Click a place."""
        x, y = self.spot(lon, lat)
        self.page.mouse.move(x, y)
        for key in modifiers:
            self.page.keyboard.down(key)
        self.page.mouse.click(x, y)
        for key in modifiers:
            self.page.keyboard.up(key)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag from one place to another."""
        self.page.mouse.move(*self.spot(*start))
        self.page.mouse.down()
        self.page.mouse.move(*self.spot(*end), steps=4)
        self.page.mouse.up()

    def wait_until_ready(self) -> None:
        """Wait until what is drawn can be finished."""
        self.page.wait_for_function(READY)

    def wait_until_idle(self) -> None:
        """Wait until the page has drawn the answer that it asked for."""
        self.page.wait_for_function(IDLE)

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def wait(self, text: str) -> None:
        """Wait until a message says something."""
        self.page.locator(".editor-message", has_text=text).first.wait_for()


@contextmanager
def planner_at(browser: Browser, session: EditorSession) -> Iterator[Hand]:
    """Serve a session to a reader of Chinese, without a network but this machine."""
    with listen(HOST, 0) as sock, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PAGODA_LANG", "zh")
        server = EditorServer(session, sock.getsockname()[1], 600.0)
        is_over = threading.Event()
        server.is_over = is_over.is_set  # type: ignore[method-assign]
        thread = threading.Thread(target=serve_editor, args=(server, sock))
        thread.start()
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_init_script(HOOK)
        try:
            hand = Hand(context.new_page())
            follow(hand)
            hand.page.goto(server.url)
            hand.page.wait_for_function(SHOWN)
            yield hand
        finally:
            context.close()
            is_over.set()
            thread.join()


def follow(hand: Hand) -> None:
    """Note what a page asks for, and what goes wrong in it."""
    page = hand.page
    page.set_default_timeout(30_000)
    page.on("request", lambda request: hand.requests.append(request.url))
    page.on("pageerror", lambda error: hand.trouble.append(str(error)))
    page.on(
        "console",
        lambda message: (
            message.type in {"error", "warning"} and hand.trouble.append(message.text)
        ),
    )
