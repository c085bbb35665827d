"""What `POST /assign/batch` costs beside the same answers inside a process.

Usage: ``python tests/benchmarks/bench_batch.py [ROWS]``. S town in memory is served by
a process of its own on loopback; rows a second from the first byte sent to the last
read, in turns with `answer_many` and `answer_columns` over the same rows at once. The
memory is the most that the serving process held, beside what it held before.
"""

import http.client
import io
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.csv
from bench_door import served, service

from api.service.assignment.batch import ARROW, CSV, NDJSON
from api.service.stores.sample import sample_store
from gis.assignment import Positions, answer_many
from gis.crs import parse_datum
from gis.index import warm_up
from gis.models import Instant
from gis.synthetic import make_s_town
from layers.assignment import answer_columns
from layers.snapshots import Snapshots
from layers.stores import Store

ROWS, BATCH_ROWS, ROUNDS, SMALL = 1_000_000, 65_536, 3, 100_000
LEAST_RATIO = 0.3


def rows_of(count: int) -> pa.Table:
    """Return seeded positions around S town, each with an id."""
    rng = np.random.default_rng(12)
    ids = [f"E{number:07d}" for number in range(count)]
    lon, lat = rng.uniform(120.04, 120.12, count), rng.uniform(30.29, 30.37, count)
    return pa.table({"id": ids, "lon": lon.round(7), "lat": lat.round(7)})


def arrow_bytes(rows: pa.Table) -> bytes:
    """Return rows as an Arrow IPC stream."""
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows, max_chunksize=BATCH_ROWS)
    return sink.getvalue()


def csv_bytes(rows: pa.Table) -> bytes:
    """Return rows as CSV."""
    sink = io.BytesIO()
    pyarrow.csv.write_csv(rows, sink)
    return sink.getvalue()


def ndjson_bytes(rows: pa.Table) -> bytes:
    """Return rows as JSON lines."""
    return b"".join(orjson.dumps(row) + b"\n" for row in rows.to_pylist())


FORMATS: dict[str, tuple[str, Callable[[pa.Table], bytes]]] = {
    "Arrow": (ARROW, arrow_bytes),
    "CSV": (CSV, csv_bytes),
    "NDJSON": (NDJSON, ndjson_bytes),
}


def inside(store: Store, rows: pa.Table) -> float:
    """Return rows a second inside this process, part after part."""
    basis = Snapshots(store, now=store.now).current.basis
    datum = parse_datum("wgs84")
    start = time.perf_counter()
    for place in range(0, rows.num_rows, BATCH_ROWS):
        part = rows.slice(place, BATCH_ROWS)
        x, y = part["lon"].to_numpy(), part["lat"].to_numpy()
        positions = Positions(x, y, np.zeros(len(x), dtype=np.uint8))
        at = np.full(len(x), Instant(1_790_000_000_000))
        answer_columns(answer_many(basis, positions, datum, at=at))
    return rows.num_rows / (time.perf_counter() - start)


def at_the_door(port: int, kind: str, body: bytes, rows: int) -> float:
    """Return rows a second over HTTP."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    start = time.perf_counter()
    connection.request("POST", "/assign/batch", body, {"Content-Type": kind})
    response = connection.getresponse()
    length = 0
    while piece := response.read(1 << 20):
        length += len(piece)
    assert response.status == 200
    assert length > len(body)
    return rows / (time.perf_counter() - start)


def memory_mib(pid: int, name: str) -> int:
    """Return what a process holds now (VmRSS), or held at most (VmHWM)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    [kibibytes] = re.findall(rf"{name}:\s+(\d+) kB", status)
    return int(kibibytes) >> 10


def main() -> None:
    """Print rates, their ratios, and the memory of the server."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    rows = rows_of(count)
    warm_up()
    store = sample_store(make_s_town(), "Asia/Shanghai")
    with served(lambda: service(None)) as (port, pid):
        for name, (kind, write) in FORMATS.items():
            small, body = write(rows.slice(0, SMALL)), write(rows)
            at_the_door(port, kind, small, SMALL)
            before = memory_mib(pid, "VmHWM")
            rounds = [
                (inside(store, rows), at_the_door(port, kind, body, count))
                for _ in range(ROUNDS)
            ]
            best = [max(rates) for rates in zip(*rounds, strict=True)]
            goal = f" (at least {LEAST_RATIO})" if name == "Arrow" else ""
            print(
                f"{name:<7}{count:,} rows: {best[1]:,.0f} rows/s, inside a process "
                f"{best[0]:,.0f}: {best[1] / best[0]:.2f} of it{goal}; peak memory of "
                f"the server {memory_mib(pid, 'VmHWM')} MiB, {before} MiB with "
                f"{SMALL:,} rows before"
            )


if __name__ == "__main__":
    main()
