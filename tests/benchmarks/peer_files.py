"""Others that write, from a file of events and one of grids, whose event is where.

Usage: ``python tests/benchmarks/peer_files.py NAME GRIDS EVENTS OUT``; all files are
GeoParquet or Parquet, all cores are free to use, and where two grids share a point an
event comes twice: less than the command does, which is theirs to save.
"""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

JOIN = (
    "SELECT e.*, g.grid_id FROM events e "
    "LEFT JOIN grids g ON ST_Intersects(g.geometry, ST_Point(e.lon, e.lat))"
)


def sedona(grids: str, events: str, out: str) -> None:
    """Join by SedonaDB."""
    import geopandas as gpd  # noqa: PLC0415

    session = importlib.import_module("sedonadb").connect()
    frame = gpd.read_parquet(grids)[["grid_id", "geometry"]]
    session.create_data_frame(frame.set_crs(None, allow_override=True)).to_view("grids")
    session.read_parquet(events).to_view("events")
    session.sql(JOIN).to_parquet(out)


def duckdb(grids: str, events: str, out: str) -> None:
    """Join by DuckDB spatial."""
    database = importlib.import_module("duckdb")
    extension = importlib.import_module("duckdb_extension_spatial")
    folder = Path(next(iter(extension.__path__)))
    connection = database.connect(config={"allow_unsigned_extensions": "true"})
    connection.execute(f"LOAD '{next(folder.rglob('*.duckdb_extension'))}'")
    connection.from_parquet(grids).to_table("grids")
    connection.from_parquet(events).to_view("events")
    connection.sql(JOIN).to_parquet(out, compression="zstd")


def geopandas(grids: str, events: str, out: str) -> None:
    """Join by geopandas."""
    import geopandas as gpd  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    frame = gpd.read_parquet(grids)[["grid_id", "geometry"]]
    rows = pd.read_parquet(events)
    points = gpd.points_from_xy(rows["lon"], rows["lat"], crs=frame.crs)
    joined = gpd.sjoin(gpd.GeoDataFrame(rows, geometry=points), frame, how="left").drop(
        columns=["geometry", "index_right"]
    )
    joined.to_parquet(out, compression="zstd", index=False)


PEERS: MappingProxyType[str, Callable[[str, str, str], None]] = MappingProxyType(
    {"SedonaDB": sedona, "DuckDB spatial": duckdb, "geopandas sjoin": geopandas}
)

if __name__ == "__main__":
    PEERS[sys.argv[1]](*sys.argv[2:])
