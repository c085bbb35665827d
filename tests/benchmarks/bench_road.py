"""How far one request travels through the house: functions, files, ways back.

Usage: ``python tests/benchmarks/bench_road.py``. Counted by `sys.setprofile` on S town,
after a warm-up: own functions called, own files entered, and ways back: how often the
walk enters a file that it has left, each pair of files counted once. The median of one
answer without its door is measured beside. `BEFORE` is what the same count gave before
the road was one.
"""

import asyncio
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import httpx2 as httpx

from api.app import create_app
from api.cli.commands import cli
from api.service.assignment.answer import Question
from api.service.stores.init import init_sample
from api.settings import read_settings
from gis.models import Position

ROOT = Path(__file__).parents[2]
FLOORS = tuple(str(ROOT / floor) for floor in ("gis", "layers", "api"))
EVENTS = ROOT / "sample_geodata" / "s_town" / "events.csv"
HERE = {"lon": 120.08, "lat": 30.33}
CALLS = 5_000
BEFORE = {"POST /assign": (42, 16, 17), "pagoda load events": (299, 58, 155)}
ASKED = {"POST /assign": (25, 11, 6), "pagoda load events": (200, 40, 60)}


class Travel:
    """Where calls go, in every thread that starts meanwhile."""

    def __init__(self) -> None:
        self.functions: set[tuple[str, int]] = set()
        self.files: list[str] = []

    def see(self, frame: FrameType, event: str, _: object) -> None:
        """Take note of a call of one of our functions."""
        code = frame.f_code
        if event != "call" or code.co_name.startswith("<"):
            return
        if code.co_filename.startswith(FLOORS):
            self.functions.add((code.co_filename, code.co_firstlineno))
            if self.files[-1:] != [code.co_filename]:
                self.files.append(code.co_filename)

    @property
    def figures(self) -> tuple[int, int, int]:
        """Functions, files, ways back."""
        entered: set[str] = set()
        ways_back: set[tuple[str, str]] = set()
        for before, file in zip(["", *self.files], self.files, strict=False):
            if file in entered:
                ways_back.add((before, file))
            entered.add(file)
        return len(self.functions), len(entered), len(ways_back)


def travel(call: Callable[[], object]) -> Travel:
    """Return where a call goes."""
    journey = Travel()
    threading.setprofile(journey.see)
    sys.setprofile(journey.see)
    try:
        call()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return journey


def median_us(call: Callable[[], object]) -> float:
    """Return the median time of one call, microseconds, the timer included."""
    spans = []
    for _ in range(CALLS):
        start = time.perf_counter_ns()
        call()
        spans.append(time.perf_counter_ns() - start)
    return statistics.median(spans) / 1e3


def print_row(name: str, figures: tuple[int, int, int]) -> None:
    """Print functions, files and ways back beside those of before and asked."""
    print(f"{name:<20} {figures}  before {BEFORE[name]}  asked at most {ASKED[name]}")


def main() -> None:
    """Count both roads and measure one answer."""
    app = create_app(read_settings())

    async def post() -> None:
        door = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=door, base_url="http://town") as client:
            (await client.post("/assign", json=HERE)).raise_for_status()

    asyncio.run(post())
    print_row("POST /assign", travel(lambda: asyncio.run(post())).figures)
    with tempfile.TemporaryDirectory() as folder:
        path, url = Path(folder) / "events.csv", f"{folder}/town.gpkg"
        lines = EVENTS.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(lines[:100]), encoding="utf-8")
        init_sample(url, "Asia/Shanghai", 1.0, lambda stage: None)
        command = ["load", "events", str(path), "--source", "radio", "--store", url]
        load = travel(lambda: cli.main(command, standalone_mode=False))
    print_row("pagoda load events", load.figures)
    desk = app.state.answer_desk
    question = Question(Position(*HERE.values()))
    print(f"one answer           {median_us(lambda: desk.reply(question)):.2f} us")


if __name__ == "__main__":
    main()
