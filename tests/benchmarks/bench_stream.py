"""How long after an action is durable a stream shows it, and what waiting costs.

Usage: ``python tests/benchmarks/bench_stream.py [STORE_URL]``. A service over an empty
store, in memory and in a GeoPackage (and in the database that is named), with 1 and 100
streams open on loopback in the same process; 500 actions, 200 a second. Latency is from
the receipt of the action to the line at the last stream. Exits 1 where p99 is 300 ms or
more.
"""

import asyncio
import contextlib
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from api.routes.stream import line_of
from api.service.events.live import Live
from gis.access import EVERYTHING
from layers.stores import Store, create_store, open_store

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.makers.loop_entries import intake_of

ACTIONS, RATE, STREAMS, MOST_P99_MS, IDLE_S = 500, 200, (1, 100), 300.0, 5.0


@contextlib.contextmanager
def stores(url: str | None) -> Iterator[dict[str, Store]]:
    """Give an empty store of each kind, as a service opens it."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        addresses = {"memory": "memory:", "geopackage": f"{folder}/town.gpkg"}
        addresses |= {"postgis": url} if url else {}
        for name in set(addresses) - {"memory"}:
            create_store(addresses[name]).close()
        yield {
            name: stack.enter_context(
                contextlib.closing(open_store(address, is_service=name != "memory"))
            )
            for name, address in addresses.items()
        }


async def latencies(store: Store, count: int) -> np.ndarray:
    """Return the milliseconds from receipt to the last of so many streams."""
    receipts: dict[int, float] = {}
    shown: dict[int, float] = {}

    async def follow(live: Live) -> None:
        number = 0
        async for line in live.follow(None, lambda: EVERYTHING):
            shown[int(line.id)] = time.perf_counter()
            number += 1
            if number == ACTIONS:
                return

    async with Live(store, line_of) as live:
        readers = [asyncio.create_task(follow(live)) for _ in range(count)]
        await asyncio.sleep(0.2)
        start = time.perf_counter()
        for number in range(ACTIONS):
            await asyncio.sleep(max(0, start + number / RATE - time.perf_counter()))
            future = store.append([intake_of(f"{count}-{number}")])
            [receipt] = await asyncio.wrap_future(future)
            receipts[receipt.actions[0].row] = time.perf_counter()
        await asyncio.wait_for(asyncio.gather(*readers), 60)
    return np.array([(shown[row] - at) * 1e3 for row, at in receipts.items()])


async def idle_share(store: Store) -> float:
    """Return the share of one core that waiting for actions takes."""
    async with Live(store, line_of):
        before = time.process_time()
        await asyncio.sleep(IDLE_S)
        return (time.process_time() - before) / IDLE_S


def main() -> int:
    """Measure and print; return 1 where it is too slow."""
    worst = 0.0
    with stores(sys.argv[1] if len(sys.argv) > 1 else None) as every:
        for name, store in every.items():
            for count in STREAMS:
                ms = asyncio.run(latencies(store, count))
                p50, p99 = np.percentile(ms, [50, 99])
                worst = max(worst, p99)
                print(f"{name}, {count} streams: p50 {p50:.1f} ms, p99 {p99:.1f} ms")
            share = asyncio.run(idle_share(store))
            print(f"{name}, idle: {share:.2%} of a core")
    return int(worst >= MOST_P99_MS)


if __name__ == "__main__":
    sys.exit(main())
