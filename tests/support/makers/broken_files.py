"""Makers of small whole files and of the broken ones that users really send."""

import gzip
import json
import struct
import zipfile
from pathlib import Path

import geopandas
import pandas as pd
import pyarrow.parquet as pq
import shapely

SQUARES = {"G1": (120.0, 30.0), "G2": (120.1, 30.0), "G3": (120.0, 30.1)}


def square(x: float, y: float, side: float = 0.1) -> list[list[float]]:
    """A closed ring of one square."""
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def feature(
    properties: object, coordinates: object, kind: str = "Polygon"
) -> dict[str, object]:
    """One GeoJSON feature."""
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def geojson(path: Path, features: list[object], **members: object) -> Path:
    """A GeoJSON file of features, with members beside them."""
    document = {"type": "FeatureCollection", **members, "features": features}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def grids_geojson(path: Path, **members: object) -> Path:
    """Three square grids as GeoJSON."""
    features = [
        feature({"code": name, "parent_id": "C1"}, [square(*corner)])
        for name, corner in SQUARES.items()
    ]
    return geojson(path, list(features), **members)


def grids_frame() -> geopandas.GeoDataFrame:
    """Three square grids with Chinese names."""
    return geopandas.GeoDataFrame(
        {
            "code": list(SQUARES),
            "name": ["三墩镇", "西湖区", "拱墅区"],
            "rank": [1, 2, 3],
        },
        geometry=[shapely.Polygon(square(*corner)) for corner in SQUARES.values()],
        crs="EPSG:4490",
    )


def events_frame() -> geopandas.GeoDataFrame:
    """Three events with text, numbers and a missing value."""
    return geopandas.GeoDataFrame(
        {
            "event_id": ["e1", "e2", "e3"],
            "note": ["三墩", None, "a;b"],
            "severity": [1, 2, 3],
        },
        geometry=shapely.points([120.05, 120.15, 120.05], [30.05, 30.05, 30.15]),
        crs="EPSG:4490",
    )


def vector(path: Path, frame: geopandas.GeoDataFrame, encoding: str = "UTF-8") -> Path:
    """A GeoPackage, FlatGeobuf or Shapefile of a frame."""
    options = {"encoding": encoding} if path.suffix == ".shp" else {}
    frame.to_file(path, engine="pyogrio", **options)
    return path


def zipped_shapefile(path: Path, shapefile: Path, stem: str = "layer") -> Path:
    """A zip of all parts of a Shapefile under another name."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(shapefile.parent.glob(f"{shapefile.stem}.*")):
            if part.suffix != ".zip":
                archive.write(part, f"{stem}{part.suffix}")
    return path


def csv_file(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """A CSV file, gzipped where its name says so."""
    data = text.encode(encoding)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def parquet(path: Path, frame: pd.DataFrame) -> Path:
    """A Parquet file, GeoParquet where the frame has geometry."""
    frame.to_parquet(path)
    return path


def cut(path: Path, share: float = 0.5) -> Path:
    """Cut a file to a share of its bytes."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def zip_of_zeros(path: Path, size: int = 64 * 1024**2) -> Path:
    """A small zip that unpacks to many zeros."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for suffix in (".shp", ".shx", ".dbf"):
            archive.writestr(f"layer{suffix}", bytes(size))
    return path


def ogr_vrt(path: Path, target: Path) -> Path:
    """An OGR VRT under another name, which would read a local file."""
    path.write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>{target}'
        "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
        encoding="utf-8",
    )
    return path


def one_of_each(folder: Path) -> list[Path]:
    """One small whole file of every format."""
    events = events_frame()
    shapefile = vector(folder / "events.shp", events.drop(columns="note"))
    return [
        grids_geojson(folder / "grids.geojson"),
        vector(folder / "events.gpkg", events),
        vector(folder / "events.fgb", events),
        shapefile,
        zipped_shapefile(folder / "zipped.zip", shapefile),
        parquet(folder / "events.parquet", events),
        csv_file(folder / "events.csv", "id,lon,lat\n1,120.1,30.1\n2,,\n"),
        csv_file(folder / "gbk.csv", "编号,经度\n三墩镇,120.1\n", "gbk"),
        csv_file(folder / "events.csv.gz", "id,lon,lat\n1,120.1,30.1\n"),
    ]


def unclosed_wkb_parquet(path: Path) -> Path:
    """A GeoParquet whose second polygon has a ring that does not close."""
    ring = [*square(120.1, 30.0)[:-1], [120.1, 30.05]]
    wkb = struct.pack("<BIII", 1, 3, 1, len(ring))
    wkb += b"".join(struct.pack("<dd", *position) for position in ring)
    whole = shapely.to_wkb(shapely.Polygon(square(120.0, 30.0)))
    frame = grids_frame().iloc[:2]
    parquet(path, frame)
    table = pq.read_table(path)
    place = table.column_names.index("geometry")
    column = table.schema.field(place)
    pq.write_table(table.set_column(place, column, [[whole, wkb]]), path)
    return path
