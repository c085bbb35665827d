"""Figures of a service, of one worker and of several."""

import subprocess
import sys
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from api.telemetry import SHARED_FOLDER, Telemetry
from gis.errors import StoreUnavailableError

ROOT = Path(__file__).resolve().parents[2]


def samples(page: bytes) -> dict[tuple[str, ...], float]:
    """Every figure by its name and the values of its labels in their order."""
    return {
        (
            sample.name,
            *(sample.labels[name] for name in sorted(sample.labels)),
        ): sample.value
        for family in text_string_to_metric_families(page.decode())
        for sample in family.samples
    }


def test_requests_are_counted_by_route_method_and_status() -> None:
    telemetry = Telemetry()
    for status in (200, 200, 422):
        telemetry.record("/grids/{grid_id}", "GET", status, 0.003)
    figures = samples(telemetry.page())
    assert figures["pagoda_requests_total", "GET", "/grids/{grid_id}", "200"] == 2
    assert figures["pagoda_requests_total", "GET", "/grids/{grid_id}", "422"] == 1
    buckets = {k[1]: v for k, v in figures.items() if k[0].endswith("_bucket")}
    assert (buckets["0.0025"], buckets["0.005"]) == (0, 3)


def test_gauge_is_read_when_it_is_asked_for() -> None:
    telemetry, queue = Telemetry(), [1, 2]
    telemetry.follow("queue", "Length.", lambda: len(queue), is_summed=True)
    assert samples(telemetry.page())["queue",] == 2
    queue.clear()
    assert samples(telemetry.page())["queue",] == 0


def test_gauge_that_cannot_be_read_is_no_number_and_harms_no_other() -> None:
    def read() -> float:
        raise StoreUnavailableError("The database is away; start it.")

    telemetry = Telemetry()
    telemetry.follow("backlog", "Length.", read, is_summed=False)
    telemetry.follow("other", "Length.", lambda: 7, is_summed=False)
    figures = samples(telemetry.page())
    assert figures["backlog",] != figures["backlog",]
    assert figures["other",] == 7


WORKER = """
from api.telemetry import Telemetry
telemetry = Telemetry()
telemetry.follow("queue", "Length.", lambda: 3, is_summed=True)
telemetry.follow("revision", "Number.", lambda: 3, is_summed=False)
telemetry.record("/assign", "POST", 200, 0.1)
print(telemetry.page().decode())
input()
"""


def test_worker_that_is_asked_answers_for_all(tmp_path: Path) -> None:
    environment = {SHARED_FOLDER: str(tmp_path), "PYTHONPATH": str(ROOT)}
    workers = []
    try:
        for _ in range(2):
            worker = subprocess.Popen(
                [sys.executable, "-c", WORKER],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            workers.append(worker)
            assert worker.stdout is not None
            lines = []
            while line := worker.stdout.readline().strip():
                lines.append(line)
        figures = samples(("\n".join(lines) + "\n").encode())
        assert figures["pagoda_requests_total", "POST", "/assign", "200"] == 2
        assert figures["queue",] == 6
        assert figures["revision",] == 3
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()
