"""Three times the load that a service bears, and what it says to that."""

import re
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

from support.harness.raw_clients import (
    Answer,
    closed_loop,
    event_requests,
    open_loop,
)
from support.harness.service_faults import Served

TIMES, CONNECTIONS, TRIAL = 3, 32, 400
WELL = frozenset({200, 201})
REFUSED = frozenset({429, 503})
MOST_MIB, WELL_IN_S = 256, 5.0


def overload(url: str, folder: Path, seconds: float) -> dict[str, Any]:
    """Return what a service answers under three times its load, and afterwards.

    Parameters
    ----------
    url
        A store with S town in it.
    folder
        Where the log of the service goes.
    seconds
        How long.
    """
    served = Served(url, folder / "log")
    served.start()
    assert served.process is not None
    try:
        closed_loop(served.port, event_requests("warm", TRIAL), CONNECTIONS)
        start = time.perf_counter()
        closed_loop(served.port, event_requests("trial", TRIAL), CONNECTIONS)
        rate = TIMES * TRIAL / (time.perf_counter() - start)
        before = memory_mib(served.process.pid)
        requests = list(event_requests("load", int(rate * seconds)))
        answers = open_loop(served.port, requests, rate)
        after = memory_mib(served.process.pid)
        well_in_s = _well_in_s(served)
    finally:
        served.stop(signal.SIGTERM)
        served.close()
    statuses = Counter(answer.status for answer in answers)
    return {
        "rate": round(rate),
        "statuses": {str(status): count for status, count in sorted(statuses.items())},
        "odd_statuses": sorted({*statuses} - WELL - REFUSED),
        "refused_without_a_time": sum(map(_says_no_time, answers)),
        "more_mib": after - before,
        "memory_unbounded": int(after - before > MOST_MIB),
        "well_in_s": round(well_in_s, 1),
        "well_too_late": int(well_in_s > WELL_IN_S),
    }


def memory_mib(pid: int) -> int:
    """Return what a process held at most."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    [kibibytes] = re.findall(r"VmHWM:\s+(\d+) kB", status)
    return int(kibibytes) >> 10


def _says_no_time(answer: Answer) -> bool:
    return answer.status in REFUSED and b"retry-after:" not in answer.head.lower()


def _well_in_s(served: Served) -> float:
    """Return after how long the service is ready and takes an event at once."""
    start, number = time.monotonic(), 0
    while time.monotonic() - start < 10 * WELL_IN_S:
        number += 1
        [answer] = closed_loop(
            served.port, event_requests(f"after-{number}", 1), connections=1
        )
        if answer.status == 201 and answer.wait_s < 1 and served.answers("/readyz"):
            break
    return time.monotonic() - start
