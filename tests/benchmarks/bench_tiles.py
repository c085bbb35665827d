"""Vector tiles of a city of 5,733 grids: seconds, bytes, and what is wrong in them.

Usage: ``python tests/benchmarks/bench_tiles.py``.
"""

import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import shapely

sys.path.insert(0, str(Path(__file__).parents[1]))

from gis.synthetic import make_city
from layers.tiles import write_tiles
from layers.tiles.pyramid import TileLayer
from support.oracles.vector_tiles import decoded, faults, holes


def main():
    """Print and return the figures."""
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
        report = {
            "grids": len(grids),
            "vertices": int(shapely.get_num_coordinates(grids.geometry).sum()),
            "wall_s": round(seconds, 1),
            "cpu_s": round(cpu, 1),
            "file_mb": round(path.stat().st_size / 1e6, 1),
            "zooms": zooms(path),
        }
    print(report)
    return report


def zooms(path):
    """Return tiles, bytes and faults by zoom; every tile is decoded."""
    table = {}
    with closing(sqlite3.connect(path)) as connection:
        for zoom, data in connection.execute("SELECT zoom_level, tile_data FROM tiles"):
            figures = table.setdefault(
                zoom, {"tiles": 0, "largest": 0, "faults": 0, "holes": 0}
            )
            tile = decoded(data)["grids"]
            figures["tiles"] += 1
            figures["largest"] = max(figures["largest"], len(data))
            figures["faults"] += len(faults(tile))
            figures["holes"] += holes(tile)
    return table


if __name__ == "__main__":
    main()
