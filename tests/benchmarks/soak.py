"""The long forms of the tests, once: figures to out/soak.json.

Usage: ``python tests/benchmarks/soak.py [WORD ...] [--short]``. With words only the
parts with one of them in their name (``events``); the figures of other parts stay in
the file. ``--short`` tries what counts allow with few of each.
"""

import argparse
import json
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import soak_balance
import soak_cockpit
import soak_editing
import soak_events
import soak_geopackage
import soak_locate
import soak_ogc
import soak_postgis
import soak_qgis
import soak_spark
import soak_upgrades
import soak_wheel
from bench_stores import whole_history

# figures that must be 0 or empty
NONE = {
    *("answers_that_differ", "lost", "half_transactions", "faults_of_the_chain"),
    *("lost_after", "not_a_prefix", "not_reported", "not_found"),
    *("half", "faults", "odd_sentences"),
    *("ended_late", "callers_that_hang", "clock_that_hangs", "events_lost"),
    *("events_doubled", "actions_lost_or_doubled", "answers_unlike_the_first"),
    *("changes_taken", "webhooks_missing", "webhooks_lost", "webhooks_of_two_ids"),
    *("odd_statuses", "climbed_twice", "climbs_lost", "behind", "rows_rebuilt"),
    *("loop_faults", "refused_without_a_time", "memory_unbounded", "well_too_late"),
    "too_slow",
}
ROOT = Path(__file__).parents[2]
OUT = ROOT / "out" / "soak.json"
# what PAGODA_SOAK says to the tests whose counts rise with it
COUNT = "12000"
# tests whose counts rise with PAGODA_SOAK; minutes of each on two cores, about
LONG: dict[str, float] = {
    "tests/gis/coverage/test_survey.py": 1,
    "tests/gis/assignment/test_assigner.py": 1,
    "tests/gis/assignment/test_nearby.py": 1,
    "tests/gis/assignment/test_shares.py": 1,
    "tests/gis/assignment/test_uncertainty.py": 1,
    "tests/gis/test_datum_check.py": 1,
    "tests/gis/roster/test_duty_table.py": 1,
    "tests/gis/test_versions.py": 1,
    "tests/layers/collections/test_filter_json.py": 1,
    "tests/layers/collections/test_filter_text.py": 1,
    "tests/layers/files/test_fuzz.py": 1,
    "tests/layers/stores/geopackage/test_migration.py": 1,
    "tests/layers/stores/postgis/test_migration.py": 1,
    "tests/requirements/test_withheld.py": 4,
    "tests/layers/rating/test_places.py": 3,
    "tests/api/service/assignment/test_fuzz.py": 1,
    "tests/api/cli/test_fuzz.py": 1,
    "tests/api/test_ogc_payloads.py": 1,
    "tests/api/test_canaries.py": 3,
}
LONG_OF_EVENTS: dict[str, float] = {
    "tests/gis/events/test_lifecycle.py": 0.5,
    "tests/api/service/events/test_office.py": 4,
    "tests/api/test_event_bytes.py": 1,
    "tests/requirements/test_event_clock.py": 1.5,
    "tests/api/test_schemathesis.py": 5,
}


@dataclass(frozen=True)
class Part:
    """A long run by its name, and how long it takes on two cores, about."""

    name: str
    minutes: float
    work: Callable[[], dict[str, Any]]


def parts_of_events(is_short: bool) -> Iterator[Part]:
    """Yield the long runs of the event service."""
    counts = (3, 1, 3.0, 2) if is_short else soak_events.COUNTS
    kills, terms, seconds, stops = counts
    yield Part("events: load", 1.5, partial(soak_events.load, seconds))
    on_postgresql = partial(soak_events.stops_of_postgresql, stops)
    yield Part("events: stops of postgresql", 3, on_postgresql)
    for path, minutes in LONG_OF_EVENTS.items():
        yield Part(f"events: {path}", minutes, partial(run_long, path, is_short))
    for number in range(1 if is_short else soak_events.ROUNDS):
        stopped = partial(soak_events.stops, number, kills, terms)
        yield Part(f"events: stops, round {number}", 6, stopped)


def parts_of_editing(is_short: bool) -> Iterator[Part]:
    """Yield any operations on drafts, and what balance leaves; short, few of each."""
    for grids, operations in soak_editing.RUNS:
        count = operations // 100 if is_short else operations
        name = f"editing: {grids} grids"
        yield Part(name, 5, partial(soak_editing.soak, grids, count))
    path = "tests/gis/editing/test_any_edits.py"
    yield Part(path, 3, partial(run_long, path, is_short))
    seeds = 1 if is_short else soak_balance.SEEDS
    for areas in soak_balance.AREAS:
        for load in soak_balance.LOADS:
            compared = partial(soak_balance.compare, areas, load, seeds)
            yield Part(f"balance: {areas}, {load}", 20, compared)


def other_parts(is_short: bool) -> Iterator[Part]:
    """Yield the long runs of the rest; short, only what is a test."""
    if not is_short:
        yield Part("geopackage", 10, soak_geopackage.main)
        yield Part("postgis", 1, soak_postgis.stops_under_writers)
        # stores that the whole history is loaded into
        for store in ("geopackage", "postgis"):
            yield Part(f"history in {store}", 5, partial(whole_history, store))
        yield Part("hard points", 5, soak_locate.main)
    count = soak_ogc.COUNT // 10 if is_short else soak_ogc.COUNT
    yield Part("ogc: payloads", 0.5, partial(soak_ogc.payload_times, count))
    seconds, breaks = (
        (12, 3) if is_short else (soak_cockpit.SECONDS, soak_cockpit.BREAKS)
    )
    yield Part("cockpit", 3, partial(soak_cockpit.play, seconds, breaks))
    yield Part("ogc: qgis", 1, soak_qgis.qgis_figures)
    kills, files = (2, 12) if is_short else (soak_spark.KILLS, soak_spark.FILES)
    yield Part("spark: drivers", 10, partial(soak_spark.drivers, kills, files))
    yield Part("spark: workers", 4, partial(soak_spark.workers, files))
    if not is_short:
        yield Part("wheel", 6, soak_wheel.wheel_figures)
        yield Part("upgrades", 15, soak_upgrades.upgrade_figures)
    for path, minutes in LONG.items():
        yield Part(path, minutes, partial(run_long, path, is_short))


def run_long(path: str, is_short: bool) -> dict[str, Any]:
    """Run one file of tests in its long form, or as every run does."""
    environment = os.environ | {"PAGODA_SOAK": "" if is_short else COUNT}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", path],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = (run.stdout.strip() or run.stderr.strip()).splitlines()
    report = {"passed": run.returncode == 0, "closing_line": lines[-1]}
    return report if report["passed"] else report | {"output": lines[-60:]}


def main(words: list[str], is_short: bool) -> int:
    """Run what is asked for; 1 if something failed, 2 if no part has such a name."""
    every = [
        *parts_of_events(is_short),
        *parts_of_editing(is_short),
        *other_parts(is_short),
    ]
    asked = [p for p in every if not words or any(word in p.name for word in words)]
    if not asked:
        print("No part has such a word:", *(part.name for part in every), sep="\n")
        return 2
    before = json.loads(OUT.read_text()) if words and OUT.exists() else {}
    report: dict[str, Any] = {}
    for part in asked:
        estimate = "" if is_short else f", about {part.minutes:g} minutes"
        print(f"{part.name}{estimate}", flush=True)
        report[part.name] = result(part)
        # what was found stays when the run is stopped
        OUT.parent.mkdir(exist_ok=True)
        OUT.write_text(json.dumps(before | report, indent=1))
        print(json.dumps(report[part.name]), flush=True)
    faults = list(faults_in(report))
    print(*faults, sep="\n")
    return int(bool(faults))


def result(part: Part) -> dict[str, Any]:
    """Return the figures of a part, or why it broke off; the next one runs anyway."""
    start = time.perf_counter()
    try:
        report = part.work()
    except Exception as error:
        traceback.print_exc()
        report = {"passed": False, "broke_off": repr(error)}
    return report | {"seconds": round(time.perf_counter() - start, 1)}


def faults_in(report: dict[str, Any]) -> Iterator[str]:
    """Yield the figures that are not what they must be."""
    for name, found in report.items():
        if isinstance(found, dict):
            yield from (f"{name}, {fault}" for fault in faults_in(found))
        elif (name in NONE and found) or (name == "passed" and not found):
            yield f"{name}: {found}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="The long forms of the tests, once.")
    parser.add_argument("words", nargs="*", metavar="WORD")
    parser.add_argument("--short", action="store_true")
    arguments = parser.parse_args()
    sys.exit(main(arguments.words, arguments.short))
