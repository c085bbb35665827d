"""The roles of a database: what each may do, and what none of them can.

The contract suite of the stores runs as the role of a service, so that what a service
does it may do is shown there.
"""

from contextlib import closing

import psycopg
import pytest

from api.service.stores.backup import backup_store
from gis.errors import StoreError
from layers.stores import open_store
from layers.stores.postgis import create_postgis
from support.harness.postgres import DEPLOYED, binaries
from support.harness.postgres_rooms import execute, rows_of
from support.makers.attacked_stores import fill
from support.makers.contract_rows import sources
from support.makers.store_history import Clock, day, new_event

PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER")
FIXED = {"store", "schema_version", "reach"}
MATRIX = """
    SELECT relname, privilege, EXISTS (
        SELECT 1 FROM pg_trigger WHERE tgrelid = pg_class.oid AND tgname = 'only_added'
    )
    FROM pg_class CROSS JOIN unnest(%s::text[]) AS privilege
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
        AND has_table_privilege(pg_class.oid, privilege)
"""
DENIED = (
    "DROP TABLE deliveries",
    "ALTER TABLE events ADD COLUMN mine text",
    "ALTER TABLE events DISABLE TRIGGER only_added",
    "DROP TRIGGER only_added ON links",
    "ALTER TABLE events OWNER TO current_user",
    "UPDATE events SET severity = 5",
    "DELETE FROM links",
    "TRUNCATE actions",
    "DELETE FROM keys",
    "UPDATE store SET store_id = 'mine'",
    "INSERT INTO schema_version (number, name) VALUES (999, 'mine')",
    "INSERT INTO reach VALUES (current_user, 'G1')",
    "CREATE TABLE mine (id int)",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE INDEX ON events (kind)",
    "DROP FUNCTION refuse_change() CASCADE",
    "CREATE SCHEMA mine",
    "CREATE ROLE mine SUPERUSER",
)


@pytest.fixture
def clock():
    return Clock(day(1))


@pytest.fixture
def urls(postgis):
    """The addresses of an empty store by role."""
    addresses = postgis.town_urls()
    create_postgis(addresses["owner"])
    postgis.grant(addresses)
    return addresses


def test_the_service_adds_rows_and_changes_those_alone_that_follow(urls):
    execute(urls["service"], "SELECT make_event_partition('2026-05-01')")
    found = {}
    for table, privilege, is_guarded in rows_of(
        urls["service"], MATRIX, list(PRIVILEGES)
    ):
        kind = "fixed" if table in FIXED else "added" if is_guarded else "derived"
        found.setdefault((kind, table), set()).add(privilege)
    expected = {
        "fixed": {"SELECT"},
        "added": {"SELECT", "INSERT"},
        "derived": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    }
    assert {
        key: value for key, value in found.items() if value != expected[key[0]]
    } == {}
    assert {table for kind, table in found if kind == "derived"} == {
        *("loops", "tasks", "loop_departments", "deliveries")
    }
    assert len(found) > 25


def test_the_service_and_the_reader_are_refused_what_is_not_theirs(urls):
    denied = (
        psycopg.errors.InsufficientPrivilege,
        psycopg.errors.ReadOnlySqlTransaction,
    )
    for statement in DENIED:
        for role in ("service", "reader"):
            with pytest.raises(denied):
                execute(urls[role], statement)


def test_the_month_of_a_service_is_a_part_of_its_own_store(urls):
    [(schema,)] = rows_of(urls["service"], "SELECT current_schema()")
    execute(
        urls["service"],
        "CREATE TEMP TABLE events (mine int); "
        "SELECT make_event_partition('2026-07-09')",
    )
    parts = rows_of(
        urls["owner"],
        "SELECT inhparent::regclass::text, relnamespace::regnamespace::text "
        "FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid "
        "WHERE relname = 'events_2026_07'",
    )
    assert parts == [("events", schema)]
    for role in ("reader", "owner"):
        calls = "SELECT make_event_partition('2026-08-09')"
        if role == "owner":
            execute(urls[role], calls)
        else:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                execute(urls[role], "SET default_transaction_read_only = off", calls)


def test_the_reader_reads_all_and_writes_nothing(urls, clock, tmp_path):
    with closing(open_store(urls["service"], now=clock)) as store:
        fill(store, clock)
        with closing(open_store(urls["reader"], now=clock)) as copy:
            assert [*copy.log()] == [*store.log()]
            assert copy.last_link() == store.last_link() != None  # noqa: E711
            assert len(copy.events()) == len(store.events()) > 0
            assert copy.facts("keys").equals(store.facts("keys"))
            for write in (
                lambda: copy.record("sources", sources("other")),
                lambda: copy.append_events([new_event("99")]),
                copy.rebuild_loops,
            ):
                with pytest.raises(StoreError, match=r"^The database .* refused: "):
                    write()
            assert copy.last_link() == store.last_link()
            backup = backup_store(copy, tmp_path / "backups", None, 14)
        assert (backup.last, backup.path.is_file()) == (store.last_link(), True)
        store.append_events([new_event("100")])


def test_a_store_of_an_older_release_is_not_brought_up_to_date_by_a_service(urls):
    execute(
        urls["owner"],
        "DELETE FROM schema_version WHERE number = "
        "(SELECT max(number) FROM schema_version)",
    )
    before = rows_of(urls["owner"], "TABLE schema_version")
    with pytest.raises(StoreError, match=r"^[A-Z][^\n]*\.$"):
        open_store(urls["service"])
    assert rows_of(urls["owner"], "TABLE schema_version") == before


def test_a_password_may_stand_in_a_file_of_its_own(urls, tmp_path, monkeypatch):
    """The address has none, so that no list of processes shows it."""
    host, _, rest = urls["service"].partition("@")[2].partition(":")
    line = f"{host}:{rest.partition('/')[0]}:*:*:s3cret\n"
    secrets = tmp_path / "pgpass"
    secrets.write_text(line)
    secrets.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(secrets))
    with psycopg.connect(urls["service"]) as connection:
        assert connection.info.password == "s3cret"  # noqa: S105
    with closing(open_store(urls["service"])) as store:
        assert store.last_link() is None


def test_the_files_run_by_psql_as_they_say(postgis):
    psql = binaries()[0] / "psql"
    if not psql.exists():
        psql = "psql"
    names = {"owner": "o_x", "service": "s_x", "reader": "r_x", "schema": "t_x"}
    values = [part for name in names.items() for part in ("-v", "=".join(name))]
    for role, file in (
        (None, "roles.sql"),
        ("o_x", "grants.sql"),
        ("o_x", "grants.sql"),
    ):
        url = postgis.url if role is None else postgis.url_of(role)
        command = [psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-1", *values]
        with (DEPLOYED / file).open("rb") as script:
            postgis.run([*command, url], stdin=script)
        if role is None:
            create_postgis(postgis.url_of("o_x"))
    with closing(open_store(postgis.url_of("s_x"))) as store:
        assert store.last_link() is None
