"""The five-colour map as a page of modules: files, served under a strict policy."""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from layers.maps.offline import BROWSER, PACKED
from layers.styles import css_variables
from support.harness.browser import Visit, visit

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'"
)
VIOLATIONS = """window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective} ${event.sample}`));"""
"""Collects what the policy refused."""

PAGE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>Map</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="leaflet.css">
<link rel="stylesheet" href="page.css"><script src="leaflet.js"></script>
<script type="module" src="page.js"></script></head>
<body><div id="map"></div><aside class="pagoda-panel"></aside></body></html>
"""
SCRIPT = """import { drawFiveColourMap } from "./five_colour.js";
const answer = await fetch("map.json");
const options = { zoomSnap: 0, maxZoom: 19 };
Object.assign(options, { attributionControl: false, keyboard: false });
window.map_0 = L.map("map", options);
drawFiveColourMap(window.map_0, await answer.json());
document.body.classList.add("drawn");
"""
STYLE = """html, body { width: 100%; height: 100%; margin: 0; padding: 0; }
.leaflet-container { height: 100%; font-size: 1rem; }
"""


class _Handler(SimpleHTTPRequestHandler):
    """Serves a folder under the policy, without a word."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


def write_page(folder: Path, model: dict[str, Any]) -> None:
    """Write the page, its modules and its model into a folder."""
    for path in (*BROWSER.glob("*.js"), PACKED / "leaflet.js", PACKED / "leaflet.css"):
        shutil.copy(path, folder)
    own = (BROWSER / "five_colour.css").read_text("utf-8")
    (folder / "page.css").write_text(STYLE + css_variables() + own, encoding="utf-8")
    (folder / "page.js").write_text(SCRIPT, encoding="utf-8")
    (folder / "map.json").write_text(json.dumps(model), encoding="utf-8")
    (folder / "index.html").write_text(PAGE, encoding="utf-8")


@contextmanager
def module_page(
    browser: Browser, folder: Path, model: dict[str, Any], script: str = "", **look: Any
) -> Iterator[Visit]:
    """Serve the map of a model from a folder, open it, wait until it is drawn."""
    write_page(folder, model)
    handler = partial(_Handler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_port}/index.html"
            with visit(browser, url, script=VIOLATIONS + script, **look) as opened:
                opened.page.locator("body.drawn").wait_for()
                yield opened
        finally:
            server.shutdown()
            thread.join()


def violations(opened: Visit) -> list[str]:
    """What the policy of a page of modules refused."""
    found: list[str] = opened.page.evaluate("window.violations")
    return found
