"""What lies in a GeoPackage and no link of its log names."""

# ruff: noqa: S608  the names of tables are ours

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Final

import orjson

from gis.sentences import sentence
from layers.stores.facts import FACTS
from layers.stores.geopackage.log import is_named
from layers.stores.geopackage.tables import TABLES, guards
from layers.stores.log import LogFault, miscounted, refuse_faults

BATCHED: Final = ("versions", "withdrawals", *FACTS, "events", "actions")
"""Tables whose rows say which link they came with."""
OF_VERSION: Final = ("lineage", "grids", "circles", "communities")

_MISCOUNTED = """
    SELECT sequence, layer, (
        SELECT count(*) FROM {table}
        WHERE batch = log.sequence AND {table}.recorded_at = log.recorded_at
    ) AS there, "rows" FROM log
    WHERE {condition} AND layer = '{table}'
        -- the index alone answers for links that are whole
        AND "rows" <> (SELECT count(*) FROM {table} WHERE batch = log.sequence)
        AND "rows" <> there
    ORDER BY sequence
"""
_OF_NO_VERSION = """
    SELECT count(*), min(version) FROM {table} WHERE NOT EXISTS (
        SELECT 1 FROM versions WHERE versions.system = {table}.system
        AND versions.version = {table}.version AND {named}
    )
"""
_OF_NO_EVENT = """
    SELECT count(*), min(event_row) FROM outbox WHERE NOT EXISTS (
        SELECT 1 FROM events WHERE fid = outbox.event_row AND {named}
    )
"""
_OF_NO_ACTION = """
    SELECT count(*), min(action_row) FROM action_outbox WHERE NOT EXISTS (
        SELECT 1 FROM actions WHERE fid = action_outbox.action_row AND {named}
    )
"""
_NOT_INDEXED = """
    SELECT count(*) FROM {table} AS t LEFT JOIN rtree_{table}_geom AS r ON r.id = t.fid
    WHERE t.geom IS NOT NULL AND NOT coalesce(
        r.minx <= ST_MinX(geom) AND r.maxx >= ST_MaxX(geom)
        AND r.miny <= ST_MinY(geom) AND r.maxy >= ST_MaxY(geom), 0
    )
"""
_INDEXED_ONLY = """
    SELECT count(*) FROM rtree_{table}_geom WHERE id NOT IN (
        SELECT fid FROM {table} WHERE geom IS NOT NULL
    )
"""


def refuse_miscounted(
    connection: sqlite3.Connection, table: str, batches: Iterable[int]
) -> None:
    """Refuse rows that were put into links after these were committed.

    Parameters
    ----------
    connection
        Inside a transaction.
    table
        One of `BATCHED`.
    batches
        Links of rows that were read.

    Raises
    ------
    StoreError
        If one of the links has more or fewer rows than it committed.
    """
    condition = "sequence IN (SELECT value FROM json_each(?))"
    values = (orjson.dumps(sorted(set(batches))).decode(),)
    refuse_faults(_miscounted(connection, table, condition, values))


def strays(connection: sqlite3.Connection) -> Iterator[LogFault]:
    """Yield what `Store.strays` says.

    Parameters
    ----------
    connection
        Inside a transaction, with the measures of `connect`.
    """
    for table in BATCHED:
        query = f"SELECT count(*), min(batch) FROM {table} WHERE NOT {is_named(table)}"
        yield from _found(connection, query, table, "batch")
        yield from _miscounted(connection, table, "true", ())
    for table in OF_VERSION:
        query = _OF_NO_VERSION.format(table=table, named=is_named("versions"))
        yield from _found(connection, query, table, "version")
    query = _OF_NO_EVENT.format(named=is_named("events"))
    yield from _found(connection, query, "outbox", "event row")
    query = _OF_NO_ACTION.format(named=is_named("actions"))
    yield from _found(connection, query, "action_outbox", "action row")
    yield from _index_faults(connection)
    yield from _missing_guards(connection)


def _found(
    connection: sqlite3.Connection, query: str, table: str, word: str
) -> Iterator[LogFault]:
    count, first = connection.execute(query).fetchone()
    if count:
        yield LogFault(
            0,
            sentence(
                "Layer {table!r} has {count} rows that no link of the log names, the "
                "first of {word} {first!r}.",
                table=table,
                count=count,
                word=word,
                first=first,
            ),
        )


def _miscounted(
    connection: sqlite3.Connection,
    table: str,
    condition: str,
    values: tuple[object, ...],
) -> Iterator[LogFault]:
    query = _MISCOUNTED.format(table=table, condition=condition)
    for row in connection.execute(query, values):
        yield miscounted(*row)


def _index_faults(connection: sqlite3.Connection) -> Iterator[LogFault]:
    """Yield spatial indexes that GIS software would ask in vain."""
    for name, table in TABLES.items():
        if table.schema.geometry is None:
            continue
        (outside,) = connection.execute(_NOT_INDEXED.format(table=name)).fetchone()
        (surplus,) = connection.execute(_INDEXED_ONLY.format(table=name)).fetchone()
        if outside or surplus:
            yield LogFault(
                0,
                sentence(
                    "The spatial index of layer {name!r} lacks {outside} of its rows "
                    "and has {surplus} others.",
                    name=name,
                    outside=outside,
                    surplus=surplus,
                ),
            )


def _missing_guards(connection: sqlite3.Connection) -> Iterator[LogFault]:
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')"
    )
    missing = sorted(guards() - {name for (name,) in rows})
    if missing:
        yield LogFault(
            0,
            sentence(
                "{missing} triggers that guard the store, or views of it, are gone, "
                "the first is {missing_2!r}.",
                missing=len(missing),
                missing_2=missing[0],
            ),
        )
