"""What durability costs: events one by one, together, in batches; history; reading.

Usage: ``python tests/benchmarks/bench_stores.py``, or with ``history NAME COUNT`` for
one history in a process of its own. Ratios are of runs that take turns
within one minute; wall time, seeded. A further store is a line in `STORES`.
"""

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from gis.models import Event, Instant
from gis.synthetic.city import City, make_city
from layers.snapshots import Snapshots
from layers.stores import Store, create_store, open_store
from layers.stores.event_records import NewEvent
from layers.stores.protocol import Draft
from layers.stores.version_digest import draft_digest
from support.harness import postgres
from support.makers.store_history import (
    Clock,
    day,
    new_event,
    publication,
    publish_grounds,
)

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
SWAPS = 6
ANSWERS = 10_000
CITY = ((116.72, 38.62), (117.93, 39.58))
# each version with the first letter of its ids
WHOLE = {(1, "U"), (2, "V")}
START = 1_767_225_600_000  # 2026-01-01
TEMPLATE = new_event("")
GOALS = {
    "group_commit_ratio": "at least 2",
    "batches_of_1000_ratio": "at least 10",
    "history_of_6.27_million_s": "at most 300",
    "read_5733_grids_ms": "at most 50",
    "version_in_force_ms": "below 1",
    "snapshot_rebuilt_s": "at most 2",
    "mixed_answers": "0",
}


OUT = Path(__file__).parents[2] / "out"


@contextmanager
def geopackage() -> Iterator[Callable[[], Store]]:
    """Give the embedded store: each call opens a new one as a service."""
    # beside the project: the temporary folder may lie in memory
    OUT.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=OUT))
    paths = (folder / f"{number}.gpkg" for number in range(1000))

    def make() -> Store:
        path = next(paths)
        create_store(str(path)).close()
        return open_store(str(path), is_service=True)

    try:
        yield make
    finally:
        shutil.rmtree(folder)


@contextmanager
def memory() -> Iterator[Callable[[], Store]]:
    """Give the store in memory, for comparison: nothing in it is durable."""
    yield lambda: open_store("memory:")


STORES = {"memory": memory, "geopackage": geopackage, "postgis": postgres.services}


def main() -> dict[str, dict[str, float]]:
    """Return the figures of every store."""
    report = {}
    for name, start in STORES.items():
        with start() as make:
            report[name] = commits(make) | history(make) | readings(make)
            report[name] |= swapping(make)
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


def whole_history(name: str, events: int = TIANJIN_EVENTS) -> dict[str, float]:
    """Load the whole history in a process of its own; return what it costs.

    CPU seconds are those of that process, of making the events too, and of the server.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, __file__, "history", name, str(events)]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return json.loads(run.stdout) | {"cpu_s": round(cpu_s)}


def one_history(name: str, events: int) -> dict[str, float]:
    """Load a history; return seconds and the most memory that this process used."""
    start = time.perf_counter()
    with STORES[name]() as make:
        found = history(make, events)
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "events": events,
        "appending_s": round(events / found["history_per_s"]),
        "with_making_the_events_s": round(time.perf_counter() - start),
        "peak_memory_mib": round(peak_kib / 1024),
    }


def readings(make: Callable[[], Store]) -> dict[str, float]:
    """Return how long grids and the version in force take to read."""
    with closing(make()) as store:
        publish_city(store, make_city(), day(0))
        before = time.process_time()
        grids = [timed(lambda: store.grids(valid_at=day(1))) for _ in range(9)]
        cpu_ms = (time.process_time() - before) / len(grids) * 1e3
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
        "read_5733_grids_cpu_ms": round(cpu_ms, 1),
        "version_in_force_ms": round(median(asked) * 1e3, 2),
    }


def publish_city(
    store: Store, city: City, valid_from: Instant, base: int | None = None
) -> None:
    """Publish a city as the next version."""
    layers = city.grids, city.circles
    drafted = Draft(valid_from, draft_digest(*layers), *layers)
    store.publish(publication(drafted, base=base))


def swapping(make: Callable[[], Store]) -> dict[str, float]:
    """Swap between two versions of a city in which every grid id differs.

    Returns
    -------
    figures
        How long a snapshot takes to rebuild while nobody asks, and how many answers of
        a caller who asks all the time name a version and the grid of another.
    """
    city, clock = make_city(), Clock(day(1))
    grids = city.grids.assign(grid_id="V" + city.grids["grid_id"].str[1:])
    with closing(make()) as store:
        publish_city(store, city, day(0))
        publish_city(store, City(grids, city.circles), day(5), base=1)
        snapshots = Snapshots(store, now=clock)
        clock.now = day(9)
        rebuilt_s = timed(snapshots.refresh)
        told = answers_while_swapping(snapshots, clock)
    mixed = sum(number for answer, number in told.items() if answer not in WHOLE)
    return {
        "snapshot_rebuilt_s": round(rebuilt_s, 2),
        "answers_while_swapping": told.total(),
        "mixed_answers": mixed,
    }


def answers_while_swapping(
    snapshots: Snapshots, clock: Clock
) -> Counter[tuple[int | None, str]]:
    """Return how often each version came with each first letter of a grid id."""
    told: Counter[tuple[int | None, str]] = Counter()
    is_over = threading.Event()
    chance = np.random.default_rng(7)

    def ask() -> None:
        while told.total() < ANSWERS or not is_over.is_set():
            for x, y in chance.uniform(*CITY, (100, 2)).tolist():
                answer = snapshots.current.assigner.assign(x, y, day(1))
                told[answer.provenance.version, str(answer.grid_id)[0]] += 1

    reader = threading.Thread(target=ask)
    reader.start()
    for swap in range(SWAPS):
        clock.now = day(9) if swap % 2 else day(1)
        snapshots.refresh()
    is_over.set()
    reader.join()
    return told


def event(number: int) -> NewEvent:
    """Return an event with one destination."""
    return replace(past_event(number), destinations=("police",))


def past_event(number: int) -> NewEvent:
    """Return an event of history, one every four seconds."""
    at = Instant(START + 4000 * number)
    # `replace` would take longer than appending does
    said = TEMPLATE.event
    event = Event(
        event_id="",
        source=said.source,
        source_id=f"2026-{number:09d}",
        kind=said.kind,
        severity=said.severity,
        position=said.position,
        occurred_at=at,
        captured_at=at,
        received_at=at,
        accuracy_m=said.accuracy_m,
    )
    return NewEvent(
        event=event,
        lon=TEMPLATE.lon,
        lat=TEMPLATE.lat,
        grid_id=f"G{number * 7919 % GRIDS:05d}",
        at_occurrence=TEMPLATE.at_occurrence,
        acting=TEMPLATE.acting,
        details=TEMPLATE.details,
    )


def rate(count: int, work: Callable[[], object]) -> float:
    """Return how many a second."""
    return count / timed(work)


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    if sys.argv[1:2] == ["history"]:
        print(json.dumps(one_history(sys.argv[2], int(sys.argv[3]))))
    else:
        print(json.dumps({"goals": GOALS, "found": main()}, indent=1))
