"""What collections answer to 500 payloads of each role, and how long each takes."""

import sys
import time
from pathlib import Path
from statistics import median
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.harness.keyed import keyed_service
from support.harness.layer_reader import ROLES, LayerReader
from support.makers.ogc_payloads import payloads

COUNT: Final = 500
MOST_MS: Final = 100.0


def payload_times(count: int = COUNT) -> dict[str, Any]:
    """Return what was wrong, and milliseconds in this process without a network.

    The first question of a time that nobody asked for builds what was true then; what
    takes long is asked again for that.
    """
    faults, times, built = [], [], [0.0]
    with keyed_service() as keyed:
        readers = [LayerReader(keyed, role) for role in ROLES]
        tokens = [token for reader in readers for token in reader.tokens]
        for reader in readers:
            for payload in payloads(count, tokens):
                answer, ms = timed(reader, payload.path)
                if ms > MOST_MS:
                    built.append(ms)
                    answer, ms = timed(reader, payload.path)
                times.append(ms)
                faults += reader.wrong(payload.collection, answer)
    return {
        "payloads": len(times),
        "faults": faults,
        "too_slow": sum(ms > MOST_MS for ms in times),
        "p50_ms": round(median(times), 1),
        "slowest_ms": round(max(times), 1),
        "slowest_with_building_ms": round(max(built), 1),
    }


def timed(reader: LayerReader, path: str) -> tuple[Any, float]:
    """Return an answer and how long it took, milliseconds."""
    start = time.perf_counter()
    answer = reader.get(path)
    return answer, (time.perf_counter() - start) * 1e3


if __name__ == "__main__":
    print(payload_times())
