"""How long a search of a million places takes over HTTP, on both stores.

Usage: ``python tests/benchmarks/bench_search.py [PLACES]``. Places have made-up Chinese
names and addresses, seeded, in S town; a service of its own serves each store. Searches
of two to eight characters out of their names, addresses and ids are asked one after the
other on one kept connection, at once by a key-less caller who sees everything. Figures
are milliseconds; what the first search costs, which reads the places, stands apart.
"""

import http.client
import json
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parents[1]))

import geopandas as gpd
import pandas as pd
import shapely
from bench_door import served, service

from api.service.stores.init import init_sample
from layers.gazetteer import fold
from layers.stores import open_store
from support.harness import postgres

PLACES, BATCH, SEARCHES, SEED = 1_000_000, 100_000, 2_000, 14
LENGTHS = (2, 2, 3, 4, 6, 8)
MOST_P50_MS = 10.0
SIGNS = [chr(code) for code in range(0x4E00, 0x4E00 + 1200)]
KINDS = ("有限公司", "便利店", "餐饮店", "网吧", "加油站", "幼儿园", "药店", "仓库")
ROADS = ("路", "街", "大道", "巷")
Row = tuple[str, str, str]


def rows_of(count: int) -> list[Row]:
    """Return ids, names and addresses; signs are as uneven as those of real names."""
    chance = random.Random(SEED)  # noqa: S311  no secret
    weights = [1 / (n + 1) for n in range(len(SIGNS))]
    signs = iter(chance.choices(SIGNS, weights, k=count * 5 + 2 * 600))
    roads = [next(signs) + next(signs) + road for road in ROADS for _ in range(150)]
    return [
        (
            f"B{number:07d}",
            "".join(next(signs) for _ in range(5)) + chance.choice(KINDS),
            f"东湖街道{chance.choice(roads)}{chance.randrange(1, 999)}号"
            f"{chance.randrange(1, 20)}幢{chance.randrange(101, 2999)}室",
        )
        for number in range(count)
    ]


def fill(url: str, rows: list[Row]) -> None:
    """Make a store of S town and record the places beside its own."""
    init_sample(url, "Asia/Shanghai", 1.0, lambda _: None)
    chance = random.Random(SEED)  # noqa: S311  no secret
    with closing(open_store(url)) as store:
        min_x, min_y, max_x, max_y = store.grids().total_bounds
        points = shapely.points(
            [chance.uniform(min_x, max_x) for _ in rows],
            [chance.uniform(min_y, max_y) for _ in rows],
        )
        frame = pd.DataFrame(rows, columns=["place_id", "name", "address"]).assign(
            scene="general_enterprise",
            is_coded=False,
            source="bench",
            address_kind="actual",
            valid_from="2026-01-01T00:00:00+08:00",
        )
        places = gpd.GeoDataFrame(frame, geometry=points, crs=store.crs)
        for start in range(0, len(places), BATCH):
            store.record("enterprises", places[start : start + BATCH])


def texts_of(rows: list[Row]) -> Iterator[str]:
    """Yield what is searched for."""
    chance = random.Random(SEED)  # noqa: S311  no secret
    for _ in range(SEARCHES):
        place_id, name, address = chance.choice(rows)
        text = fold(chance.choice((name, name, address, place_id)))
        length = chance.choice(LENGTHS)
        start = chance.randrange(max(1, len(text) - length + 1))
        yield text[start : start + length]


def measure(url: str, rows: list[Row]) -> None:
    """Print the figures of one store."""
    kind = "PostGIS" if url.startswith("postgresql") else "GeoPackage"
    with served(lambda: service(url)) as (port, _):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=900)

        def ask(text: str) -> tuple[float, int]:
            start = time.perf_counter()
            connection.request("GET", f"/search?q={quote(text)}")
            response = connection.getresponse()
            body = response.read()
            assert response.status == 200, body
            places = json.loads(body)["places"]["items"]
            return (time.perf_counter() - start) * 1e3, len(places)

        first_ms, _ = ask("东湖街道")
        spans = defaultdict(list)
        for text in texts_of(rows):
            span_ms, count = ask(text)
            assert count, text
            spans[len(text)].append(span_ms)
    together = sorted(span for group in spans.values() for span in group)
    p50, p99 = statistics.median(together), together[int(len(together) * 0.99)]
    groups = ", ".join(
        f"{length} signs {statistics.median(group):.1f}"
        for length, group in sorted(spans.items())
    )
    print(
        f"{kind:<12}{len(rows)} places, {SEARCHES} searches: p50 "
        f"{p50:.1f} ms (at most {MOST_P50_MS}), p99 {p99:.1f}, longest "
        f"{together[-1]:.1f}; p50 of {groups}; the first {first_ms / 1e3:.1f} s"
    )


@contextmanager
def urls() -> Iterator[list[str]]:
    """Give an address for each kind of store that can run here."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        addresses = [str(Path(folder) / "town.gpkg")]
        if not postgres.lacking():
            server = stack.enter_context(closing(postgres.new_server()))
            addresses.append(server.fresh_url())
        yield addresses


def main() -> None:
    """Print the figures of both stores."""
    rows = rows_of(int(sys.argv[1]) if len(sys.argv) > 1 else PLACES)
    with urls() as addresses:
        for url in addresses:
            start = time.perf_counter()
            fill(url, rows)
            print(f"recorded in {time.perf_counter() - start:.0f} s", flush=True)
            measure(url, rows)


if __name__ == "__main__":
    main()
