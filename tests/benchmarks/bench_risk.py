"""Cost of area scores of a city: 5,733 areas and 6.27 million events; seeded.

Run with ``python tests/benchmarks/bench_risk.py``. The goal is 3 s.
"""

import datetime as dt
import json
import time
from pathlib import Path

import numpy as np

from gis.risk import (
    EventFacts,
    PlaceFacts,
    RiskMethod,
    break_sensitivity,
    contributions,
    rate_areas,
    sum_hazard,
)

RULES = Path(__file__).parents[2] / "layers" / "packs" / "rules"
AREAS = 5_733
PLACES = 500_000
EVENTS = 6_270_000
DAYS = 30
GROUPS = tuple(f"category {n:02d}" for n in range(30))
ON = dt.date(2026, 9, 30)


def city_facts(days):
    rng = np.random.default_rng(1)
    codes = rng.choice([1, 2, 3], PLACES, p=[0.92, 0.079, 0.001]).astype(np.int8)
    places = PlaceFacts(
        np.array([f"E{n:06d}" for n in range(PLACES)]),
        rng.integers(0, AREAS, PLACES),
        rng.integers(0, 8, PLACES),
        np.tile(codes, (days, 1)),
    )
    ages = rng.integers(0, DAYS, EVENTS).astype("m8[D]")
    events = EventFacts(
        rng.integers(0, AREAS, EVENTS, dtype=np.int32),
        rng.choice([1, 2, 3, 4], EVENTS, p=[0.62, 0.26, 0.1, 0.02]).astype(np.int8),
        np.datetime64(ON) - ages,
        rng.integers(0, len(GROUPS), EVENTS, dtype=np.int16),
        GROUPS,
    )
    return places, events, rng.uniform(0.05, 4.0, AREAS) * 1e6


def timed(name, call):
    wall, cpu = time.perf_counter(), time.process_time()
    result = call()
    print(
        f"{name}: {time.perf_counter() - wall:.2f} s, "
        f"{time.process_time() - cpu:.2f} s of CPU"
    )
    return result


def main():
    body = json.loads((RULES / "risk.json").read_text(encoding="utf-8"))
    method = RiskMethod.from_body(body)
    for days in (method.steady_days + 1, method.steady_days + 14):
        places, events, area_m2 = city_facts(days)
        extents = method.extents(area_m2)

        def score(places=places, events=events, extents=extents):
            return rate_areas(sum_hazard(places, events, extents, method, ON), method)

        print(f"{AREAS} areas, {PLACES} places, {EVENTS} events, {days} days")
        risk = timed("scores and levels", score)
    timed(
        "sensitivity",
        lambda: break_sensitivity(risk.scores, method.breaks, method.steady_days),
    )
    parts = timed(
        "contributions", lambda: contributions(places, events, AREAS, method, ON)
    )
    timed("five drivers of each area", lambda: parts.top(5))


if __name__ == "__main__":
    main()
