"""Eight hours of the cockpit, played fast, with broken connections: nothing is missed.

The clock of S town runs many times as fast as usual while a wall is open, events are
posted and the connection of the page is broken again and again. Every event that was
acknowledged must have come through its stream, once; the page and the service must not
grow without end.
"""

import sys
import threading
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

import psutil
from bench_cockpit import CHROMIUM, post_events, service
from playwright.sync_api import Page, sync_playwright

from support.harness.cut_line import cut_line

HOURS: Final = 8
SECONDS: Final = 120
"""The eight hours take so long."""
PACE: Final = 5.0
BREAKS: Final = 20
MOST_PAGE_MB: Final = 50
MOST_SERVICE_MB: Final = 100
RECORD: Final = """() => {
  const Source = window.EventSource;
  window.reported = [];
  window.opened = 0;
  window.EventSource = class extends Source {
    constructor(...options) {
      super(...options);
      this.addEventListener("open", () => { window.opened += 1; });
      this.addEventListener("action", ({ data }) => {
        const line = JSON.parse(data);
        if (line.seq === 1) window.reported.push(line.event_id);
      });
    }
  };
}"""


def play(seconds: int = SECONDS, breaks: int = BREAKS) -> dict[str, Any]:
    """Return what the page missed or saw twice, and how both grew.

    Parameters
    ----------
    seconds
        How long eight hours take.
    breaks
        How often the connection of the page is broken.
    """
    speed = HOURS * 3600 / seconds
    with (
        service(speed) as (url, process),
        cut_line(url) as line,
        sync_playwright() as play_wright,
    ):
        browser = play_wright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        context = browser.new_context(viewport={"width": 3840, "height": 2160})
        page = context.new_page()
        page.add_init_script(f"({RECORD})()")
        page.goto(f"{line.url}/?wall")
        page.wait_for_selector(".age.live")
        page.wait_for_timeout(5_000)
        before = _heap_mb(page), _resident_mb(process.pid)
        posted: dict[str, float] = {}
        poster = threading.Thread(
            target=post_events, args=(url, seconds, PACE, posted), daemon=True
        )
        poster.start()
        for _ in range(breaks):
            page.wait_for_timeout(seconds * 700 / breaks)
            line.cut()
            page.wait_for_timeout(seconds * 150 / breaks)
            line.mend()
        poster.join()
        page.wait_for_selector(".age.live")
        page.wait_for_timeout(8_000)
        seen = page.evaluate("window.reported")
        opened = page.evaluate("window.opened")
        after = _heap_mb(page), _resident_mb(process.pid)
        browser.close()
    grown = [round(new - old, 1) for old, new in zip(before, after, strict=True)]
    return {
        "posted": len(posted),
        "connections": opened,
        "lost": len({*posted} - {*seen}),
        "events_doubled": len(seen) - len({*seen}),
        "page_grew_mb": grown[0],
        "service_grew_mb": grown[1],
        "memory_unbounded": int(grown[0] > MOST_PAGE_MB or grown[1] > MOST_SERVICE_MB),
    }


def _heap_mb(page: Page) -> float:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.detach()
    size: float = page.evaluate("performance.memory.usedJSHeapSize")
    return size / 1e6


def _resident_mb(pid: int) -> float:
    size: float = psutil.Process(pid).memory_info().rss
    return size / 1e6
