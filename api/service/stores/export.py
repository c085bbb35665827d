"""Hand out a store as one GeoPackage or a folder of files, and read it back."""

import base64
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import orjson
import pandas as pd
from shapely.geometry import mapping

from api.service.stores.connection import opened
from api.service.stores.restore import Origin, restore
from gis.errors import InputFileError, SettingError, StoreError
from gis.versions import Version
from layers.files import read_events
from layers.files.table import to_frame
from layers.stores import Store
from layers.stores.facts import FACTS, timestamp
from layers.stores.log import Batch, Link
from layers.stores.protocol import MAIN_SYSTEM, VersionLayers
from layers.stores.versions import no_layers

Format = Literal["geoparquet", "geojson"]
EXPORT_FORMAT = "pagoda-export/1"
ABOUT, LOG = "store.json", "log.ndjson"
POLYGONS = ("grids", "circles", "communities")
SUFFIXES: dict[Format, tuple[str, str]] = {
    "geoparquet": (".parquet", ".parquet"),
    "geojson": (".geojson", ".csv"),
}
"""Extension of layers with geometry, and of tables."""


def export_store(store: Store, out: Path, form: Format = "geoparquet") -> None:
    """Write a consistent copy of a store; whole or not at all.

    Parameters
    ----------
    store
        What is copied.
    out
        A new file ``.gpkg``, or a folder that is not there yet.
    form
        Of the files in the folder.

    Raises
    ------
    SettingError
        If there is something already.
    StoreError
        If the copy cannot be written.
    """
    if out.exists():
        raise SettingError(
            f"The export {str(out)!r} is there already; choose another name."
        )
    if out.suffix.lower() == ".gpkg":
        _write_geopackage(store, out)
        return
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        part.mkdir(parents=True)
        _write_folder(store, part, form)
        part.replace(out)
    except OSError as error:
        raise StoreError(
            f"Export {str(out)!r} cannot be written ({error.strerror or error}); "
            "choose a folder with room that you may write to."
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


@contextmanager
def opened_export(source: str) -> Iterator[Origin]:
    """Open what `export_store` wrote, or any store, to restore it.

    Parameters
    ----------
    source
        Folder, GeoPackage or address of a store.

    Raises
    ------
    InputFileError
        If a folder is no export.
    StoreError
        If there is no such store.
    """
    path = Path(source)
    if path.is_dir():
        yield ExportFolder(path)
        return
    if path.suffix == ".gpkg" and not Path(f"{source}-wal").exists():
        # opening a store puts a log beside it; an export stays as it is
        with tempfile.TemporaryDirectory() as folder:
            copy = _copied(path, Path(folder))
            with opened(str(copy)) as store:
                yield store
        return
    with opened(source) as store:
        yield store


@dataclass(frozen=True)
class ExportFolder:
    """A folder that `export_store` wrote.

    Parameters
    ----------
    folder
        The folder.

    Raises
    ------
    InputFileError
        If it is no export.
    """

    folder: Path

    @property
    def store_id(self) -> str:
        """Id of the store."""
        return str(self._about["store_id"])

    @property
    def crs(self) -> str:
        """CRS of every geometry."""
        return str(self._about["crs"])

    def log(self, after: int = 0) -> Iterator[Batch]:
        """Yield every link after a sequence with its rows."""
        with (self.folder / LOG).open("rb") as lines:
            for line in lines:
                record = self._parsed(line, LOG)
                rows = [_bytes(row) for row in record.pop("content")]
                if record["sequence"] > after:
                    yield Link(**record), rows

    def version_layers(self, version: int, system: str = MAIN_SYSTEM) -> VersionLayers:
        """Return the layers of a version, without what the log says about it."""
        grids, circles, communities = (
            _of_version(self._polygons[name], version, system) for name in POLYGONS
        )
        nothing = Version(system, version, 0, 0, "", "", "", "", None)  # type: ignore[arg-type]  # not asked for
        return VersionLayers(nothing, grids, circles, communities)

    @cached_property
    def _about(self) -> dict[str, Any]:
        path = self.folder / ABOUT
        if not path.is_file():
            raise InputFileError(
                f"The folder {str(self.folder)!r} has no file {ABOUT!r}; name what "
                "`pagoda export` wrote."
            )
        about = self._parsed(path.read_bytes(), ABOUT)
        if about.get("format") != EXPORT_FORMAT:
            raise InputFileError(
                f"The export {str(self.folder)!r} has the format "
                f"{about.get('format')!r}, expected {EXPORT_FORMAT!r}; read it with "
                "the Pagoda that wrote it."
            )
        return about

    @cached_property
    def _polygons(self) -> dict[str, gpd.GeoDataFrame]:
        layers = {}
        for name, nothing in zip(POLYGONS, no_layers(self.crs), strict=True):
            suffixes = (".parquet", ".geojson")
            paths = (self.folder / f"{name}{suffix}" for suffix in suffixes)
            path = next((path for path in paths if path.is_file()), None)
            if path is None:
                raise InputFileError(
                    f"The export {str(self.folder)!r} has no layer {name!r}; take a "
                    "whole one."
                )
            frame = gpd.GeoDataFrame(to_frame(path, read_events(path)))
            # GeoJSON without features has no columns either
            polygons = nothing.assign(system="") if frame.empty else frame
            layers[name] = polygons.set_crs(self.crs, allow_override=True)
        return layers

    def _parsed(self, text: bytes, name: str) -> dict[str, Any]:
        try:
            document: dict[str, Any] = orjson.loads(text)
        except ValueError as error:
            raise InputFileError(
                f"The file {name!r} of the export {str(self.folder)!r} is cut or "
                "damaged; take a whole one."
            ) from error
        return document


def _write_geopackage(store: Store, out: Path) -> None:
    """Write one GeoPackage without a log beside it."""
    if store.export(out):
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "store.gpkg"
        restore(str(copy), store)
        with opened(str(copy)) as replica:
            _write_geopackage(replica, out)


def _write_folder(store: Store, folder: Path, form: Format) -> None:
    """Write the log, which restores the store, and every layer for who reads it."""
    numbers = {
        s: [v.version for v in store.history(s).versions] for s in store.systems()
    }
    with (folder / LOG).open("wb") as lines:
        for link, rows in store.log():
            record = asdict(link) | {"content": [_text(row) for row in rows]}
            lines.write(orjson.dumps(record) + b"\n")
    about = {"format": EXPORT_FORMAT, "store_id": store.store_id, "crs": store.crs}
    (folder / ABOUT).write_bytes(orjson.dumps(about))
    layers = {
        (system, n): store.version_layers(n, system)
        for system, versions in numbers.items()
        for n in versions
    }
    for name in POLYGONS:
        frames = [
            getattr(version_layers, name).assign(system=system, version=number)
            for (system, number), version_layers in layers.items()
        ]
        if frames:
            _write(folder / name, pd.concat(frames, ignore_index=True), form)
    _write(folder / "versions", _version_frame(store), form)
    for name in FACTS:
        _write(folder / name, store.records(name), form)
    events = store.events()
    answers = {
        name: [answer.decode(errors="replace") for answer in events[name]]
        for name in ("at_occurrence", "acting")
    }
    _write(folder / "events", events.assign(**answers), form)


def _version_frame(store: Store) -> pd.DataFrame:
    """Return versions and their withdrawals as a table."""
    rows = []
    for system in store.systems():
        history = store.history(system)
        withdrawals = {w.version: w for w in history.withdrawals}
        for version in history.versions:
            row: dict[str, Any] = asdict(version)
            withdrawal = withdrawals.get(version.version)
            for name in ("replaces", "untouched", "lineage"):
                row[name] = orjson.dumps(row[name]).decode()
            for name in ("valid_from", "recorded_at"):
                row[name] = timestamp(row[name])
            row["withdrawn_at"] = withdrawal and timestamp(withdrawal.recorded_at)
            row["withdrawn_because"] = withdrawal and withdrawal.reason
            rows.append(row)
    return pd.DataFrame(rows)


def _write(stem: Path, frame: pd.DataFrame, form: Format) -> None:
    """Write one layer."""
    geometric, plain = SUFFIXES[form]
    if isinstance(frame, gpd.GeoDataFrame):
        path = stem.with_name(stem.name + geometric)
        if form == "geoparquet":
            frame.to_parquet(path)
        else:
            _write_geojson(path, frame)
    elif form == "geoparquet":
        frame.to_parquet(stem.with_name(stem.name + plain))
    else:
        frame.to_csv(stem.with_name(stem.name + plain), index=False)


def _write_geojson(path: Path, frame: gpd.GeoDataFrame) -> None:
    """Write features with every digit of their coordinates, in the CRS of the store."""
    assert frame.crs is not None  # noqa: S101  layers of a store have one
    name = f"urn:ogc:def:crs:EPSG::{frame.crs.to_epsg()}"
    crs = {"type": "name", "properties": {"name": name}}
    columns = pd.DataFrame(frame.drop(columns=frame.geometry.name)).astype(object)
    records = columns.where(columns.notna(), None).to_dict("records")
    with path.open("wb") as stream:
        stream.write(b'{"type":"FeatureCollection","crs":%b,"features":[' % _json(crs))
        separator = b"\n"
        for record, shape in zip(records, frame.geometry, strict=True):
            feature = {
                "type": "Feature",
                "properties": record,
                "geometry": None if shape is None else mapping(shape),
            }
            stream.write(separator + _json(feature))
            separator = b",\n"
        stream.write(b"\n]}\n")


def _json(value: object) -> bytes:
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS)


def _of_version(frame: gpd.GeoDataFrame, version: int, system: str) -> gpd.GeoDataFrame:
    rows = frame[(frame["version"] == version) & (frame["system"] == system)]
    return rows.drop(columns=["version", "system"]).reset_index(drop=True)


def _text(row: bytes) -> object:
    """Return a row of the log for JSON: as it is, or in base64 where it is no text."""
    try:
        return row.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(row).decode()}


def _bytes(value: Any) -> bytes:
    if isinstance(value, str):
        return value.encode()
    return base64.b64decode(value["base64"])


def _copied(path: Path, folder: Path) -> Path:
    try:
        return Path(shutil.copy(path, folder / "store.gpkg"))
    except OSError as error:
        raise StoreError(
            f"Export {str(path)!r} cannot be read ({error.strerror}); name what "
            "`pagoda export` wrote."
        ) from error
