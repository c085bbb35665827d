"""What saturates first past these machines: a plan computed from costs measured here.

Usage: ``python tests/benchmarks/plan_scale.py``. Four costs are measured: a point that
goes through `pagoda assign` and one that is answered over HTTP (seconds of one core),
an event that is committed to PostgreSQL (seconds of the one writer of a store), a city
in memory. Days of several loads are then played minute by minute on 1, 2, 4, ... hosts:
what comes in a minute beyond what cores, network or writer take waits for the next.
"""

import json
import math
import multiprocessing
import resource
import sys
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

import bench_city
from bench_door import measure, request_bytes, served, service
from bench_stores import event, timed

from gis.models import Instant
from gis.synthetic import make_city
from layers.territory import make_territory
from support.harness.postgres import new_server

CORES: Final = 16
NIC_BYTES_S: Final = 1e9 / 8
MEMORY_MIB: Final = 64 * 1024
"""Of each host of the plan."""
MINUTES: Final = 24 * 60
PEAK: Final = 2.0
"""The busiest minute against the mean one: two waves a day."""
MOST_WAIT_S: Final = 60.0
"""A load is carried where nothing waits longer."""
MOST_HOSTS: Final = 1024
ANSWER_BYTES: Final = 900
EVENTS_A_YEAR: Final = 6_270_000
"""Of the reference city."""
JOBS: Final = (200_000, 2_200_000)
"""Events of two file jobs: what the second takes more is by its events alone."""
BATCH: Final = 50
"""Events of callers that wait together and share a transaction."""


@dataclass(frozen=True)
class Costs:
    """What one of each takes here."""

    point_s: float
    request_s: float
    commit_s: float
    request_bytes: float
    city_mib: float


@dataclass(frozen=True)
class Load:
    """What comes in a day; each city has a store of its own."""

    name: str
    points: float = 0.0
    requests: float = 0.0
    events: float = 0.0
    cities: int = 1


LOADS: Final = (
    Load("1 billion points a day in files", points=1e9),
    Load("1 billion points a day, each a request", requests=1e9),
    Load("1 billion events a day in one store", requests=1e9, events=1e9),
    Load("40 cities", requests=40 * 1e6, events=40 * EVENTS_A_YEAR / 365, cities=40),
)


def main() -> dict[str, object]:
    """Return the costs, and for each load what it needs and what gives way first."""
    costs = measured()
    return {"costs": asdict(costs), "plans": [plan(load, costs) for load in LOADS]}


def measured() -> Costs:
    """Measure the costs, one after the other."""
    few, many = (_assign_s(count) for count in JOBS)
    point_s = (many - few) / (JOBS[1] - JOBS[0])
    request = request_bytes(120.08, 30.33)
    with served(lambda: service(None)) as (port, pid):
        request_s, _ = measure(port, pid, request, 8)
    with closing(new_server()) as server:
        store = server.make_store(lambda: Instant(0))
        batches = [
            [event(number) for number in range(first, first + BATCH)]
            for first in range(0, 100 * BATCH, BATCH)
        ]
        commit_s = timed(lambda: [store.append_events(rows) for rows in batches])
        store.close()
    return Costs(
        point_s,
        request_s,
        commit_s / (len(batches) * BATCH),
        len(request) + ANSWER_BYTES,
        _city_mib(),
    )


def _assign_s(count: int) -> float:
    """Return the CPU seconds of a file job, Parquet to Parquet."""
    report: dict[str, dict[str, float]] = bench_city.main(count)["parquet"]  # type: ignore[assignment]
    return report["assign"]["cpu_s"]


def _city_mib() -> float:
    """Return what a city in force takes in a process that has another already."""
    queue = multiprocessing.get_context("fork").SimpleQueue()
    process = multiprocessing.get_context("fork").Process(
        target=lambda: queue.put(_grown_mib())
    )
    process.start()
    grown: float = queue.get()
    process.join()
    return grown


def _grown_mib() -> float:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    city = make_city()
    kept = make_territory(city.grids, city.circles).assigner()
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert kept.ids
    return (after - before) / 1024


def plan(load: Load, costs: Costs) -> dict[str, object]:
    """Return the hosts that carry a load, and what one host and its peak come to."""
    alone = shares(load, costs, 1)
    hosts = 1
    while hosts < MOST_HOSTS and longest_wait_s(load, costs, hosts) > MOST_WAIT_S:
        hosts *= 2
    wait_s = longest_wait_s(load, costs, hosts)
    return {
        "load": load.name,
        "first_to_saturate": max(alone, key=lambda name: alone[name]),
        "peak_shares_of_one_host": {k: round(v, 3) for k, v in alone.items()},
        "hosts": hosts if wait_s <= MOST_WAIT_S else None,
        "longest_wait_s": round(wait_s, 1),
    }


def shares(load: Load, costs: Costs, hosts: int) -> dict[str, float]:
    """Return how much of each resource the busiest minute asks for."""
    cpu_s = load.points * costs.point_s + load.requests * costs.request_s
    bytes_in_all = load.requests * costs.request_bytes
    day_s = MINUTES * 60
    return {
        "cores": PEAK * cpu_s / (day_s * CORES * hosts),
        "network": PEAK * bytes_in_all / (day_s * NIC_BYTES_S * hosts),
        # one writer a store, however many hosts ask
        "writer": PEAK * load.events * costs.commit_s / (day_s * load.cities),
        "memory": load.cities * costs.city_mib / MEMORY_MIB,
    }


def longest_wait_s(load: Load, costs: Costs, hosts: int) -> float:
    """Play a day and return the longest wait of any resource; infinite without end."""
    asked = shares(load, costs, hosts)
    if asked.pop("memory") > 1:
        return math.inf
    return max(_wait_s(share * _day()) for share in asked.values())


def _day() -> NDArray[np.float64]:
    """Return what each minute brings, as a share of the busiest."""
    turns = np.arange(MINUTES) / MINUTES * 2 * PEAK * np.pi
    day: NDArray[np.float64] = (1 - np.cos(turns)) / 2
    return day


def _wait_s(asked: NDArray[np.float64]) -> float:
    """Return the longest wait where each minute asks for a share of one minute."""
    waiting = longest = 0.0
    for _ in range(2):  # the second day begins with what the first left
        before = waiting
        for share in asked:
            waiting = max(0.0, waiting + 60 * (share - 1))
            longest = max(longest, waiting)
    return math.inf if waiting > before + 1 else longest


if __name__ == "__main__":
    print(json.dumps(main(), indent=1))
