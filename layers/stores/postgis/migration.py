"""Numbered migrations: tables are brought to today's form in one transaction."""

import re
from importlib.resources import files
from typing import NamedTuple

from gis.errors import StoreError
from gis.sentences import sentence
from layers.stores.forms import FOREIGN_KINDS, FormChange, check_form, refuse_later
from layers.stores.postgis.connections import Connection

STORE_LOCK = 0x7061676F
"""First number of the advisory lock of writers; the second is of the schema."""
TAKE_LOCK = f"SELECT pg_advisory_xact_lock({STORE_LOCK}, hashtext(current_schema()))"

MIGRATIONS = "migrations"


class Identity(NamedTuple):
    """Who a store is."""

    store_id: str
    srid: int


class Migration(NamedTuple):
    """A step from one form of the tables to the next."""

    number: int
    name: str
    sql: str


def migrations() -> list[Migration]:
    """Return all migrations in their order, numbered from 1.

    Examples
    --------
    >>> [step.number for step in migrations()][:3]
    [1, 2, 3]
    """
    steps = [
        Migration(int(path.name[:3]), path.name, path.read_text(encoding="utf-8"))
        for path in files("layers.stores.postgis").joinpath(MIGRATIONS).iterdir()
        if path.name.endswith(".sql")
    ]
    return sorted(steps)


def make_tables(connection: Connection, new: Identity) -> None:
    """Make the tables of a store in the first schema of the search path.

    Raises
    ------
    StoreError
        If there is a store already, or the database is not fit for one.
    """
    _refuse_unfit(connection)
    with connection.transaction():
        connection.execute(TAKE_LOCK)
        if _applied(connection):
            raise StoreError(
                "The database keeps store {store_id!r} already; open it, or name "
                "another database or schema.",
                store_id=_identity(connection).store_id,
            )
        _apply(connection, 0, new.srid)
        connection.execute("INSERT INTO store (store_id, srid) VALUES (%s, %s)", new)


def drop_tables(connection: Connection, store_id: str) -> None:
    """Drop all that the migrations made.

    Raises
    ------
    StoreError
        If there is another store or none.
    """
    resource = files("layers.stores.postgis") / "sql" / "remove.sql"
    with connection.transaction():
        connection.execute(TAKE_LOCK)
        database_id = _identity(connection).store_id if _applied(connection) else None
        if database_id != store_id:
            raise StoreError(
                "The database keeps store {database_id!r} where {store_id!r} was to "
                "be removed; nothing was removed.",
                database_id=database_id,
                store_id=store_id,
            )
        connection.execute(resource.read_bytes())


def identify(connection: Connection) -> Identity:
    """Return who the store of a database is.

    Raises
    ------
    StoreError
        If there is no store, its tables are of another release or have triggers, rules
        or views of others, or the database is not fit for one.
    """
    number = _form_of(connection)
    check_form(connection.info.dbname, number, len(migrations()))
    _refuse_foreign(connection)
    return _identity(connection)


def migrate_tables(connection: Connection, *, is_trial: bool) -> FormChange:
    """Bring the tables of a store to the form of this release, or leave them.

    Parameters
    ----------
    connection
        Of who owns the tables.
    is_trial
        Whether all is taken back in the end.

    Raises
    ------
    StoreError
        As `identify`, but for tables of an earlier release; if a step fails.
    """
    number, newest = _form_of(connection), len(migrations())
    refuse_later(connection.info.dbname, number, newest)
    _refuse_foreign(connection)
    if number < newest:
        with connection.transaction(force_rollback=is_trial):
            connection.execute(TAKE_LOCK)
            _apply(connection, _applied(connection), _identity(connection).srid)
    steps = tuple(step.name for step in migrations()[number:])
    return FormChange(number, newest, steps)


def srid_of(crs: str) -> int:
    """Return the number of a CRS.

    Raises
    ------
    StoreError
        If it is not given as EPSG code.

    Examples
    --------
    >>> srid_of("EPSG:4490")
    4490
    """
    match = re.fullmatch(r"EPSG:(\d{4,6})", crs)
    if match is None:
        raise StoreError(
            "CRS {crs!r} has no number for PostGIS; give an EPSG code such as "
            "'EPSG:4490'.",
            crs=crs,
        )
    return int(match[1])


def _form_of(connection: Connection) -> int:
    """Return the number of the form of a store that is there."""
    _refuse_unfit(connection)
    number = _applied(connection)
    if number == 0:
        raise StoreError(
            "The database keeps no store in the first schema of its search path; make "
            "one by 'pagoda init'."
        )
    return number


def _refuse_unfit(connection: Connection) -> None:
    """Refuse a database that could lose or mix up what is acknowledged."""
    settings = {"server_encoding": "UTF8", "fsync": "on"}
    for name, value in settings.items():
        [row] = connection.execute("SELECT current_setting(%s)", [name])
        if row[0] != value:
            raise StoreError(
                "The database runs with {name} = {row_number!r}; a store needs "
                "{value!r}, change it.",
                name=name,
                row_number=row[0],
                value=value,
            )


# what would act or answer in place of the tables; views of extensions are passed over
_FOREIGN = """
    SELECT 'view', relname FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('v', 'm', 'f')
        AND NOT EXISTS (
            SELECT 1 FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e'
        )
    UNION ALL
    SELECT 'trigger', tgname FROM pg_trigger
    JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal
        AND (tgname, proname, pronamespace) IS DISTINCT FROM
            ('only_added', 'refuse_change', relnamespace)
    UNION ALL
    SELECT 'rule', rulename FROM pg_rewrite
    JOIN pg_class ON pg_class.oid = ev_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
"""


def _refuse_foreign(connection: Connection) -> None:
    """Refuse triggers, rules and views that no migration made."""
    names = [
        sentence("{what} {name!r}", what=FOREIGN_KINDS[kind], name=name)
        for kind, name in connection.execute(_FOREIGN)
    ]
    if names:
        raise StoreError(
            "The schema of the store has {names} views, triggers or rules that are "
            "not its own, the first is {names_2}; drop them, or move them to a schema "
            "of their own.",
            names=len(names),
            names_2=names[0],
        )


def _applied(connection: Connection) -> int:
    """Return the number of the last migration applied, 0 without one."""
    name = "format('%I.schema_version', current_schema())"
    row = connection.execute(f"SELECT to_regclass({name}) IS NOT NULL").fetchone()
    if row is None or not row[0]:
        return 0
    last = connection.execute("SELECT max(number) FROM schema_version").fetchone()
    return int(str(last[0])) if last and last[0] is not None else 0


def _apply(connection: Connection, number: int, srid: int) -> None:
    """Apply the migrations after a number."""
    connection.execute("CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS schema_version (number integer PRIMARY KEY, "
        "name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
    )
    for step in migrations()[number:]:
        connection.execute(step.sql.replace(":srid", str(srid)).encode())
        connection.execute(
            "INSERT INTO schema_version (number, name) VALUES (%s, %s)", step[:2]
        )


def _identity(connection: Connection) -> Identity:
    [row] = connection.execute("SELECT store_id, srid FROM store")
    return Identity(*row)
