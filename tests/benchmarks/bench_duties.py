"""How long it takes to know who is on duty: one question, bulk, and a changed duty.

Run by hand: ``python tests/benchmarks/bench_duties.py``; seeded, one core. A month of
day and night shifts in every grid, weekly turns in the circles above.
"""

import itertools
import time
import tracemalloc
from collections.abc import Callable

import numpy as np

from gis.models import Circle, CircleId, GridId, Post, PostId
from gis.pagoda import build_pagoda
from gis.roster import Duty, DutyTable, Roster, certify_roster

HOUR = 3_600_000
DAY = 24 * HOUR
DAYS = 30
TOWNS = {"S town": (125, 30, 12, 6, 1), "Tianjin scale": (5733, 276, 16, 1)}
QUESTIONS = 200_000
POINTS = 2_000_000


def make_roster(counts: tuple[int, ...]) -> Roster:
    """Return a tree of these sizes, grids first, every area with a leader post."""
    tiers = list(range(len(counts) - 1, 0, -1))
    circles = []
    for tier, count in zip(tiers, counts[1:], strict=True):
        above = counts[counts.index(count) + 1] if tier > 1 else 0
        circles += [
            Circle(
                CircleId(f"C{tier}-{n:04d}"),
                CircleId(f"C{tier - 1}-{n % above:04d}") if above else None,
                tier,
                "",
            )
            for n in range(count)
        ]
    parents = {
        GridId(f"G{n:05d}"): CircleId(f"C{tiers[0]}-{n % counts[1]:04d}")
        for n in range(counts[0])
    }
    posts = [
        Post(PostId(f"{area}-L"), area, role)
        for role, areas in (
            ("grid_leader", parents),
            ("circle_leader", (c.circle_id for c in circles)),
        )
        for area in areas
    ]
    return Roster(build_pagoda(circles, parents), posts)


def make_duties(roster: Roster) -> list[Duty]:
    """Return two shifts a day for grids and a turn a week for circles."""
    duties = []
    for number, (post_id, post) in enumerate(roster.posts.items()):
        is_grid = post.role == "grid_leader"
        length = 12 * HOUR if is_grid else 7 * DAY
        # posts of different quarters hand over at different minutes
        first = (number % 60) * 60_000 - length
        for turn, start in enumerate(range(first, DAYS * DAY, length)):
            holder = f"L{number}-{turn % 3}" if is_grid else f"D{(number + turn) % 6}"
            record = (f"{post_id}/{turn}", post_id, holder, start, start + length, 0)
            duties.append(Duty(*record))
    return duties


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median_ns(calls: list[Callable[[], object]]) -> float:
    """Return the median of the nanoseconds that calls take."""
    elapsed = []
    for call in calls:
        start = time.perf_counter_ns()
        call()
        elapsed.append(time.perf_counter_ns() - start)
    return float(np.median(elapsed))


def bench_one(table: DutyTable, rng: np.random.Generator) -> None:
    """Print the cost of one question, the loop around it taken off."""
    rows = rng.integers(0, len(table.grid_ids), QUESTIONS).tolist()
    at = rng.integers(0, DAYS * DAY, QUESTIONS).tolist()
    on_duty = table.on_duty
    loops = []
    for _ in range(15):
        start = time.perf_counter()
        for row, instant in zip(rows, at, strict=True):
            on_duty(row, instant)
        middle = time.perf_counter()
        for _pair in zip(rows, at, strict=True):
            pass
        end = time.perf_counter()
        loops.append((2 * middle - start - end) / QUESTIONS * 1e9)
    print(f"  one question            {min(loops):8.0f} ns")


def bench_bulk(table: DutyTable, rng: np.random.Generator) -> None:
    """Print the cost of a question among many."""
    rows = rng.integers(0, len(table.grid_ids), POINTS).astype(np.int32)
    at = rng.integers(0, DAYS * DAY, POINTS)
    print(
        f"  bulk, first call        {timed(lambda: ask(table, rows, at)) * 1e3:8.0f} ms"
    )
    for name, times in (("any order", at), ("in order of time", np.sort(at))):
        seconds = min(timed(lambda t=times: ask(table, rows, t)) for _ in range(5))
        print(f"  bulk, {name:17} {seconds / POINTS * 1e9:8.1f} ns a point")


def ask(table: DutyTable, rows: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return the state of each point."""
    return table.on_duty_many(rows, at).states


def bench_change(table: DutyTable) -> None:
    """Print how soon a changed duty is answered, in a grid and at the core."""
    core = table.roster.pagoda.of_tier(1)[0].circle_id
    for name, area in (("a grid", table.grid_ids[0]), ("the core", core)):
        post_id = table.roster.leaders[area].post_id
        duty = next(iter(table.ledger[post_id].values()))
        clock = itertools.count(1)

        def change(duty: Duty = duty, clock: "itertools.count[int]" = clock) -> None:
            record = (duty.duty_id, duty.post_id, "X", duty.starts_at, duty.ends_at)
            table.record([Duty(*record, next(clock))]).on_duty(0, duty.starts_at)

        print(f"  change of {name:12} {median_ns([change] * 50) / 1e3:10.0f} us")


def main() -> None:
    """Print the figures of both towns."""
    for name, counts in TOWNS.items():
        roster = make_roster(counts)
        duties = make_duties(roster)
        print(f"{name}: {counts[0]} grids, {len(duties):,} duties")
        rng = np.random.default_rng(1)
        table = DutyTable(roster, duties)
        seconds = timed(lambda d=duties, r=roster: DutyTable(r, d))
        print(f"  compile                 {seconds * 1e3:8.0f} ms")
        tracemalloc.start()
        for row in range(len(table.grid_ids)):
            table.chain(row)
        held = tracemalloc.get_traced_memory()[0]
        print(f"  all chains              {held / 1e6:8.1f} MB")
        tracemalloc.stop()
        bench_one(table, rng)
        bench_bulk(table, rng)
        bench_change(table)
        seconds = timed(lambda t=table: certify_roster(t, 0, DAYS * DAY))
        print(f"  certificate             {seconds * 1e3:8.0f} ms")


if __name__ == "__main__":
    main()
