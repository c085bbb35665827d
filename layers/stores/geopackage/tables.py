"""The tables of the GeoPackage: those of the standard, and ours from the schemas."""

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import pyproj

from gis.errors import StoreError
from gis.os_reasons import os_reason
from gis.sentences import sentence
from layers.schema.layer import Field, LayerSchema
from layers.stores.facts import FACTS
from layers.stores.forms import FOREIGN_KINDS, FormChange, refuse_later
from layers.stores.geopackage.connections import (
    PAGE_BYTES,
    StoreFile,
    connect,
    refusals,
)
from layers.stores.geopackage.migration import (
    FIRST,
    apply_missing,
    migrations,
    missing_steps,
    newest,
)
from layers.stores.versions import VERSION_LAYERS

APPLICATION_ID = int.from_bytes(b"GPKG", "big")
GEOPACKAGE_VERSION = 10300
TYPES = {
    "text": "TEXT",
    "integer": "INTEGER",
    "number": "DOUBLE",
    "flag": "BOOLEAN",
    "instant": "DATETIME",
}
_GUARDS = ("CREATE TRIGGER", "CREATE VIEW")
SIDE_FILES = ("", "-journal", "-wal", "-shm", ".lock")
GEOMETRY_TYPES = {"polygon": "MULTIPOLYGON", "point": "POINT"}
_VERSION_FIELDS = (
    Field("system", "text", True, "open", "Grid system."),
    Field("version", "integer", True, "open", "Version it belongs to."),
)
_EVENTS = LayerSchema("events", "event_id", "point", ())
_PLAIN = {
    "pagoda_store": "What this store is.",
    "log": "The chained log: one row for each commit batch.",
    "versions": "Versions of the grid systems.",
    "lineage": "Where the ground of earlier grids went.",
    "withdrawals": "Versions that shall not come into force.",
    "outbox": "Which events each destination is to be told.",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table made from a schema; the primary key is `fid`, in order of insertion."""

    schema: LayerSchema
    fields: tuple[Field, ...]
    index: str

    @property
    def columns(self) -> tuple[str, ...]:
        """Its columns in the order of inserting: the geometry first, without `fid`."""
        names = tuple(field.name for field in self.fields)
        return names if self.schema.geometry is None else ("geom", *names)

    @property
    def insert(self) -> str:
        """The statement that appends a row."""
        marks = ",".join("?" * len(self.columns))
        return f"INSERT INTO {self.schema.name} ({','.join(self.columns)}) VALUES ({marks})"  # noqa: S608, E501  names of schemas

    def select(self, condition: str) -> str:
        """Return the statement that reads its columns where a condition holds."""
        return f"SELECT {','.join(self.columns)} FROM {self.schema.name} {condition}"  # noqa: S608  names of schemas

    def statements(self) -> Iterator[str]:
        """Yield the statements that make it."""
        columns = [
            f"{field.name} {TYPES[field.kind]}{' NOT NULL' if field.required else ''}"
            for field in self.fields
            if not field.is_later
        ]
        name = self.schema.name
        if self.schema.geometry is not None:
            columns.insert(0, f"geom {GEOMETRY_TYPES[self.schema.geometry]}")
        columns.insert(0, "fid INTEGER NOT NULL PRIMARY KEY")
        yield f"CREATE TABLE {name} ({', '.join(columns)})"
        yield f"CREATE INDEX {name}_order ON {name} ({self.index})"
        if self.schema.geometry is not None:
            rtree = statements("rtree.sql")
            yield from (text.format(table=name) for text in rtree)


TABLES = {
    schema.name: Table(schema, (*_VERSION_FIELDS, *schema.fields), "system, version")
    for schema in VERSION_LAYERS
} | {name: Table(layer.schema, layer.fields, "batch") for name, layer in FACTS.items()}
"""The tables made from schemas, by layer."""
FIRST_TABLES = [
    table
    for name, table in TABLES.items()
    if name not in FACTS or not FACTS[name].is_later
]
"""Those of the first form; migrations make the others."""


@cache
def guards() -> frozenset[str]:
    """Return the names of a store's triggers and views.

    They are those of the standard, its walls, and what is in force now.

    Examples
    --------
    >>> "only_added_action_outbox_delete" in guards(), "grids_now" in guards()
    (True, True)
    """
    return frozenset(text.split()[2] for text in _guard_texts())


@cache
def _guard_texts() -> frozenset[str]:
    """Return every trigger and view that a form of the store has or had."""
    texts = [text for table in FIRST_TABLES for text in table.statements()]
    texts += [text for step in migrations() for text in step.statements]
    return frozenset(_plain(text) for text in texts if text.startswith(_GUARDS))


def statements(name: str) -> list[str]:
    """Return the statements of a resource; blank lines part them."""
    resource = files("layers.stores.geopackage") / "sql" / name
    return resource.read_text(encoding="utf-8").split("\n\n")


def create_geopackage(
    path: Path, *, crs: str = "EPSG:4490", store_id: str | None = None
) -> None:
    """Make a file with an empty store.

    Parameters
    ----------
    path
        Where nothing is yet; its folder exists.
    crs
        Geographic CRS of every geometry, with a code of EPSG.
    store_id
        Given only to restore a store under its own id.

    Raises
    ------
    StoreError
        If there is a file, the folder cannot be written, or the CRS has no code.
    """
    srs_id = srs_id_of(crs)
    if os.path.exists(f"{path}-wal"):
        raise StoreError(
            "The log of a former file lies beside {path!r}; put that file back, or "
            "choose another name.",
            path=str(path),
        )
    try:
        path.touch(exist_ok=False)
    except FileExistsError:
        raise StoreError(
            "{path!r} is there already; open it, or choose another name.",
            path=str(path),
        ) from None
    except OSError as error:
        raise StoreError(
            "Store {path!r} cannot be made ({strerror}); choose a folder that can be "
            "written.",
            path=str(path),
            strerror=os_reason(error),
        ) from error
    try:
        with refusals(path), closing(connect(path.resolve())) as connection:
            _fill(connection, crs, srs_id, store_id or str(uuid.uuid4()))
    except BaseException:
        path.unlink()
        raise


def _plain(text: str) -> str:
    """Return a statement as SQLite keeps it."""
    return text.strip().removesuffix(";")


def _refuse_foreign(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse triggers and views that would act or answer in place of the store."""
    rows = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')"
    )
    foreign = [
        sentence("{what} {name!r}", what=FOREIGN_KINDS[kind], name=name)
        for kind, name, text in rows
        if _plain(text) not in _guard_texts()
    ]
    if foreign:
        raise StoreError(
            "Store {path!r} has {foreign} triggers or views that are not its own, the "
            "first is {foreign_2}; drop them, or restore the last export from before.",
            path=str(path),
            foreign=len(foreign),
            foreign_2=foreign[0],
        )


def remove_geopackage(path: Path, store_id: str) -> None:
    """Remove the file of a store, and what SQLite keeps beside it.

    Parameters
    ----------
    path
        The file; nobody has it open.
    store_id
        Id of the store.

    Raises
    ------
    StoreError
        If the file is of another store or none.
    """
    with refusals(path), closing(connect(path.resolve())) as connection:
        file_id = identify(connection, path).store_id
    if file_id != store_id:
        raise StoreError(
            "Store {path!r} is {file_id!r} where {store_id!r} was to be removed; "
            "nothing was removed.",
            path=str(path),
            file_id=file_id,
            store_id=store_id,
        )
    for suffix in SIDE_FILES:
        path.with_name(path.name + suffix).unlink(missing_ok=True)


class _TakenBack(Exception):  # noqa: N818  no error
    """Ends a trial: what was written is rolled back."""


def migrate_geopackage(path: Path, *, is_trial: bool) -> FormChange:
    """Bring the file of a store to the form of this release, wholly or not at all.

    Parameters
    ----------
    path
        The file; nobody serves it.
    is_trial
        Whether all is taken back in the end.

    Raises
    ------
    StoreError
        If the file is no store, is of a later release, is served, cannot be written,
        or a step fails.
    """
    with closing(StoreFile(path, is_service=True)) as file:
        with file.reading() as connection:
            number = identify(connection, path).form
        steps = missing_steps(number)
        if steps:
            with suppress(_TakenBack), file.writing() as connection:
                apply_missing(connection)
                if is_trial:
                    raise _TakenBack
    return FormChange(number, newest(), tuple(step.name for step in steps))


class Imprint(NamedTuple):
    """What a file says it is: id of the store, its CRS, number of its form."""

    store_id: str
    crs: str
    form: int


def identify(connection: sqlite3.Connection, path: Path) -> Imprint:
    """Return what a file says it is.

    Raises
    ------
    StoreError
        If it is another file, of a later Pagoda, or has triggers or views of others.
    """
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    ours = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE name = 'pagoda_store'"
    ).fetchone()
    if application != APPLICATION_ID or ours is None:
        raise StoreError(
            "File {path!r} is no store of Pagoda; give one that `pagoda init` made, "
            "or load the file into one.",
            path=str(path),
        )
    imprints = connection.execute(
        "SELECT store_id, crs, schema_version FROM pagoda_store"
    ).fetchall()
    if len(imprints) != 1:
        raise StoreError(
            "Store {path!r} says {imprints} times who it is where once was expected; "
            "restore the last export from before.",
            path=str(path),
            imprints=len(imprints),
        )
    imprint = Imprint(*imprints[0])
    refuse_later(str(path), imprint.form, newest())
    _refuse_foreign(connection, path)
    return imprint


def srs_id_of(crs: str) -> int:
    """Return the EPSG code of a geographic CRS.

    Examples
    --------
    >>> srs_id_of("EPSG:4490")
    4490
    """
    try:
        system = pyproj.CRS(crs)
        authority = system.to_authority(min_confidence=100)
    except pyproj.exceptions.CRSError:
        authority = None
    if authority is None or authority[0] != "EPSG" or not system.is_geographic:
        raise StoreError(
            "CRS {crs!r} is no geographic CRS of EPSG; use one such as 'EPSG:4490'.",
            crs=crs,
        )
    return int(authority[1])


def _fill(connection: sqlite3.Connection, crs: str, srs_id: int, store_id: str) -> None:
    """Write all tables in one transaction."""
    connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {GEOPACKAGE_VERSION}")
    for statement in statements("tables.sql"):
        connection.execute(statement)
    for table in FIRST_TABLES:
        for statement in table.statements():
            connection.execute(statement)
    _register(connection, srs_id)
    connection.execute(
        "INSERT INTO pagoda_store VALUES (1, ?, ?, ?)", (store_id, crs, FIRST)
    )
    apply_missing(connection)
    connection.execute("COMMIT")


def _register(connection: sqlite3.Connection, srs_id: int) -> None:
    """List the CRS, the layers and the tables as the standard asks."""
    systems = [("Undefined Cartesian", -1), ("Undefined geographic", 0)]
    rows: list[tuple[str, int, str, int, str]] = [
        (name, number, "NONE", number, "undefined") for name, number in systems
    ]
    for code in sorted({4326, srs_id}):
        crs = pyproj.CRS(code)
        rows.append((crs.name, code, "EPSG", code, crs.to_wkt("WKT1_GDAL")))
    connection.executemany(
        "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, NULL)", rows
    )
    for name, description in _PLAIN.items():
        _list(connection, name, "attributes", description, None)
    for schema in (*(table.schema for table in FIRST_TABLES), _EVENTS):
        kind = "attributes" if schema.geometry is None else "features"
        text = sentence("Layer {name} of Pagoda.", name=schema.name)
        _list(connection, schema.name, kind, text, schema.geometry and srs_id)
        if schema.geometry is not None:
            connection.execute(
                "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)",
                (schema.name, GEOMETRY_TYPES[schema.geometry], srs_id),
            )


def _list(
    connection: sqlite3.Connection,
    name: str,
    kind: str,
    description: str,
    srs_id: int | None,
) -> None:
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, "
        "srs_id) VALUES (?, ?, ?, ?, ?)",
        (name, kind, name, description, srs_id),
    )
