"""A database is brought to today's form where that is asked for, or stays as it is."""

from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from api.service.assignment.replay import replay
from gis.access import EVERYTHING, Scope
from gis.errors import StoreError
from gis.events import Loop, Task
from layers.stores import create_store, migrate_store, open_store, remove_store
from layers.stores.log import parse_head, verify
from layers.stores.loops import LoopQuery
from layers.stores.postgis import PostgisStore, create_postgis, tables
from layers.stores.postgis import migration as migrations
from layers.stores.postgis.loop import LOOPS, TASKS
from support.harness.forms_tried import forms_tried
from support.harness.postgres_rooms import execute, open_connection, rows_of
from support.makers.contract_rows import faults_of, record_event_facts
from support.makers.store_history import Clock, day, new_event

BEFORE = Path(__file__).parents[3] / "fixtures" / "stores_before_migrations"


@pytest.fixture
def url(postgis):
    return postgis.fresh_url()


@pytest.fixture
def clock():
    return Clock(day(1))


def names_of(steps):
    return tuple(step.name for step in steps)


@pytest.mark.parametrize("number", forms_tried(len(migrations.migrations())))
def test_store_of_every_form_is_refused_tried_and_brought_to_the_form_of_today(
    url, clock, monkeypatch, number
):
    known = migrations.migrations()
    monkeypatch.setattr(migrations, "migrations", lambda: known[:number])
    create_postgis(url)
    monkeypatch.undo()
    applied = "SELECT name FROM schema_version ORDER BY number"
    with pytest.raises(StoreError, match=rf"has form {number} .* run `pagoda migrate`"):
        PostgisStore(url, now=clock)
    change = (number, len(known), names_of(known[number:]))
    assert migrate_store(url, is_trial=True) == change
    assert rows_of(url, applied) == [(step.name,) for step in known[:number]]
    assert migrate_store(url) == change
    assert rows_of(url, applied) == [(step.name,) for step in known]
    assert migrate_store(url) == (len(known), len(known), ())
    with_clock(url, clock, lambda store: store.append_events([new_event("1")]))


def with_clock(url, clock, act):
    store = PostgisStore(url, now=clock)
    try:
        return act(store)
    finally:
        store.close()


def test_migration_that_fails_leaves_nothing(url, monkeypatch):
    broken = migrations.Migration(99, "099_broken.sql", "CREATE TABLE odd (a no_type)")
    known = migrations.migrations()
    monkeypatch.setattr(migrations, "migrations", lambda: [*known, broken])
    with pytest.raises(StoreError, match='type "no_type" does not exist'):
        create_postgis(url)
    assert names_in(url, "pg_class", "rel") == []


def names_in(url, catalog, prefix):
    """Return what a catalog of the database has in the schema of the store."""
    asked = "SELECT {0}name FROM {1} WHERE {0}namespace = %s::regnamespace"
    [(schema,)] = rows_of(url, "SELECT current_schema()")
    return [name for (name,) in rows_of(url, asked.format(prefix, catalog), schema)]


def test_newer_store_absent_store_and_second_store_are_refused(url, clock):
    with pytest.raises(StoreError, match="keeps no store"):
        PostgisStore(url, now=clock)
    create_postgis(url, store_id="S")
    with pytest.raises(StoreError, match="keeps store 'S' already"):
        create_postgis(url)
    execute(url, "INSERT INTO schema_version VALUES (99, 'later')")
    with pytest.raises(StoreError, match="has form 99 of a later release"):
        PostgisStore(url, now=clock)
    with pytest.raises(StoreError, match="has form 99 of a later release"):
        migrate_store(url)


def test_store_that_is_removed_leaves_nothing_and_another_store_stays(url, clock):
    create_store(url, now=clock, store_id="S").close()
    with pytest.raises(StoreError, match="keeps store 'S' where 'T' was to be removed"):
        remove_store(url, "T")
    with_clock(url, clock, lambda store: store.append_events([new_event("1")]))
    remove_store(url, "S")
    assert names_in(url, "pg_class", "rel") == names_in(url, "pg_proc", "pro") == []
    with pytest.raises(StoreError, match="keeps store None where 'S' was"):
        remove_store(url, "S")
    create_store(url, now=clock).close()


def test_migrations_are_numbered_from_1_without_a_hole_as_their_files_are():
    steps = migrations.migrations()
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    for step in steps:
        assert step.name.startswith(f"{step.number:03d}_")
        assert step.sql.strip().endswith(";")


@pytest.mark.parametrize("crs", ["OGC:CRS84", "EPSG:4490 ", "epsg:4490", "EPSG:1", ""])
def test_crs_without_a_number_is_refused(crs):
    assert migrations.srid_of("EPSG:4490") == 4490
    with pytest.raises(StoreError, match="has no number for PostGIS; give an EPSG"):
        migrations.srid_of(crs)


def test_store_says_who_it_is(postgis):
    with open_connection(postgis) as connection:
        assert migrations.identify(connection) == migrations.Identity("S", 4490)


@pytest.fixture
def old_url(postgis):
    """A database with a store that was made before GeoPackages had migrations."""
    postgis.execute("DROP DATABASE IF EXISTS before", "CREATE DATABASE before")
    url = postgis.url.rpartition("/")[0] + "/before"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION postgis SCHEMA public")
        connection.execute((BEFORE / "store.sql").read_bytes())
    yield url
    postgis.execute("DROP DATABASE before")


def test_old_store_opens_verifies_and_replays_byte_for_byte(old_url):
    with closing(opened_anew(old_url)) as store:
        head = parse_head((BEFORE / "head.json").read_text(encoding="utf-8"))
        assert list(verify(store.log(), store.store_id, head)) == []
        events = store.events()["event_id"]
        replays = [answer for event_id in events for answer in replay(store, event_id)]
        assert [answer.is_equal for answer in replays] == [True] * 8
        assert store.facts("posts")["title"].isna().all()


def test_old_store_takes_the_facts_of_the_event_service(old_url):
    with closing(opened_anew(old_url)) as store:
        record_event_facts(store)
        assert faults_of(store) == []
        assert store.facts("devices")["device_id"].tolist() == ["H1", "V1"]


def test_loops_of_an_earlier_release_are_listed_by_their_departments(url, monkeypatch):
    known = migrations.migrations()
    monkeypatch.setattr(migrations, "migrations", lambda: known[:13])
    create_postgis(url)
    monkeypatch.undo()
    loop = Loop("E", 1, kind="noise", state="assigned", area_path="C1/")
    with psycopg.connect(url) as connection:
        tables.add_rows(connection, LOOPS, [attributes_of(loop)])
        owners = [("E/1", "police"), ("E/2", "police"), ("E/3", "")]
        rows = [Task(number, "E", department_id=owner) for number, owner in owners]
        tables.add_rows(connection, TASKS, [(*attributes_of(row), 1) for row in rows])
    with closing(opened_anew(url)) as store:
        for scope in (Scope(departments=("police",)), Scope(("C1/",)), EVERYTHING):
            assert store.loops(LoopQuery(kinds=("noise",)), scope) == (loop,)
        assert store.loops(LoopQuery(), Scope(departments=("fire",))) == ()


def opened_anew(url):
    """A store of an earlier form, brought to that of today."""
    migrate_store(url)
    return open_store(url)


def attributes_of(record):
    return [getattr(record, name) for name in record.__slots__]
