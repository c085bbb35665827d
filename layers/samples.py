"""Write S town and X town as files that GIS software opens at once; same bytes."""

import datetime as dt
import io
import sys
from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import orjson
import pandas as pd
import pyproj
import shapely
from shapely.geometry import mapping

from gis.synthetic import (
    MergedTown,
    Town,
    make_s_lines,
    make_s_town,
    make_x_town,
)
from layers.features import Json, feature, file_features, named_crs, write_collection
from layers.packs.rulebook import CAMPAIGN, IMPRINT
from layers.schema.circles import CIRCLES
from layers.schema.communities import COMMUNITIES
from layers.schema.grids import GRIDS
from layers.schema.layer import LayerSchema
from layers.schema.sharing import WHOLE

RULE_OWNER = "safety office of the town"
FOUNDED = dt.date(2026, 1, 1)
"""Since when the towns are true."""
POINT_TYPES = {"lon": "CoordX", "lat": "CoordY"}


def sample_files(town: Town) -> dict[str, bytes]:
    """Return the files of a town by name.

    Polygons are GeoJSON in EPSG:4490 with a legacy `crs` member; points are CSV with a
    `.csvt` beside them, from which GDAL knows that they are points, and a `.prj`; the
    rest, and devices, is CSV alone.

    Parameters
    ----------
    town
        The layers.
    """
    polygons = {
        "grids": town.grids,
        "circles": town.circles,
        "communities": town.communities,
    }
    files = {
        f"{schema.name}.geojson": geojson(polygons[schema.name], schema)
        for schema in (GRIDS, CIRCLES, COMMUNITIES)
    }
    files["posts.csv"] = csv(town.posts)
    files["duties.csv"] = csv(town.month.duties)
    files["rotations.csv"] = csv(town.month.rotations)
    files["inspections.csv"] = csv(town.inspections)
    files["rules.csv"] = csv(town_rules(town))
    files["sources.csv"] = csv(town.sources)
    files["destinations.csv"] = csv(town.destinations)
    # some are in homes: GIS software shall not draw the file by itself
    files["devices.csv"] = csv(_with_lonlat(town.devices))
    for name, frame, epsg in (
        ("enterprises", _with_lonlat(town.enterprises), 4490),
        ("stations", _with_lonlat(town.stations), 4490),
        ("departments", _with_lonlat(town.departments), 4490),
        ("events", town.events, 4326),
    ):
        files[f"{name}.csv"] = csv(frame)
        files[f"{name}.csvt"] = csvt(frame)
        files[f"{name}.prj"] = pyproj.CRS(epsg).to_wkt("WKT1_ESRI").encode()
    return files


def town_rules(town: Town) -> pd.DataFrame:
    """Return the rules of a town as rows of their layer: its campaigns, its imprint.

    Parameters
    ----------
    town
        Each campaign is a rule from its first day on.
    """
    imprint = {"name": town.name, "name_zh": town.name_zh, "is_synthetic": True}
    rules = [(IMPRINT, imprint, FOUNDED)] + [
        (f"{CAMPAIGN}{campaign.campaign_id}", campaign.body(), campaign.first)
        for campaign in town.campaigns
    ]
    return pd.DataFrame(
        {
            "rule_id": [rule_id for rule_id, _, _ in rules],
            "owner": RULE_OWNER,
            "body": [orjson.dumps(body).decode() for _, body, _ in rules],
            "valid_from": [f"{day.isoformat()}T00:00:00+08:00" for _, _, day in rules],
        }
    )


def merged_files(merged: MergedTown) -> dict[str, bytes]:
    """Return the files of a merged town by name: its layers, and what was before.

    Parameters
    ----------
    merged
        The layers; former grids are GeoJSON, lineage and former posts are CSV.
    """
    former = {
        f"{system}_grids.geojson": geojson(grids, GRIDS)
        for system, grids in merged.former.items()
    }
    tables = {
        "lineage.csv": csv(merged.lineage),
        "former_posts.csv": csv(merged.former_posts),
    }
    return {**sample_files(merged.town), **former, **tables}


def line_files(lines: gpd.GeoDataFrame) -> dict[str, bytes]:
    """Return the file of lines that a planner cuts grids along.

    Parameters
    ----------
    lines
        id, kind and name; lines in EPSG:4490.
    """
    records = pd.DataFrame(lines.drop(columns="geometry")).to_dict("records")
    pairs = zip(records, lines.geometry, strict=True)
    items = (feature(record, mapping(shape)) for record, shape in pairs)  # type: ignore[arg-type]  # columns are texts
    return {"lines.geojson": _collection(items)}


def geojson(frame: gpd.GeoDataFrame, schema: LayerSchema) -> bytes:
    """Return a layer in EPSG:4490, one feature a line."""
    return _collection(file_features(frame, schema, WHOLE))


def _collection(items: Iterable[Json]) -> bytes:
    stream = io.BytesIO()
    members = {"note": "synthetic", **named_crs(pyproj.CRS(4490))}
    write_collection(stream, items, members)
    return stream.getvalue()


def csv(frame: pd.DataFrame) -> bytes:
    """Return rows as UTF-8 CSV, empty where there is no value."""
    return frame.to_csv(index=False, lineterminator="\n").encode()


def csvt(frame: pd.DataFrame) -> bytes:
    """Return the types of the columns as GDAL reads them beside a CSV."""
    kinds = [POINT_TYPES.get(str(name), _gdal_type(frame[name])) for name in frame]
    return ",".join(f'"{kind}"' for kind in kinds).encode() + b"\n"


def write_samples(folder: Path) -> None:
    """Write the files of both towns into folders, made where they do not exist."""
    towns = {
        "s_town": sample_files(make_s_town()) | line_files(make_s_lines()),
        "x_town": merged_files(make_x_town()),
    }
    for town, files in towns.items():
        (folder / town).mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / town / name).write_bytes(content)


def _with_lonlat(points: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return points as a table with lon and lat."""
    return pd.DataFrame(points.drop(columns="geometry")).assign(
        lon=shapely.get_x(points.geometry), lat=shapely.get_y(points.geometry)
    )


def _gdal_type(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "String"
    if pd.api.types.is_integer_dtype(column):
        return "Integer"
    return "Real" if pd.api.types.is_float_dtype(column) else "String"


if __name__ == "__main__":
    write_samples(Path(sys.argv[1]))
