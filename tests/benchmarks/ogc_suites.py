"""Suites of others on the collections of S town, in an environment of their own.

Usage: ``python tests/benchmarks/ogc_suites.py PYTHON``, which `make conformance` does
with the Python of that environment. `pagoda serve` answers; `ogctests` asks it over
HTTP with the schemas of the standards, and `ogcapi-registry` reads its OpenAPI
document. A test that fails on what the standard asks for stands in `CONTRADICTIONS`
with the clause; any other that fails, and any of those that passes, ends this with 1.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.harness.ports import free_port

ROOT = Path(__file__).parents[2]
START_S = 120
COUNTS: Final = {"core": 29, "filtering": 10}
"""Tests of ogctests 0.1.15, by its folder."""
FIRST: Final = "asks what test_ct3 could not find out"
CONTRADICTIONS: Final = {
    "test_ct2": "compares rel with a URI without the quotes that RFC 8288, 3, asks for",
    "test_ct3": "asks httpx for a list of addresses, which it takes from a target "
    "attribute href that RFC 8288, 3, does not have",
    "test_ct5": f"{FIRST}; and 'valid-value' shall be in the list of values of a "
    "queryable, '[invalid-value]' in none of texts (19-079r2, 7.2)",
    "test_ct7": f"{FIRST}; and filter-lang is the text of a dictionary, which "
    "/req/features-filter/response E says is 400",
    "test_ct8": FIRST,
    "test_ct9": FIRST,
    "test_ct10": f"{FIRST}; and its filter is no CQL2 JSON (/req/cql2-json/basic-cql2)",
}
"""Tests of ogctests that no service passes which does as the standard says."""
READ: Final = """
import json, sys, urllib.request
from ogcapi_registry import parse_conformance_classes, validate_ogc_api
read = lambda path: json.load(urllib.request.urlopen(sys.argv[1] + path))
classes = parse_conformance_classes(read("/conformance")["conformsTo"])
result = validate_ogc_api(read("/api"), classes)
print(json.dumps([*result.errors, *result.critical_errors]))
"""


@contextmanager
def service() -> Iterator[str]:
    """Serve S town; where its collections are."""
    port = free_port()
    root = f"http://127.0.0.1:{port}/ogc"
    command = [sys.executable, "-m", "api", "serve", "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PAGODA_STORE", None)
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            command, cwd=folder, env=environment, stderr=subprocess.DEVNULL
        ) as process,
    ):
        try:
            wait_for(root, process)
            report_events(root)
            yield root
        finally:
            process.send_signal(signal.SIGTERM)


def report_events(root: str) -> None:
    """Report some events: the suites want something in every collection."""
    for number in range(3):
        event = {"source": "hotline", "id": f"suite-{number}", "kind": "noise"}
        event |= {"lon": 120.08, "lat": 30.33 + number / 1000, "datum": "cgcs2000"}
        request = urllib.request.Request(  # noqa: S310  on this machine
            root.replace("/ogc", "/events"),
            json.dumps(event).encode(),
            {"content-type": "application/json"},
        )
        urllib.request.urlopen(request).read()  # noqa: S310


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until an address answers."""
    end = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < end:
        try:
            urllib.request.urlopen(address).read()  # noqa: S310  on this machine
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The service did not start; see what pagoda serve says.")


def run_suite(python: str, folder: str, root: str) -> dict[str, bool]:
    """Return which tests of a folder of ogctests pass."""
    find = "import ogctests; print(ogctests.__path__[0])"
    place = subprocess.run(
        [python, "-c", find], capture_output=True, text=True, check=True
    )
    tests = Path(place.stdout.strip()) / "features" / folder
    with tempfile.TemporaryDirectory() as home:
        report = Path(home) / "report.xml"
        options = ["-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", home]
        subprocess.run(
            [python, "-m", "pytest", *options, f"--junitxml={report}", str(tests)],
            cwd=home,
            env={**os.environ, "INSTANCE_URL": root},
            stdout=subprocess.DEVNULL,
            check=False,
        )
        document = ElementTree.parse(report)  # noqa: S314  just written
        cases = document.getroot().iter("testcase")
        return {case.attrib["name"]: _passed(case) for case in cases}


def _passed(case: ElementTree.Element) -> bool:
    return not any(case.find(name) is not None for name in ("failure", "error"))


def faults(results: dict[str, bool], count: int) -> list[str]:
    """Return what is not as it is expected of a folder of so many tests."""
    lines = [] if len(results) == count else [f"{len(results)} tests, not {count}"]
    for name, has_passed in results.items():
        if has_passed == (name in CONTRADICTIONS):
            lines.append(f"{name} {'passes' if has_passed else 'fails'}")
    return lines


def main(python: str) -> int:
    """Run the suites and print what they found."""
    lines = []
    with service() as root:
        for folder, count in COUNTS.items():
            results = run_suite(python, folder, root)
            print(f"ogctests {folder}: {sum(results.values())} of {count}")
            lines += [f"ogctests {folder}: {line}" for line in faults(results, count)]
            for name in filter(results.__contains__, CONTRADICTIONS):
                print(f"  not {name}: it {CONTRADICTIONS[name]}")
        answer = subprocess.run(
            [python, "-c", READ, root], capture_output=True, text=True, check=True
        )
        errors = json.loads(answer.stdout)
        print(f"ogcapi-registry: {len(errors)} errors")
        lines += [f"ogcapi-registry: {error['message']}" for error in errors]
    print(*lines, sep="\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(str(Path(sys.argv[1]).absolute())))
