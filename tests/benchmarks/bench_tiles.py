"""Vector tiles of a city of 5,733 grids: seconds, bytes, faults, and waits for one.

Usage: ``python tests/benchmarks/bench_tiles.py``. Every tile is decoded. Then `pagoda
serve` draws them in a child, and is asked for each over one kept connection.
"""

import http.client
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import orjson
import shapely

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench_door import cpu_seconds, make_city_store

from gis.synthetic import make_city
from layers.tiles import write_tiles
from layers.tiles.pyramid import TileLayer
from support.harness.ports import free_port
from support.oracles.vector_tiles import decoded, faults, holes

ASKED = 4_000
MOST_S = 120.0
TILESET = "/ogc/collections/grids/tiles/WebMercatorQuad"


def main():
    """Print and return the figures."""
    report = {"drawing": drawing(), "door": door()}
    print(orjson.dumps(report, option=orjson.OPT_INDENT_2).decode())
    return report


def drawing():
    """Return seconds and bytes of the tiles, and the faults in them."""
    grids = make_city().grids
    layer = TileLayer(
        "grids",
        grids[["grid_id", "parent_id"]],
        tuple(np.array([row]) for row in range(len(grids))),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "city.mbtiles"
        start, cpu_start = time.perf_counter(), time.process_time()
        write_tiles(grids.geometry, {path: layer})
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu_start
        return {
            "grids": len(grids),
            "vertices": int(shapely.get_num_coordinates(grids.geometry).sum()),
            "wall_s": round(seconds, 1),
            "cpu_s": round(cpu, 1),
            "load": os.getloadavg()[0],
            "file_mb": round(path.stat().st_size / 1e6, 1),
            "zooms": zooms(path),
        }


def zooms(path):
    """Return tiles, bytes and faults by zoom; every tile is decoded."""
    table = {}
    with closing(sqlite3.connect(path)) as connection:
        for zoom, data in connection.execute("SELECT zoom_level, tile_data FROM tiles"):
            figures = table.setdefault(
                str(zoom), {"tiles": 0, "largest": 0, "faults": 0, "holes": 0}
            )
            tile = decoded(data)["grids"]
            figures["tiles"] += 1
            figures["largest"] = max(figures["largest"], len(data))
            figures["faults"] += len(faults(tile))
            figures["holes"] += holes(tile)
    return table


def door():
    """Return what a client waits for the first tile, and for one after another."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "city.gpkg"
        make_city_store(store)
        with served(store, Path(folder)) as (connection, pid):
            paths = tile_paths(connection)
            start = time.perf_counter()
            while (status := ask(connection, paths[0])[0]) == 503:
                assert time.perf_counter() - start < MOST_S
                time.sleep(0.1)
            drawn_s = time.perf_counter() - start
            assert status in (200, 204)
            random.Random(1).shuffle(paths)  # noqa: S311  no secret
            before, spans = cpu_seconds(pid), []
            for path in paths[:ASKED]:
                start = time.perf_counter()
                status, _ = ask(connection, path)
                spans.append(time.perf_counter() - start)
                assert status in (200, 204), (path, status)
            return {
                "drawn_in_child_s": round(drawn_s, 1),
                "asked": len(spans),
                "p50_ms": round(statistics.median(spans) * 1e3, 2),
                "p99_ms": round(statistics.quantiles(spans, n=100)[98] * 1e3, 2),
                "cpu_ms": round((cpu_seconds(pid) - before) / len(spans) * 1e3, 2),
                "load": os.getloadavg()[0],
            }


@contextmanager
def served(store, cache):
    """Run `pagoda serve` over a store; give a kept connection, and its process."""
    port = free_port()
    command = [sys.executable, "-m", "api", "serve", "--port", str(port)]
    environment = {"PAGODA_STORE": str(store), "PAGODA_CACHE": str(cache)}
    with subprocess.Popen(
        command, env=os.environ | environment, stderr=subprocess.DEVNULL
    ) as server:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        end = time.perf_counter() + MOST_S
        try:
            while not is_there(connection):
                assert server.poll() is None
                assert time.perf_counter() < end
                time.sleep(0.1)
            yield connection, server.pid
        finally:
            connection.close()
            server.terminate()


def is_there(connection):
    """Say whether there is a service yet."""
    try:
        return ask(connection, TILESET)[0] == 200
    except ConnectionRefusedError:
        connection.close()
        return False


def tile_paths(connection):
    """Return the path of every tile within the limits of the grids."""
    tileset = orjson.loads(ask(connection, TILESET, "identity")[1])
    [template] = [x["href"] for x in tileset["links"] if x["rel"] == "item"]
    path = urlsplit(template).path
    return [
        path.format(tileMatrix=limits["tileMatrix"], tileRow=row, tileCol=column)
        for limits in tileset["tileMatrixSetLimits"]
        for row in range(limits["minTileRow"], limits["maxTileRow"] + 1)
        for column in range(limits["minTileCol"], limits["maxTileCol"] + 1)
    ]


def ask(connection, path, encoding="gzip"):
    """Return status and body, by default as a browser asks."""
    connection.request("GET", path, headers={"Accept-Encoding": encoding})
    answer = connection.getresponse()
    return answer.status, answer.read()


if __name__ == "__main__":
    main()
