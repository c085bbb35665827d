"""Versions and withdrawals <-> tables."""

from collections.abc import Sequence

from psycopg import sql
from psycopg.rows import TupleRow

from gis.errors import StoreError
from gis.versions import GridIds, History, Lineage, Version, Withdrawal
from layers.stores.postgis.connections import Connection, wire_instant
from layers.stores.postgis.log import is_named
from layers.stores.postgis.strays import refuse_miscounted
from layers.stores.postgis.tables import (
    LINEAGE,
    VERSIONS,
    WITHDRAWALS,
    add_rows,
    polygon_rows,
    polygon_table,
    read_polygons,
)
from layers.stores.protocol import VersionLayers
from layers.stores.version_digest import published_layers
from layers.stores.versions import VERSION_LAYERS

_VERSIONS = """
    SELECT system, version, valid_from, recorded_at, author, reviewer, note, digest,
        base, replaces, untouched, batch
    FROM versions AS t WHERE {named} AND {column} = %s ORDER BY version
"""
_LINEAGE = """
    SELECT version, from_id, to_id, share, from_system
    FROM lineage WHERE system = %s ORDER BY version, ordinal
"""
_WITHDRAWALS = """
    SELECT system, version, recorded_at, reason, reviewer, batch
    FROM withdrawals AS t WHERE {named} AND {column} = %s ORDER BY batch
"""
_GRID_IDS = """
    SELECT version, array_agg(grid_id) FROM grids
    WHERE system = %s AND version = ANY(%s) GROUP BY version
"""


def systems(connection: Connection) -> tuple[str, ...]:
    """Return the grid systems that have a version, in code order."""
    statement = sql.SQL("SELECT DISTINCT system FROM versions AS t WHERE {} ORDER BY 1")
    rows = connection.execute(statement.format(is_named("versions", "t")))
    return tuple(str(row[0]) for row in rows)


def read_history(connection: Connection, system: str) -> History:
    """Return all versions and withdrawals of a grid system."""
    lineage: dict[int, list[Lineage]] = {}
    for version, *row in _rows(connection, _LINEAGE, [system]):
        lineage.setdefault(version, []).append(Lineage(*row))
    versions = [
        _version(row, lineage.get(row[1], ()))
        for row in _named_rows(connection, "versions", "system", system)
    ]
    withdrawals = _named_rows(connection, "withdrawals", "system", system)
    return History(system, tuple(versions), tuple(Withdrawal(*w) for w in withdrawals))


def standing_grid_ids(connection: Connection, history: History) -> GridIds:
    """Return the grid ids of each version that is not withdrawn."""
    standing = [version.version for version in history.standing()]
    rows = _rows(connection, _GRID_IDS, [history.system, standing])
    return {version: frozenset(ids) for version, ids in rows}


def add_version(connection: Connection, layers: VersionLayers, batch: int) -> None:
    """Add a version with its layers."""
    version = layers.version
    key = version.system, version.version
    row = (
        *key,
        wire_instant(version.valid_from),
        wire_instant(version.recorded_at),
        version.author,
        version.reviewer,
        version.note,
        version.digest,
        version.base,
        list(version.replaces),
        list(version.untouched),
        batch,
    )
    add_rows(connection, VERSIONS, [row])
    lineage = [
        (*key, ordinal, step.from_id, step.to_id, step.share, step.from_system)
        for ordinal, step in enumerate(version.lineage)
    ]
    add_rows(connection, LINEAGE, lineage)
    frames = layers.grids, layers.circles, layers.communities
    for schema, frame in zip(VERSION_LAYERS, frames, strict=True):
        rows = polygon_rows(frame, schema, *key)
        add_rows(connection, polygon_table(schema), rows)


def read_version(
    connection: Connection, history: History, number: int, crs: str
) -> VersionLayers:
    """Return a version with its layers.

    Raises
    ------
    StoreError
        If there is no such version, or its layers are not those that were published.
    """
    by_number = {version.version: version for version in history.versions}
    if number not in by_number:
        raise StoreError(
            "Grid system {system!r} has no version {number!r} but {by_number!r}; name "
            "one of them.",
            system=history.system,
            number=number,
            by_number=list(by_number),
        )
    frames = [
        read_polygons(connection, schema, by_number[number], crs)
        for schema in VERSION_LAYERS
    ]
    return published_layers(VersionLayers(by_number[number], *frames))


def versions_of_batch(
    connection: Connection, batch: int, crs: str
) -> list[VersionLayers]:
    """Return the versions of a link with their layers, in order."""
    return [
        read_version(connection, read_history(connection, system), number, crs)
        for system, number, *_ in _named_rows(connection, "versions", "batch", batch)
    ]


def add_withdrawal(connection: Connection, withdrawal: Withdrawal, batch: int) -> None:
    """Add the record that a version shall not come into force."""
    at = wire_instant(withdrawal.recorded_at)
    row = (
        withdrawal.system,
        withdrawal.version,
        at,
        withdrawal.reason,
        withdrawal.reviewer,
        batch,
    )
    add_rows(connection, WITHDRAWALS, [row])


def withdrawals_of_batch(connection: Connection, batch: int) -> list[Withdrawal]:
    """Return the withdrawals of a link."""
    rows = _named_rows(connection, "withdrawals", "batch", batch)
    return [Withdrawal(*row) for row in rows]


def _version(row: TupleRow, lineage: Sequence[Lineage]) -> Version:
    """Return a version from a row of `_VERSIONS`, where lists are tuples."""
    fields = [*row[:9], *map(tuple, row[9:]), tuple(lineage)]
    return Version(*fields)


def _named_rows(
    connection: Connection, table: str, column: str, value: str | int
) -> list[TupleRow]:
    """Return the rows of a table that links name and that have a value in a column.

    Raises
    ------
    StoreError
        If the link of one has more or fewer rows than it committed.
    """
    query = _VERSIONS if table == "versions" else _WITHDRAWALS
    statement = sql.SQL(query).format(
        named=is_named(table, "t"), column=sql.Identifier(column)
    )
    rows = connection.execute(statement, [value], binary=True).fetchall()
    refuse_miscounted(connection, table, [row[-1] for row in rows])
    return [row[:-1] for row in rows]


def _rows(
    connection: Connection, statement: str, parameters: Sequence[object]
) -> list[TupleRow]:
    return connection.execute(statement, parameters, binary=True).fetchall()
