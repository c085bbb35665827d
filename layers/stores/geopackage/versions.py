"""Versions, withdrawals and their layers as rows of a GeoPackage."""

# ruff: noqa: S608  the words are of this module

import json
import sqlite3

import geopandas as gpd

from gis.errors import StoreError
from gis.geometry import round_coordinates
from gis.versions import GridIds, History, Lineage, Version, Withdrawal
from layers.schema.layer import LayerSchema
from layers.stores.geopackage.encoding import (
    instant_texts,
    polygon_blobs,
    read_instants,
    read_polygons,
)
from layers.stores.geopackage.log import is_named
from layers.stores.geopackage.strays import refuse_miscounted
from layers.stores.geopackage.tables import TABLES
from layers.stores.protocol import VersionLayers
from layers.stores.version_digest import layer_column, published_layers
from layers.stores.versions import VERSION_LAYERS

_SELECT_VERSIONS = (
    "SELECT system, version, valid_from, recorded_at, author, reviewer, note, digest, "
    f"base, replaces, untouched, batch FROM versions WHERE {is_named('versions')} AND"
)
_SELECT_LINEAGE = (
    "SELECT version, from_id, to_id, share, from_system FROM lineage WHERE"
)
_SELECT_WITHDRAWALS = (
    "SELECT system, version, recorded_at, reason, reviewer, batch FROM withdrawals "
    f"WHERE {is_named('withdrawals')} AND"
)


def insert_version(
    connection: sqlite3.Connection, layers: VersionLayers, batch: int, srs_id: int
) -> None:
    """Append a version with its lineage, grids, circles and communities."""
    version = layers.version
    valid_from, recorded_at = instant_texts([version.valid_from, version.recorded_at])
    row = (
        *(version.system, version.version, valid_from, recorded_at, version.author),
        *(version.reviewer, version.note, version.digest, version.base),
        *(_numbers_text(version.replaces), _numbers_text(version.untouched), batch),
    )
    connection.execute(
        "INSERT INTO versions VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row
    )
    connection.executemany(
        "INSERT INTO lineage VALUES (NULL, ?, ?, ?, ?, ?, ?)",
        [
            (
                version.system,
                version.version,
                r.from_id,
                r.to_id,
                r.share,
                r.from_system,
            )
            for r in version.lineage
        ],
    )
    frames = (layers.grids, layers.circles, layers.communities)
    for schema, frame in zip(VERSION_LAYERS, frames, strict=True):
        _insert_layer(connection, schema, frame, version, srs_id)


def insert_withdrawal(
    connection: sqlite3.Connection, withdrawal: Withdrawal, batch: int
) -> None:
    """Append a withdrawal."""
    [recorded_at] = instant_texts([withdrawal.recorded_at])
    connection.execute(
        "INSERT INTO withdrawals VALUES (NULL, ?, ?, ?, ?, ?, ?)",
        (
            *(withdrawal.system, withdrawal.version, recorded_at),
            *(withdrawal.reason, withdrawal.reviewer, batch),
        ),
    )


def read_systems(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return the grid systems that have a version, in code order."""
    rows = connection.execute(
        f"SELECT DISTINCT system FROM versions WHERE {is_named('versions')}"
    )
    return tuple(sorted(system for (system,) in rows))


def read_history(connection: sqlite3.Connection, system: str) -> History:
    """Return all versions and withdrawals of a grid system."""
    return History(
        system,
        _versions(connection, "system = ? ORDER BY version", (system,)),
        read_withdrawals(connection, "system = ? ORDER BY fid", system),
    )


def read_version(
    connection: sqlite3.Connection, system: str, version: int, srs_id: int
) -> VersionLayers:
    """Return a version with its layers.

    Raises
    ------
    StoreError
        If there is no such version, or its layers are not those that were published.
    """
    versions = {v.version: v for v in read_history(connection, system).versions}
    if version not in versions:
        raise StoreError(
            "Grid system {system!r} has no version {version!r} but {versions!r}; name "
            "one of them.",
            system=system,
            version=version,
            versions=list(versions),
        )
    grids, circles, communities = (
        read_layer(connection, schema, versions[version], srs_id)
        for schema in VERSION_LAYERS
    )
    return published_layers(
        VersionLayers(versions[version], grids, circles, communities)
    )


def read_layer(
    connection: sqlite3.Connection, schema: LayerSchema, version: Version, srs_id: int
) -> gpd.GeoDataFrame:
    """Return a layer of a version, rows in code order of their ids."""
    rows = connection.execute(
        TABLES[schema.name].select("WHERE system = ? AND version = ? ORDER BY fid"),
        (version.system, version.version),
    ).fetchall()
    blobs, _, _, *columns = (
        zip(*rows, strict=True) if rows else [()] * (len(schema.fields) + 3)
    )
    values = {
        field.name: layer_column(column, field)
        for field, column in zip(schema.fields, columns, strict=True)
    }
    polygons = read_polygons(blobs)
    return gpd.GeoDataFrame(values, geometry=polygons, crs=f"EPSG:{srs_id}")


def published(
    connection: sqlite3.Connection, batch: int, srs_id: int
) -> list[VersionLayers]:
    """Return the versions of a link of the log.

    Raises
    ------
    StoreError
        If a digest is not that of the layers, or the header of a polygon was changed.
    """
    rows = connection.execute(
        "SELECT system, version FROM versions WHERE "
        f"{is_named('versions')} AND batch = ? ORDER BY fid",
        (batch,),
    ).fetchall()
    versions = [
        read_version(connection, system, version, srs_id) for system, version in rows
    ]
    for layers in versions:
        _refuse_changed(connection, layers, srs_id)
    return versions


def read_withdrawals(
    connection: sqlite3.Connection, condition: str, value: str | int
) -> tuple[Withdrawal, ...]:
    """Return the withdrawals for which a condition holds."""
    rows = connection.execute(f"{_SELECT_WITHDRAWALS} {condition}", (value,)).fetchall()
    refuse_miscounted(connection, "withdrawals", [row[-1] for row in rows])
    times = read_instants([row[2] for row in rows])
    return tuple(
        Withdrawal(system, version, at, reason, reviewer)
        for (system, version, _, reason, reviewer, _), at in zip(
            rows, times, strict=True
        )
    )


def read_grid_ids(connection: sqlite3.Connection, history: History) -> GridIds:
    """Return the grid ids of each standing version."""
    ids: dict[int, set[str]] = {v.version: set() for v in history.standing()}
    for version, grid_id in connection.execute(
        "SELECT version, grid_id FROM grids WHERE system = ?", (history.system,)
    ):
        if version in ids:
            ids[version].add(grid_id)
    return {version: frozenset(grid_ids) for version, grid_ids in ids.items()}


def _insert_layer(
    connection: sqlite3.Connection,
    schema: LayerSchema,
    frame: gpd.GeoDataFrame,
    version: Version,
    srs_id: int,
) -> None:
    names = [field.name for field in schema.fields]
    values = frame[names].astype(object).where(frame[names].notna(), None)
    blobs = polygon_blobs(frame.geometry.to_numpy(), srs_id)
    connection.executemany(
        TABLES[schema.name].insert,
        [
            (blob, version.system, version.version, *row)
            for blob, row in zip(blobs, values.to_numpy().tolist(), strict=True)
        ],
    )


def _refuse_changed(
    connection: sqlite3.Connection, layers: VersionLayers, srs_id: int
) -> None:
    """Refuse what reading passes over and the row of the log does not hold."""
    frames = (layers.grids, layers.circles, layers.communities)
    is_same = True
    for schema, frame in zip(VERSION_LAYERS, frames, strict=True):
        rows = connection.execute(
            f"SELECT geom FROM {schema.name} "
            "WHERE system = ? AND version = ? ORDER BY fid",
            (layers.version.system, layers.version.version),
        ).fetchall()
        # a digest does not see what is smaller than a stored decimal
        blobs = polygon_blobs(round_coordinates(frame.geometry.to_numpy()), srs_id)
        is_same = is_same and [blob for (blob,) in rows] == blobs
    if not is_same:
        raise StoreError("A version is not as it was stored; take the last export.")


def _versions(
    connection: sqlite3.Connection, condition: str, values: tuple[str | int, ...]
) -> tuple[Version, ...]:
    """Return the versions for which a condition holds, with their lineage."""
    rows = connection.execute(f"{_SELECT_VERSIONS} {condition}", values).fetchall()
    refuse_miscounted(connection, "versions", [row[-1] for row in rows])
    lineage: dict[int, list[Lineage]] = {}
    for version, *fields in connection.execute(
        f"{_SELECT_LINEAGE} {condition.partition(' ORDER')[0]} ORDER BY fid", values
    ):
        lineage.setdefault(version, []).append(Lineage(*fields))
    starts = read_instants([row[2] for row in rows])
    records = read_instants([row[3] for row in rows])
    return tuple(
        Version(
            system=row[0],
            version=row[1],
            valid_from=valid_from,
            recorded_at=recorded_at,
            author=row[4],
            reviewer=row[5],
            note=row[6],
            digest=row[7],
            base=row[8],
            replaces=_numbers(row[9]),
            untouched=_numbers(row[10]),
            lineage=tuple(lineage.get(row[1], ())),
        )
        for row, valid_from, recorded_at in zip(rows, starts, records, strict=True)
    )


def _numbers_text(numbers: tuple[int, ...]) -> str:
    return json.dumps(numbers, separators=(",", ":"))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(json.loads(text))
