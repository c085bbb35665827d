"""How long figures of a month and of a year take in 6,270,000 events of 5,733 grids.

Usage: ``python tests/benchmarks/bench_figures.py [EVENTS]``. The columns are made
here, with four steps an event, as `StepLog` would read them; `count_events` answers in
this process, without HTTP. Counts and medians are compared with a plain count by numpy
over the same events. Figures are medians of turns, milliseconds, to out/figures.json.
Then how long the columns take to be written to a file and read from it at a start, and
last how fast steps are read from a store in memory.
"""

import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from gis.access import EVERYTHING, Scope
from gis.events import LINES, MODULES
from gis.tally import NONE, Rows, Steps
from layers.figures.columns import CHUNK, Area, Chunk, EventColumns
from layers.figures.columns_file import ColumnsFile, Reading
from layers.figures.lexicon import Lexicon
from layers.figures.profiles import Profile, ProfileTable
from layers.figures.question import FigureQuery, Ground, Meaning
from layers.figures.step_log import StepLog
from layers.figures.tally import count_events
from layers.packs.scenario_files import scenarios
from layers.stores import open_store
from support.makers.figure_histories import history

EVENTS, GRIDS, TURNS, SEED = 6_270_000, 5_733, 21, 14
DAY = 86_400_000
START, DAYS = 1_758_000_000_000, 365
NOW = START + DAYS * DAY
STATES = ("collected", "accepted", "assigned", "closed")
KINDS, SOURCES = 40, 12
OUT = Path(__file__).parents[2] / "out"


def make_areas() -> Lexicon[Area]:
    """Number the grids of a town of 1 : 10 : 40 : 160 circles."""
    areas: Lexicon[Area] = Lexicon()
    for n in range(GRIDS):
        leaf = n * 160 // GRIDS
        grid = f"33010000100{n:04d}"
        path = f"C1/C2-{leaf // 16:02d}/C3-{leaf // 4:02d}/C4-{leaf:03d}/{grid}/"
        areas.number(Area(path, grid))
    return areas


def make_profiles() -> tuple[ProfileTable, np.ndarray]:
    """Number what events share; return the numbers by kind, source, place and state."""
    table = ProfileTable()
    chance = random.Random(SEED)  # noqa: S311  no secret
    shape = KINDS, SOURCES, 4, len(STATES)
    numbers = np.empty(shape, np.int32)
    for kind, source, place, state in np.ndindex(*shape):
        department = f"d{kind % 14}"
        is_closed = STATES[state] == "closed"
        numbers[kind, source, place, state] = table.number(
            Profile(
                f"k{kind}",
                LINES[kind % len(LINES)],
                MODULES[kind % len(MODULES)],
                f"s{source}",
                1 + kind % 4,
                f"k{kind}@1",
                STATES[state],
                kind % 13 == 0,
                chance.random() < 0.05,
                1 + kind % 5 if is_closed else None,
                ("located", "ambiguous", "outside", "unplaced")[place],
                department,
                frozenset({department}),
                is_closed,
                kind % 7 == 0,
            )
        )
    return table, numbers


class Town:
    """Events with everything that was done, by columns of whole numbers."""

    def __init__(self, count: int) -> None:
        chance = np.random.default_rng(SEED)
        self.occurred = START + np.sort(chance.integers(0, DAYS * DAY, count))
        gaps = chance.lognormal(0, 1.3, (count, 5)) * [6e5, 9e5, 18e5, 2e7, 1e7]
        # received, accepted, assigned, handled, closed
        # below 23 days in all, so that 32 bits hold each
        self.at = np.cumsum(np.minimum(gaps, 3e8).astype(np.int64) + 1, axis=1)
        self.at[chance.random(count) < 0.02, 3:] = 2_000 * DAY
        self.area = chance.integers(0, GRIDS, count).astype(np.int32)
        self.kind = chance.integers(0, KINDS, count)
        self.source = chance.integers(0, SOURCES, count)
        self.place = chance.choice(4, count, p=[0.9, 0.05, 0.03, 0.02])
        self.columns = self._columns()

    def _columns(self) -> EventColumns:
        table, numbers = make_profiles()
        count = len(self.occurred)
        order = np.argsort(self.occurred + self.at[:, 0], kind="stable")
        for name in ("occurred", "at", "area", "kind", "source", "place"):
            setattr(self, name, getattr(self, name)[order])
        # a step each: reported, accepted, assigned, handled and closed at once
        steps_at = self.at[:, [0, 1, 2, 4]]
        self.at[:, 3] = self.at[:, 4]
        is_done = self.occurred[:, None] + steps_at < NOW
        profile = numbers[
            self.kind[:, None], self.source[:, None], self.place[:, None], np.arange(4)
        ]
        events = np.repeat(np.arange(count), 4).reshape(count, 4)
        flat = np.flatnonzero(is_done)
        absolute = (self.occurred[:, None] + steps_at).ravel()[flat]
        in_order = flat[np.argsort(absolute, kind="stable")]
        number = np.full(count * 4, -1, np.int32)
        number[in_order] = np.arange(len(in_order), dtype=np.int32)
        number = number.reshape(count, 4)
        before = np.concatenate([np.full((count, 1), -1), number[:, :3]], axis=1)
        codes = np.empty((len(in_order), 4), np.int32)
        codes[:, 0] = steps_at.ravel()[in_order]
        codes[:, 1] = NONE
        codes[:, 2] = profile.ravel()[in_order]
        codes[:, 3] = self.area[events.ravel()[in_order]]
        changes = np.array([0, 1, 1 << 2, (1 << 4) | (1 << 6)], np.int32)
        steps = Steps(
            before.ravel()[in_order].astype(np.int32),
            codes,
            changes[in_order % 4],
            np.empty((0, 6), np.int64),
            np.empty(0, np.int64),
        )
        last = is_done.sum(axis=1) - 1
        self.is_known = last >= 0
        return self._chunks(table, steps, number, profile, last)

    def _chunks(self, table, steps, number, profile, last) -> EventColumns:
        rows = np.flatnonzero(self.is_known)
        at = np.maximum(last[rows], 0)
        times = np.full((len(rows), 8), NONE, np.int32)
        times[:, 0] = self.at[rows, 0]
        for place, column, step in ((1, 1, 1), (2, 2, 2), (3, 4, 3), (4, 4, 3)):
            is_past = at >= step
            times[is_past, place] = self.at[rows[is_past], column]
        step_column = np.array([0, 1, 2, 4])[at]
        codes = np.stack(
            [
                profile[rows, at],
                self.area[rows],
                number[rows, at],
                self.at[rows, step_column],
            ],
            axis=1,
        ).astype(np.int32)
        occurred = self.occurred[rows]
        chunks = []
        for start in range(0, len(rows), CHUNK):
            end = start + CHUNK
            some = Rows(occurred[start:end], times[start:end], codes[start:end])
            chunks.append(Chunk(some, int(some[0].min()), int(some[0].max())))
        areas = make_areas()
        return EventColumns(
            tuple(chunks),
            steps,
            np.full(len(steps.before), NOW),
            table,
            areas,
            len(table),
            len(areas),
            len(steps.before),
        )

    def plain(self, since: int, until: int, scope: Scope) -> dict[str, object]:
        """Count the same by numpy alone."""
        seen = self.is_known & (self.occurred >= since) & (self.occurred < until)
        seen &= self.kind % 13 != 0
        if scope is not EVERYTHING:
            paths = np.array([scope.has_area(area.path) for area in AREAS])
            seen &= paths[self.area]
        end = min(until, NOW) - self.occurred
        by = self.kind[seen] % len(MODULES)
        closed = seen & (self.at[:, 4] < end)
        accepted = seen & (self.at[:, 1] < end)
        discovery = self.at[accepted, 1]
        return {
            "events": int(seen.sum()),
            "modules": np.bincount(by, minlength=len(MODULES)).tolist(),
            "open": int((seen & ~closed).sum()),
            "located": int((seen & (self.place == 0)).sum()),
            "discovery": float(np.median(discovery)),
            "closed": int(closed.sum()),
        }


AREAS = list(make_areas().values(GRIDS))


def compare(town: Town, query: FigureQuery, scope: Scope) -> None:
    """Hold an answer to the plain count."""
    table = count_events(town.columns, query, scope, Meaning())
    plain = town.plain(query.since, query.until, scope)
    counts = table.total.counts
    modules = dict.fromkeys(MODULES, 0)
    for row in table.rows:
        modules[row.keys[0]] += row.counts["events"]
    assert counts["events"] == plain["events"], (counts["events"], plain["events"])
    assert counts["open"] == plain["open"]
    assert counts["resolved"] == plain["closed"]
    assert counts["located"] == plain["located"]
    assert list(modules.values()) == plain["modules"]
    assert table.total.medians_ms["discovery"] == plain["discovery"]


def timed(town: Town, query: FigureQuery, scope: Scope) -> dict[str, float]:
    """Return median and worst of turns, and the time of processors: milliseconds."""
    spans = []
    cpu = time.process_time()
    for _ in range(TURNS):
        begin = time.perf_counter()
        count_events(town.columns, query, scope, Meaning())
        spans.append((time.perf_counter() - begin) * 1000)
    cpu = (time.process_time() - cpu) * 1000 / TURNS
    middle, worst = statistics.median(spans), max(spans)
    return {"p50": round(middle, 1), "worst": round(worst, 1), "cpu": round(cpu, 1)}


def kept(columns: EventColumns) -> dict[str, float]:
    """Return how long columns take to be written and read again, seconds."""
    places = np.arange(columns.event_count, dtype=np.int32)
    with tempfile.TemporaryDirectory() as folder:
        file = ColumnsFile(Path(folder), open_store("memory:"), scenarios())
        begin = time.perf_counter()
        file.write(Reading(columns, places, 1, 1))
        middle = time.perf_counter()
        assert file.read().columns.event_count == columns.event_count
        end = time.perf_counter()
    return {
        "file written, s": round(middle - begin, 1),
        "file read, s": round(end - middle, 1),
    }


def main() -> None:
    """Measure, compare and write."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    town = Town(count)
    columns = town.columns
    figures: dict[str, object] = {
        "events": columns.event_count,
        "steps": len(columns.steps.before),
        "profiles": columns.profile_count,
        "megabytes": round(columns.byte_count / 1e6),
    }
    month = START + 200 * DAY, START + 230 * DAY
    year = START, NOW
    district = Scope(("C1/C2-04/",))
    for name, (since, until), by, scope in (
        ("a month", month, ("module", "children"), EVERYTHING),
        ("a month by day", month, ("module", "day"), EVERYTHING),
        ("a month of a district", month, ("module", "children"), district),
        ("a year", year, ("module", "children"), EVERYTHING),
        ("a year, the total", year, ("module",), EVERYTHING),
    ):
        ground = Ground("C2-04" if scope is district else "C1")
        query = FigureQuery(ground, since, until, min(until, NOW), None, by)
        compare(town, query, scope)
        figures[name] = timed(town, query, scope)
        print(f"{name}: {figures[name]} ms, equal to a plain count", flush=True)
    figures |= kept(columns)
    store = history(SEED, 20_000)
    begin = time.perf_counter()
    StepLog(store).current()
    figures["steps read a second"] = round(20_000 / (time.perf_counter() - begin))
    OUT.mkdir(exist_ok=True)
    (OUT / "figures.json").write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
