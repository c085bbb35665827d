"""What lies in PostgreSQL and no link of the log names."""

# ruff: noqa: S608  the words are of this module

from collections.abc import Iterable, Iterator
from typing import Final, LiteralString

from psycopg import sql

from gis.sentences import sentence
from layers.stores.facts import FACTS
from layers.stores.log import LogFault, miscounted, refuse_faults
from layers.stores.postgis.connections import Connection
from layers.stores.postgis.log import is_named

BATCHED: Final = ("versions", "withdrawals", *FACTS, "events", "actions")
"""Tables whose rows say which link they came with."""
OF_VERSION: Final = ("lineage", "grids", "circles", "communities")
GUARDED: Final = (
    *("store", "links", *BATCHED, *OF_VERSION),
    *("event_keys", "outbox", "action_outbox"),
)
"""Tables that are only ever added to."""

_UNNAMED = "SELECT count(*), min(batch) FROM {table} AS t WHERE NOT {named}"
_MISCOUNTED_OF = """
    SELECT sequence, layer, there, rows FROM links CROSS JOIN LATERAL (
        SELECT count(*) AS there FROM {table} AS t
        WHERE t.batch = sequence AND t.recorded_at = links.recorded_at
    ) AS counted
    WHERE layer = {layer} AND sequence = ANY(%s) AND rows <> there ORDER BY sequence
"""
_MISCOUNTED = """
    SELECT sequence, layer, coalesce(there, 0), rows FROM links LEFT JOIN (
        SELECT batch, recorded_at, count(*) AS there FROM {table} AS t
        GROUP BY batch, recorded_at
    ) AS counted ON counted.batch = sequence
        AND counted.recorded_at = links.recorded_at
    WHERE layer = {layer} AND rows <> coalesce(there, 0) ORDER BY sequence
"""
_OF_NO_VERSION = """
    SELECT count(*), min(version) FROM {table} AS c WHERE NOT EXISTS (
        SELECT 1 FROM versions AS t WHERE t.system = c.system
        AND t.version = c.version AND {named}
    )
"""
_KEYS = "source, source_id, event_id, log_row, batch, recorded_at"
_KEY_WITHOUT_EVENT = f"""
    SELECT count(*), min(log_row) FROM (
        SELECT {_KEYS} FROM event_keys EXCEPT SELECT {_KEYS} FROM events
    ) AS surplus
"""
_EVENT_WITHOUT_KEY = f"""
    SELECT count(*), min(log_row) FROM (
        SELECT {_KEYS} FROM events EXCEPT SELECT {_KEYS} FROM event_keys
    ) AS surplus
"""
_OF_NO_EVENT = """
    SELECT count(*), min(log_row) FROM outbox AS o WHERE NOT EXISTS (
        SELECT 1 FROM events AS t WHERE t.log_row = o.log_row AND {named}
    )
"""
_OF_NO_ACTION = """
    SELECT count(*), min(action_row) FROM action_outbox AS o WHERE NOT EXISTS (
        SELECT 1 FROM actions AS t WHERE t.action_row = o.action_row AND {named}
    )
"""
_UNGUARDED = """
    SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace
        AND relkind IN ('r', 'p') AND (relispartition OR relname = ANY(%s))
        AND NOT EXISTS (
            SELECT 1 FROM pg_trigger WHERE tgrelid = pg_class.oid
            AND tgname = 'only_added' AND tgenabled IN ('O', 'A')
        )
    ORDER BY relname
"""


def refuse_miscounted(
    connection: Connection, table: str, batches: Iterable[int] | None = None
) -> None:
    """Refuse rows that were put into links after these were committed.

    Parameters
    ----------
    connection
        To the store.
    table
        One of `BATCHED`.
    batches
        Links of rows that were read; None looks at all of the layer.

    Raises
    ------
    StoreError
        If one of the links has more or fewer rows than it committed.
    """
    refuse_faults(_miscounted(connection, table, batches))


def strays(connection: Connection) -> Iterator[LogFault]:
    """Yield what `Store.strays` says.

    Parameters
    ----------
    connection
        To the store.
    """
    for table in BATCHED:
        yield from _found(connection, _UNNAMED, table, table, "batch")
        yield from _miscounted(connection, table)
    for table in OF_VERSION:
        yield from _found(connection, _OF_NO_VERSION, table, "versions", "version")
    for query, table in (
        (_KEY_WITHOUT_EVENT, "event_keys"),
        (_EVENT_WITHOUT_KEY, "events"),
        (_OF_NO_EVENT, "outbox"),
    ):
        yield from _found(connection, query, table, "events", "event row")
    yield from _found(
        connection, _OF_NO_ACTION, "action_outbox", "actions", "action row"
    )
    yield from _missing_guards(connection)


def _found(
    connection: Connection, query: LiteralString, table: str, layer: str, word: str
) -> Iterator[LogFault]:
    statement = sql.SQL(query).format(
        table=sql.Identifier(table), named=is_named(layer, "t")
    )
    [(count, first)] = connection.execute(statement)
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
    connection: Connection, table: str, batches: Iterable[int] | None = None
) -> Iterator[LogFault]:
    query = _MISCOUNTED if batches is None else _MISCOUNTED_OF
    statement = sql.SQL(query).format(
        table=sql.Identifier(table), layer=sql.Literal(table)
    )
    parameters = [] if batches is None else [sorted(set(batches))]
    for row in connection.execute(statement, parameters):
        yield miscounted(*row)


def _missing_guards(connection: Connection) -> Iterator[LogFault]:
    rows = connection.execute(_UNGUARDED, [list(GUARDED)])
    names = [name for (name,) in rows]
    if names:
        yield LogFault(
            0,
            sentence(
                "{names} tables have no guard against changes, the first is "
                "{names_2!r}.",
                names=len(names),
                names_2=names[0],
            ),
        )
