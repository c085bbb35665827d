"""The long forms of the tests, once: figures to out/soak.json.

Usage: ``python tests/benchmarks/soak.py``.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import soak_events
import soak_geopackage
import soak_locate
import soak_postgis
from bench_stores import whole_history

# stores that the whole history is loaded into
DURABLE = ("geopackage", "postgis")
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
}
ROOT = Path(__file__).parents[2]
# tests whose counts rise with PAGODA_SOAK
LONG = (
    "tests/gis/coverage/test_survey.py",
    "tests/gis/assignment/test_assigner.py",
    "tests/gis/assignment/test_nearby.py",
    "tests/gis/assignment/test_shares.py",
    "tests/gis/assignment/test_uncertainty.py",
    "tests/gis/test_datum_check.py",
    "tests/gis/roster/test_duty_table.py",
    "tests/gis/test_versions.py",
    "tests/layers/files/test_fuzz.py",
    "tests/api/service/assignment/test_fuzz.py",
    "tests/api/cli/test_fuzz.py",
    "tests/api/test_schemathesis.py",
    "tests/api/test_event_bytes.py",
)


def run_long(path: str) -> dict[str, object]:
    """Run one file of tests in its long form."""
    start = time.perf_counter()
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", path],
        cwd=ROOT,
        env={**os.environ, "PAGODA_SOAK": "12000"},
        capture_output=True,
        text=True,
        check=False,
    )
    return {
        "passed": run.returncode == 0,
        "closing_line": run.stdout.strip().splitlines()[-1],
        "seconds": round(time.perf_counter() - start, 1),
    }


def main() -> int:
    """Run everything; 1 if something failed."""
    out = ROOT / "out"
    out.mkdir(exist_ok=True)
    report: dict[str, Any] = {}
    for name, work in steps():
        report[name] = work()
        # what was found stays when the run is stopped
        (out / "soak.json").write_text(json.dumps(report, indent=1))
        print(name, json.dumps(report[name]), flush=True)
    faults = list(faults_in(report))
    print(*faults, sep="\n")
    return int(bool(faults))


def steps() -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield every long run by its name."""
    yield "geopackage", soak_geopackage.main
    yield "postgis", soak_postgis.stops_under_writers
    yield "events", soak_events.main
    for name in DURABLE:
        yield f"history in {name}", partial(whole_history, name)
    yield "hard points", soak_locate.main
    for path in LONG:
        yield path, partial(run_long, path)


def faults_in(report: dict[str, Any]) -> Iterator[str]:
    """Yield the figures that are not what they must be."""
    for name, found in report.items():
        if isinstance(found, dict):
            yield from (f"{name}, {fault}" for fault in faults_in(found))
        elif (name in NONE and found) or (name == "passed" and not found):
            yield f"{name}: {found}"


if __name__ == "__main__":
    sys.exit(main())
