"""The cockpit at the door: first paint, and how soon an event is on the wall.

Starts a service over S town, opens its pages in Chromium, and posts events for a while:

    python tests/benchmarks/bench_cockpit.py --seconds 60 --pace 5

Prints JSON: first contentful paint of wall, laptop and /my in ms (median of several
loads), and for the events posted how long until they are on the wall and until their
colours are (the first answer with levels that was asked for after them), p50 and p95.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx2
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM: Final = "/usr/bin/chromium"
PAGES: Final = {
    "wall": ("/?wall", 3840, 2160),
    "laptop": ("/", 1440, 900),
    "my": ("/my", 390, 844),
}
LOADS: Final = 7
PORT: Final = 8163
KINDS: Final = ("street_trading", "illegal_parking", "waste_dumping", "noise")
WATCH: Final = """() => {
  window.arrivals = {};
  const look = () => {
    for (const row of document.querySelectorAll(".last [data-event]")) {
      window.arrivals[row.dataset.event] ??= Date.now();
    }
  };
  const all = { childList: true, subtree: true };
  new MutationObserver(look).observe(document.querySelector(".lists"), all);
}"""
PAINTS: Final = """() => {
  const [first] = performance.getEntriesByName("first-contentful-paint");
  const drawn = performance.getEntriesByType("largest-contentful-paint").pop();
  const [map] = performance.getEntriesByName("pagoda-drawn");
  return [first.startTime, (map ?? drawn ?? first).startTime];
}"""
LEVELS: Final = """() => performance.getEntriesByType("resource")
  .filter(({ name }) => name.includes("/risk/levels"))
  .map(({ startTime, responseEnd }) => [startTime, responseEnd])
  .map((times) => times.map((time) => performance.timeOrigin + time))"""


@contextmanager
def service(speed: float = 1.0) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Serve S town from a folder of its own, its clock as fast as is said."""
    pagoda = str(Path(sys.executable).with_name("pagoda"))
    url = f"http://127.0.0.1:{PORT}"
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([pagoda, "init", "--sample", "s_town"], cwd=folder, check=True,
                       capture_output=True)  # fmt: skip
        with subprocess.Popen(
            [pagoda, "serve", "--port", str(PORT), "--speed", str(speed)],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                _wait(url)
                yield url, process
            finally:
                process.terminate()


def paints(browser: Browser, url: str) -> dict[str, dict[str, float]]:
    """Return the median first paint of each page, and when its map is drawn, ms."""
    medians = {}
    for name, (path, width, height) in PAGES.items():
        times = []
        for _ in range(LOADS):
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(url + path, wait_until="networkidle")
            times.append(page.evaluate(PAINTS))
            page.close()
        first, drawn = zip(*times, strict=True)
        medians[name] = {
            "first": round(statistics.median(first)),
            "drawn": round(statistics.median(drawn)),
        }
    return medians


def arrivals(browser: Browser, url: str, seconds: int, pace: float) -> dict[str, Any]:
    """Return how soon events and their colours are on the wall, ms."""
    path, width, height = PAGES["wall"]
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(url + path)
    page.wait_for_selector(".lists .last")
    page.evaluate(WATCH)
    posted: dict[str, float] = {}
    poster = threading.Thread(target=post_events, args=(url, seconds, pace, posted))
    poster.start()
    while poster.is_alive():
        page.wait_for_timeout(200)
    page.wait_for_timeout(5_000)
    rows, levels = page.evaluate("window.arrivals"), page.evaluate(LEVELS)
    waits = [rows[e] - at for e, at in posted.items() if e in rows]
    colours = [
        next(end for start, end in levels if start >= at) - at for at in posted.values()
    ]
    return {
        "posted": len(posted),
        "never_seen": len(posted) - len(waits),
        "on_the_wall_ms": _spread(waits),
        "colour_ms": _spread(colours),
        "page_mb": _heap(page),
    }


def post_events(
    url: str, seconds: float, pace: float, posted: dict[str, float]
) -> None:
    """Post events at a pace; say when each was, by its id."""
    with httpx2.Client(base_url=url) as client:
        begin = time.monotonic()
        for number in range(int(seconds * pace)):
            time.sleep(max(0.0, begin + number / pace - time.monotonic()))
            body = {
                "source": "hotline",
                "id": f"B-{number}",
                "kind": random.choice(KINDS),  # noqa: S311  no secret
                "lon": 120.08 + random.uniform(-0.02, 0.02),  # noqa: S311
                "lat": 30.33 + random.uniform(-0.02, 0.02),  # noqa: S311
                "datum": "wgs84",
            }
            at = time.time() * 1000
            posted[client.post("/events", json=body).json()["event_id"]] = at


def _spread(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "p50": round(ordered[len(ordered) // 2]),
        "p95": round(ordered[int(len(ordered) * 0.95)]),
        "most": round(ordered[-1]),
    }


def _heap(page: Page) -> float:
    size: float = page.evaluate("performance.memory.usedJSHeapSize")
    return round(size / 1e6, 1)


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            if httpx2.get(f"{url}/readyz").status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.2)
    raise TimeoutError(url)


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--pace", type=float, default=5.0)
    options = parser.parse_args()
    with service() as (url, _), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        results = {"first_paint_ms": paints(browser, url)}
        results |= arrivals(browser, url, options.seconds, options.pace)
        browser.close()
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
