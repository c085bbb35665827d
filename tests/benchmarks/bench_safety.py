"""How long it takes to rate places: codes, due dates and reasons of one day.

Run by hand: ``python tests/benchmarks/bench_safety.py``; seeded, one core. Each place
has three checks, a drill and a finding or two.
"""

import datetime as dt
import json
import time
from pathlib import Path

import numpy as np

from gis.safety import (
    SCENES,
    Calendar,
    Campaign,
    Facts,
    Findings,
    Places,
    SafetyRule,
    Visits,
    explain,
    rate,
    trace_code,
)

RULE = Path(__file__).parents[2] / "layers" / "packs" / "rules" / "safety.json"
SIZES = (11_000, 1_000_000)
TODAY = dt.date(2026, 9, 30)
FIRST, DAYS = np.datetime64("2025-10-01"), 365
CALENDAR = Calendar(
    tuple(dt.date(2026, 10, day) for day in range(1, 8)),
    (Campaign("gas", "燃气", SCENES[:2], dt.date(2026, 9, 1), dt.date(2026, 9, 20)),),
)


def make_facts(count: int, rng: np.random.Generator) -> tuple[Places, Facts]:
    """Return places with three checks, a drill and a finding or two each."""

    def visits(number: int) -> Visits:
        return Visits(
            rng.integers(0, count, number), FIRST + rng.integers(0, DAYS, number)
        )

    listed = visits(count * 3 // 2)
    ended = listed.day + rng.integers(1, 60, len(listed.day))
    ended[rng.random(len(ended)) < 0.05] = np.datetime64("NaT")
    severity = rng.choice([1, 2, 3], len(ended), p=[0.7, 0.27, 0.03]).astype(np.int8)
    rows = np.arange(len(ended))
    findings = Findings(listed.place, severity, listed.day, ended, rows, rows)
    places = Places(
        rng.integers(0, 8, count).astype(np.int8),
        rng.choice([0, 1, 2, 3], count, p=[0.9, 0.03, 0.05, 0.02]).astype(np.int8),
        np.full(count, np.datetime64("2025-06-01")),
    )
    return places, Facts(visits(3 * count), visits(count), findings, visits(0))


def main() -> None:
    """Print CPU seconds, the least of five."""
    rule = SafetyRule.from_body(json.loads(RULE.read_text(encoding="utf-8")))
    for count in SIZES:
        places, facts = make_facts(count, np.random.default_rng(1))
        spent = []
        for _ in range(5):
            before = time.process_time()
            codes = rate(places, facts, rule, TODAY, CALENDAR).code
            spent.append(time.process_time() - before)
        share = np.bincount(codes, minlength=4)[1:] / count
        print(f"{count:>9,} places  {min(spent) * 1e3:8.1f} ms CPU, codes {share}")
        before = time.process_time()
        explain(places, facts, rule, TODAY, 7, CALENDAR)
        explained = time.process_time()
        span = (dt.date(2025, 10, 1), TODAY)
        changes = trace_code(places, facts, rule, 7, span, CALENDAR)
        traced = time.process_time()
        print(f"  explain one place {(explained - before) * 1e3:8.1f} ms")
        print(
            f"  trace a year      {(traced - explained) * 1e3:8.1f} ms, "
            f"{len(changes)} codes"
        )


if __name__ == "__main__":
    main()
