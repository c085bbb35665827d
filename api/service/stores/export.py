"""Hand out a store as one GeoPackage or a folder of files, and read it back."""

import base64
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import geopandas as gpd
import orjson
import pandas as pd

from api.service.facts.dictionary import OF_VERSION, VERSIONS
from api.service.rating.days import RiskDesk
from api.service.stores.audit import refuse_untrue
from api.service.stores.connection import opened
from api.service.stores.photos import FILES, copy_photos, named_photos
from api.service.stores.restore import Origin, every_delivery, restore
from gis.errors import (
    InputFileError,
    InvalidLayerError,
    NoVersionError,
    SettingError,
    StoreError,
)
from gis.models import Instant
from gis.os_reasons import os_reason
from gis.versions import Version
from layers.features import file_features, named_crs, shared_frame, write_collection
from layers.files import read_events
from layers.files.attributes import ATTRIBUTES, attributes_of, unfold_attributes
from layers.files.table import to_frame
from layers.packs.rulebook import classes_in_force
from layers.photos import PhotoFolder
from layers.schema.circles import CIRCLES
from layers.schema.communities import COMMUNITIES
from layers.schema.events import EVENTS
from layers.schema.grids import GRIDS
from layers.schema.layer import Field, LayerSchema
from layers.schema.names import free_names
from layers.schema.sharing import OPEN, WHOLE, Classes
from layers.stores import Store, migrate_store
from layers.stores.facts import FACTS, timestamp
from layers.stores.geopackage.rated_grids import write_rated_grids
from layers.stores.log import Batch, Link, LogFault, refuse_faults
from layers.stores.outbox import Delivery, DeliveryState
from layers.stores.protocol import MAIN_SYSTEM, VersionLayers
from layers.stores.versions import no_layers

Format = Literal["geoparquet", "geojson"]
EXPORT_FORMAT = "pagoda-export/1"
ABOUT, LOG, DELIVERIES = "store.json", "log.ndjson", "deliveries.ndjson"
POLYGONS = tuple(
    replace(schema, fields=(*OF_VERSION, *schema.fields))
    for schema in (GRIDS, CIRCLES, COMMUNITIES)
)
"""Schemas of the polygons of every version."""
VERSION_ROWS = replace(
    VERSIONS,
    fields=(
        *VERSIONS.fields,
        Field("lineage", "text", True, "open", "Whose ground each grid got, as JSON."),
        Field("withdrawn_at", "instant", False, "open", "When it was withdrawn."),
        Field("withdrawn_because", "text", False, "open", "Why it was withdrawn."),
    ),
)
"""Schema of versions as files have them: with lineage and withdrawal in the row."""
SUFFIXES: dict[Format, tuple[str, str]] = {
    "geoparquet": (".parquet", ".parquet"),
    "geojson": (".geojson", ".csv"),
}
"""Extension of layers with geometry, and of tables."""


class Lacking(NamedTuple):
    """What is not in a copy of a store.

    Attributes
    ----------
    photos
        Photos whose files are missing or altered.
    colours
        Why the grids are not in the colours of today; empty where they are, or were
        not asked for.
    """

    photos: tuple[LogFault, ...] = ()
    colours: str = ""


_FILE_NAME: Final = re.compile(
    r".*\.(shp|shx|dbf|prj|cpg|xlsx?|xlsm|ods|csv|tsv|txt|(geo)?json|geojsonl|geojsons|"
    r"ndjson|jsonl|(geo)?parquet|arrows?|feather|fgb|gdb|kml|kmz|gml|gpx|sqlite3?|db|sql|"
    r"mbtiles|pmtiles|tiff?|pdf|html?|zip|gz|bz2|xz|zst|tar|tgz|7z|rar)",
    re.IGNORECASE,
)
"""A name by which a user means a file, never a folder."""


def export_store(
    store: Store,
    out: Path,
    form: Format = "geoparquet",
    photos: PhotoFolder | None = None,
    desk: RiskDesk | None = None,
) -> Lacking:
    """Write a consistent copy of a store; whole or not at all.

    Photos go into the folder `files` of a folder, and beside a GeoPackage.

    Parameters
    ----------
    store
        What is copied.
    out
        A new file ``.gpkg``, or a folder that is not there yet.
    form
        Of the files in the folder.
    photos
        Where the photos of the store are; None where that is not known.
    desk
        Rates today: a GeoPackage then has the grids in their colours, for GIS software.

    Returns
    -------
    lacking
        What is not in the copy.

    Raises
    ------
    SettingError
        If there is something already.
    StoreError
        If the copy cannot be written, or the store is not what its log says.
    """
    _refuse_existing(out)
    refuse_untrue(store)
    if out.suffix.lower() == ".gpkg":
        grids, colourless = _rated_grids(desk)
        faults = _write_with_photos(store, out, photos)
        if grids is not None:
            _write_colours(out, grids, store.crs)
        return Lacking(faults, colourless)
    with _new_folder(out) as folder:
        _write_folder(store, folder, form)
        # what was added meanwhile too
        faults = copy_photos(
            named_photos(store.log()), photos, PhotoFolder(folder / FILES)
        )
        return Lacking(faults)


def export_open(
    store: Store, out: Path, now: Instant, form: Format = "geoparquet"
) -> tuple[str, ...]:
    """Write what is handed out to others: open fields of open layers, no log.

    A layer is open where its key is. Facts are those in force now; their points are
    not open, so they are tables. No store can be made from it.

    Parameters
    ----------
    store
        What is handed out.
    out
        A folder that is not there yet.
    now
        Decides which facts are in force.
    form
        Of the files in the folder.

    Returns
    -------
    names
        The layers written.

    Raises
    ------
    SettingError
        If there is something already, or a GeoPackage is asked for.
    StoreError
        If the files cannot be written, or the store is not what its log says.
    """
    _refuse_existing(out)
    if out.suffix.lower() == ".gpkg":
        raise SettingError(
            "The open export {out!r} is a GeoPackage, expected a new folder; choose a "
            "name without '.gpkg'.",
            out=str(out),
        )
    refuse_untrue(store)
    layers = _open_layers(store, now)
    classes = OPEN.under(classes_in_force(store.facts("rules"), now))
    with _new_folder(out) as folder:
        for schema, frame in layers:
            _write(folder / schema.name, frame, form, schema, classes)
    return tuple(schema.name for schema, _ in layers)


def photos_beside(out: Path) -> Path:
    """Return the folder of the photos of a copy that is a GeoPackage.

    Parameters
    ----------
    out
        The GeoPackage.

    Examples
    --------
    >>> str(photos_beside(Path("copy.gpkg")))
    'copy.gpkg.files'
    """
    return out.with_name(f"{out.name}.{FILES}")


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
        If there is no such store, or it has what no link of its log names.
    """
    path = Path(source)
    if path.is_dir():
        yield ExportFolder(path)
        return
    if path.suffix == ".gpkg" and not Path(f"{source}-wal").exists():
        # opening a store puts a log beside it; an export stays as it is
        with tempfile.TemporaryDirectory() as folder:
            copy = str(_copied(path, Path(folder)))
            migrate_store(copy)
            with _opened_whole(copy) as store:
                yield store
        return
    with _opened_whole(source) as store:
        yield store


@contextmanager
def _opened_whole(url: str) -> Iterator[Store]:
    """Open a store whose rows are all named; restoring compares those with its log."""
    with opened(url) as store:
        refuse_faults(store.strays())
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
            _of_version(self._polygons[schema.name], schema, version, system)
            for schema in POLYGONS
        )
        nothing = Version(system, version, 0, 0, "", "", "", "", None)  # type: ignore[arg-type]  # not asked for
        return VersionLayers(nothing, grids, circles, communities)

    def deliveries(
        self, state: DeliveryState | None, *, after: int = 0, limit: int = 100
    ) -> tuple[Delivery, ...]:
        """Return how far deliveries after a row are; none of an older export."""
        rows = (
            delivery
            for delivery in self._deliveries
            if delivery.outbox_row > after and state in (None, delivery.state)
        )
        return tuple(islice(rows, limit))

    @cached_property
    def _deliveries(self) -> list[Delivery]:
        path = self.folder / DELIVERIES
        lines = path.read_bytes().splitlines() if path.is_file() else []
        return [Delivery(**self._parsed(line, DELIVERIES)) for line in lines]

    @cached_property
    def _about(self) -> dict[str, Any]:
        path = self.folder / ABOUT
        if not path.is_file():
            raise InputFileError(
                "The folder {folder!r} has no file {about!r}; name what `pagoda "
                "export` wrote without --open.",
                folder=str(self.folder),
                about=ABOUT,
            )
        about = self._parsed(path.read_bytes(), ABOUT)
        if about.get("format") != EXPORT_FORMAT:
            raise InputFileError(
                "The export {folder!r} has the format {value!r}, expected "
                "{export_format!r}; read it with the Pagoda that wrote it.",
                folder=str(self.folder),
                value=about.get("format"),
                export_format=EXPORT_FORMAT,
            )
        return about

    @cached_property
    def _polygons(self) -> dict[str, gpd.GeoDataFrame]:
        layers = {}
        for schema, nothing in zip(POLYGONS, no_layers(self.crs), strict=True):
            name = schema.name
            suffixes = (".parquet", ".geojson")
            paths = (self.folder / f"{name}{suffix}" for suffix in suffixes)
            path = next((path for path in paths if path.is_file()), None)
            if path is None:
                raise InputFileError(
                    "The export {folder!r} has no layer {name!r}; take a whole one.",
                    folder=str(self.folder),
                    name=name,
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
                "The file {name!r} of the export {folder!r} is cut or damaged; take a "
                "whole one.",
                name=name,
                folder=str(self.folder),
            ) from error
        return document


def _refuse_existing(out: Path) -> None:
    if re.match(r"\w[\w+.-]+:/", str(out)):
        raise SettingError(
            "An export is written to files, found an address; give a new FILE.gpkg "
            "or a new folder."
        )
    if out.exists():
        raise SettingError(
            "The export {out!r} is there already; choose another name.", out=str(out)
        )
    if _FILE_NAME.fullmatch(out.name):
        raise SettingError(
            "The export {out!r} is named as a file of another format, expected a new "
            "folder, whose files are of --format, or a new FILE.gpkg for a whole copy; "
            "choose such a name.",
            out=str(out),
        )


@contextmanager
def _new_folder(out: Path) -> Iterator[Path]:
    """Give a folder that takes its name when whole, or goes with all around it."""
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    new_folders = [folder for folder in out.parents if not folder.exists()]
    try:
        part.mkdir(parents=True)
        yield part
        part.replace(out)
    except OSError as error:
        raise StoreError(
            "Export {out!r} cannot be written ({strerror}); choose a folder with room "
            "that you may write to.",
            out=str(out),
            strerror=os_reason(error),
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
        for folder in new_folders:
            with suppress(OSError):  # it is not empty where the export is whole
                folder.rmdir()


def _write_with_photos(
    store: Store, out: Path, photos: PhotoFolder | None
) -> tuple[LogFault, ...]:
    """Write the photos, the GeoPackage, and the photos that came meanwhile.

    The GeoPackage comes last, so that what stops on the way is no copy.
    """
    beside = photos_beside(out)
    _refuse_existing(beside)
    with ExitStack() as undo:
        if first := [*named_photos(store.log())]:
            with _new_folder(beside) as folder:
                copy_photos(first, photos, PhotoFolder(folder))
            undo.callback(shutil.rmtree, beside, ignore_errors=True)
        _write_geopackage(store, out)
        undo.pop_all()
    return copy_photos(named_photos(store.log()), photos, PhotoFolder(beside))


def _rated_grids(desk: RiskDesk | None) -> tuple[gpd.GeoDataFrame | None, str]:
    """Return the grids of today in their colours, or why there are none."""
    if desk is None:
        return None, ""
    try:
        grids = desk.on().tiers["grids"].frame
    except (NoVersionError, InvalidLayerError) as error:
        return None, str(error)
    levels = grids["level"].astype(object).where(grids["level"] != 0, None)
    return grids.assign(level=levels, day=desk.today().isoformat()), ""


def _write_colours(out: Path, grids: gpd.GeoDataFrame, crs: str) -> None:
    """Put the grids of today into an export; where that fails none is left."""
    try:
        write_rated_grids(out, grids, crs)
    except BaseException:
        out.unlink()
        shutil.rmtree(photos_beside(out), ignore_errors=True)
        raise


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
    with (folder / LOG).open("wb") as lines:
        for link, rows in store.log():
            record = asdict(link) | {"content": [_text(row) for row in rows]}
            lines.write(orjson.dumps(record) + b"\n")
    about = {"format": EXPORT_FORMAT, "store_id": store.store_id, "crs": store.crs}
    (folder / ABOUT).write_bytes(orjson.dumps(about))
    with (folder / DELIVERIES).open("wb") as lines:
        for delivery in every_delivery(store):
            lines.write(orjson.dumps(delivery) + b"\n")
    for schema, frame in _polygons(store):
        _write(folder / schema.name, frame, form, schema, WHOLE)
    _write(folder / "versions", _version_frame(store), form, VERSION_ROWS, WHOLE)
    for name, layer in FACTS.items():
        # the log has closed layers and rows; no file of a layer does
        if layer.schema.key_sharing != "closed":
            _write(folder / name, store.records(name), form, layer.schema, WHOLE)
    events = store.events()
    answers = {
        name: [answer.decode(errors="replace") for answer in events[name]]
        for name in ("at_occurrence", "acting")
    }
    _write(folder / "events", events.assign(**answers), form, EVENTS, WHOLE)


def _open_layers(store: Store, now: Instant) -> list[tuple[LayerSchema, pd.DataFrame]]:
    """Return the layers whose key is open, with their rows."""
    layers: list[tuple[LayerSchema, pd.DataFrame]] = [
        *_polygons(store),
        (VERSION_ROWS, _version_frame(store)),
        *((layer.schema, store.facts(n, valid_at=now)) for n, layer in FACTS.items()),
    ]
    return [(schema, frame) for schema, frame in layers if schema.key_sharing == "open"]


def _polygons(store: Store) -> list[tuple[LayerSchema, gpd.GeoDataFrame]]:
    """Return grids, circles and communities of every version, if there is one."""
    layers = [
        (system, version.version, store.version_layers(version.version, system))
        for system in store.systems()
        for version in store.history(system).versions
    ]
    if not layers:
        return []
    grids, *above = (
        (schema, pd.concat(_with_version(layers, schema.name), ignore_index=True))
        for schema in POLYGONS
    )
    frame, schema = unfold_attributes(grids[1], grids[0])
    return [(schema, frame), *above]


def _with_version(
    layers: Iterable[tuple[str, int, VersionLayers]], name: str
) -> list[gpd.GeoDataFrame]:
    """Return one layer of each version, with columns that say which."""
    return [
        getattr(of, name).assign(system=system, version=number)
        for system, number, of in layers
    ]


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


def _write(
    stem: Path,
    rows: pd.DataFrame,
    form: Format,
    schema: LayerSchema,
    classes: Classes,
) -> None:
    """Write what some classes see of one layer, without a geometry as a table."""
    geometric, plain = SUFFIXES[form]
    frame = shared_frame(rows, schema, classes)
    if not isinstance(frame, gpd.GeoDataFrame):
        path = stem.with_name(stem.name + plain)
        if form == "geoparquet":
            frame.to_parquet(path.absolute())  # a colon makes no address
        else:
            frame.to_csv(path, index=False)
        return
    path = stem.with_name(stem.name + geometric)
    if form == "geoparquet":
        frame.to_parquet(path.absolute())  # a colon makes no address
        return
    assert frame.crs is not None  # noqa: S101  layers of a store have one
    with path.open("wb") as stream:
        items = file_features(frame, schema, classes)
        write_collection(stream, items, named_crs(frame.crs))


def _of_version(
    frame: gpd.GeoDataFrame, schema: LayerSchema, version: int, system: str
) -> gpd.GeoDataFrame:
    """Return the rows of a version; further columns stand in `attributes` too."""
    rows = frame[(frame["version"] == version) & (frame["system"] == system)]
    own = {field.name for field in schema.fields} - {f.name for f in OF_VERSION}
    own -= _unfolded(rows, own)
    names = [name for name in rows.columns if name in own or name == "geometry"]
    return rows[names].reset_index(drop=True)


def _unfolded(rows: gpd.GeoDataFrame, own: set[str]) -> set[str]:
    """Return the further columns of a file that later became columns of the layer.

    An export of before has them under their own name; one of today, under another.
    """
    if ATTRIBUTES not in rows:
        return set()
    attributes = [attributes_of(text) for text in rows[ATTRIBUTES].tolist()]
    further = {name for row in attributes for its in row.values() for name in its}
    free = free_names(list(own), sorted(further & own))
    return {name for name, other in free.items() if other not in rows}


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
        # the bytes alone: a copy of what can only be read has to be written
        return Path(shutil.copyfile(path, folder / "store.gpkg"))
    except OSError as error:
        raise StoreError(
            "Export {path!r} cannot be read ({strerror}); name what `pagoda export` "
            "wrote.",
            path=str(path),
            strerror=os_reason(error),
        ) from error
