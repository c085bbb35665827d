"""What durability costs: events one by one, together, in batches; history; reading.

Usage: ``python tests/benchmarks/bench_stores.py``. Ratios are of runs that take turns
within one minute; wall time, seeded. A further store is a line in `STORES`.
"""

import json
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

import postgres
from gis.models import Instant
from gis.synthetic.city import make_city
from layers.stores import Store, create_store, open_store
from layers.stores.base import Draft, NewEvent
from layers.stores.publishing import draft_digest
from store_history import day, new_event, publication, publish_grounds

CLIENTS = 64
EACH = 25
TURNS = 3
SINGLES = 200
BATCH = 1000
BATCHES = 20
HISTORY = 300_000
TIANJIN_EVENTS = 6_270_000
LINK_EVENTS = 10_000
GRIDS = 5733
PUBLICATIONS = 20
START = 1_767_225_600_000  # 2026-01-01
GOALS = {
    "group_commit_ratio": "at least 2",
    "batches_of_1000_ratio": "at least 10",
    "history_of_6.27_million_s": "at most 300",
    "read_5733_grids_ms": "at most 50",
    "version_in_force_ms": "below 1",
}


@contextmanager
def geopackage() -> Iterator[Callable[[], Store]]:
    """Give the embedded store: each call opens a new one as a service."""
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=Path.cwd()))
    paths = (folder / f"{number}.gpkg" for number in range(1000))

    def make() -> Store:
        path = next(paths)
        create_store(str(path)).close()
        return open_store(str(path), is_service=True)

    try:
        yield make
    finally:
        shutil.rmtree(folder)


STORES = {"geopackage": geopackage, "postgis": postgres.services}


def main() -> dict[str, dict[str, float]]:
    """Return the figures of every store."""
    report = {}
    for name, start in STORES.items():
        with start() as make:
            report[name] = commits(make) | history(make) | readings(make)
    return report


def commits(make: Callable[[], Store]) -> dict[str, float]:
    """Return rates of durable events, the ratios of turns in the same minute."""
    with closing(make()) as store:
        numbers = iter(range(10**9))
        rates: dict[str, list[float]] = {"one": [], "group": [], "batch": []}
        for _ in range(TURNS):
            rates["one"].append(one_by_one(store, numbers))
            rates["group"].append(by_clients(store, numbers))
            rates["batch"].append(in_batches(store, numbers))
    turns = list(zip(*rates.values(), strict=True))
    return {
        "one_by_one_per_s": round(median(rates["one"])),
        "64_clients_per_s": round(median(rates["group"])),
        "batches_of_1000_per_s": round(median(rates["batch"])),
        "group_commit_ratio": round(median(group / one for one, group, _ in turns), 1),
        "batches_of_1000_ratio": round(
            median(batch / one for one, _, batch in turns), 1
        ),
    }


def one_by_one(store: Store, numbers: Iterator[int]) -> float:
    """Return events a second of one client that waits for each."""
    events = [event(next(numbers)) for _ in range(SINGLES)]
    return rate(SINGLES, lambda: [store.append_events([new]) for new in events])


def by_clients(store: Store, numbers: Iterator[int]) -> float:
    """Return events a second of many clients that wait for each of theirs."""
    work = [[event(next(numbers)) for _ in range(EACH)] for _ in range(CLIENTS)]

    def append(events: list[NewEvent]) -> None:
        for new in events:
            store.append_events([new])

    def run() -> None:
        clients = [threading.Thread(target=append, args=(events,)) for events in work]
        for client in clients:
            client.start()
        for client in clients:
            client.join()

    return rate(CLIENTS * EACH, run)


def in_batches(store: Store, numbers: Iterator[int]) -> float:
    """Return events a second of one client that brings many at once."""
    work = [[event(next(numbers)) for _ in range(BATCH)] for _ in range(BATCHES)]
    count = BATCH * BATCHES
    return rate(count, lambda: [store.append_events(events) for events in work])


def history(make: Callable[[], Store], count: int = HISTORY) -> dict[str, float]:
    """Load history without outbox, a link every 10,000; return rate and whole time."""
    seconds = 0.0
    with closing(make()) as store:
        for start in range(0, count, LINK_EVENTS):
            events = [past_event(start + n) for n in range(LINK_EVENTS)]
            begun = time.perf_counter()
            store.append_events(events)
            seconds += time.perf_counter() - begun
    return {
        "history_per_s": round(count / seconds),
        "history_of_6.27_million_s": round(TIANJIN_EVENTS * seconds / count),
    }


def readings(make: Callable[[], Store]) -> dict[str, float]:
    """Return how long grids and the version in force take to read."""
    with closing(make()) as store:
        city = make_city()
        layers = city.grids, city.circles
        drafted = Draft(day(0), draft_digest(*layers), *layers)
        store.publish(publication(drafted, base=None))
        grids = [timed(lambda: store.grids(valid_at=day(1))) for _ in range(9)]
    with closing(make()) as store:
        ground = {"G1": (0, 4), "G2": (4, 8), "G3": (8, 12)}
        for number in range(PUBLICATIONS):
            publish_grounds(store, {day(number): ground}, base=number or None)
        known_at = Instant(store.history().versions[-1].recorded_at)
        asked = [
            timed(lambda: store.history().in_force(day(9), known_at)) for _ in range(99)
        ]
    return {
        "read_5733_grids_ms": round(median(grids) * 1e3, 1),
        "version_in_force_ms": round(median(asked) * 1e3, 2),
    }


def event(number: int) -> NewEvent:
    """Return an event with one destination."""
    return replace(past_event(number), destinations=("police",))


def past_event(number: int) -> NewEvent:
    """Return an event of history, one every four seconds."""
    at = Instant(START + 4000 * number)
    new = new_event(f"2026-{number:09d}", occurred_at=at, captured_at=at)
    return replace(new, grid_id=f"G{number * 7919 % GRIDS:05d}", destinations=())


def rate(count: int, work: Callable[[], object]) -> float:
    """Return how many a second."""
    return count / timed(work)


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    print(json.dumps({"goals": GOALS, "found": main()}, indent=1))
