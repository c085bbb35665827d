"""What is PostgreSQL's own: migrations, partitions, walls, notice, stops, refusals."""

import sys
import threading
import uuid
from contextlib import closing
from dataclasses import replace

import pandas as pd
import psycopg
import pytest

from gis.errors import StoreError
from gis.models import Instant
from layers.stores import create_store, open_store
from layers.stores.log import verify
from layers.stores.postgis import PostgisStore, create_postgis
from support.harness import postgres
from support.harness.postgres_rooms import execute, rows_of
from support.makers.store_history import CRS, Clock, day, new_event, publish_grounds

GROUND = {"G1": (0, 4), "G2": (4, 8), "G3": (8, 12)}


@pytest.fixture
def url(postgis):
    return postgis.fresh_url()


@pytest.fixture
def clock():
    return Clock(day(1))


@pytest.fixture
def store(url, clock):
    create_postgis(url)
    opened = PostgisStore(url, now=clock)
    yield opened
    opened.close()


def faults_of(store):
    return list(verify(store.log(), store.store_id))


def test_events_are_kept_by_month_of_record(store, url, clock):
    last = Instant(day(31) - 1)
    for number, now in enumerate([last, day(31), day(31)]):
        clock.now = now
        store.append_events([new_event(str(number))])
    found = rows_of(url, "SELECT tableoid::regclass::text, log_row FROM events")
    assert sorted(found) == [
        ("events_1970_01", 1),
        ("events_1970_02", 2),
        ("events_1970_02", 3),
    ]
    assert store.events(after=1)["source_id"].tolist() == ["1", "2"]
    assert faults_of(store) == []


def test_crs_of_the_store_is_that_of_its_geometry(url, clock):
    store = create_store(url, now=clock, crs="EPSG:4326", store_id="S")
    assert (store.crs, store.store_id) == ("EPSG:4326", "S")
    assert store.grids().crs == "EPSG:4326"
    store.close()
    found = rows_of(
        url,
        "SELECT DISTINCT srid FROM geometry_columns "
        "WHERE f_table_schema = current_schema()",
    )
    assert found == [(4326,)]


def test_database_that_may_lose_what_it_acknowledged_is_refused(postgis, url, clock):
    create_postgis(url)
    try:
        postgis.configure("fsync", "off")
        with pytest.raises(StoreError, match="fsync = 'off'; a store needs 'on'"):
            PostgisStore(url, now=clock)
    finally:
        postgis.configure("fsync", "on")


# refusals


def test_store_without_the_driver_names_the_extra(monkeypatch):
    for name in [n for n in sys.modules if n.startswith("layers.stores.postgis")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"'pagoda-gis\[postgis\]'"):
        open_store("postgresql://127.0.0.1/town")


def test_clock_that_no_database_keeps_is_refused_and_the_store_goes_on(store, clock):
    for clock.now in (10**16, 10**18):
        with pytest.raises(StoreError, match="nothing was written"):
            store.append_events([new_event("1")])
    assert store.last_link() is None
    clock.now = day(1)
    assert store.append_events([new_event("1")])[0].row == 1


# walls


def test_rows_are_only_ever_added_also_by_the_owner(store, url):
    store.append_events([new_event("1")])
    for statement in (
        "UPDATE events SET severity = 5",
        "DELETE FROM events_1970_01",
        "TRUNCATE links",
    ):
        with pytest.raises(psycopg.errors.RaiseException, match="only ever added to"):
            execute(url, statement)


def test_other_roles_see_open_layers_and_the_grids_in_their_reach(store, url):
    publish_grounds(store, {day(0): GROUND}, base=None)
    store.append_events(
        [replace(new_event(str(n)), grid_id=f"G{n}") for n in (1, 2, 3)]
    )
    role = f"inspector_{uuid.uuid4().hex[:8]}"
    [(schema,)] = rows_of(url, "SELECT current_schema()")
    execute(
        url,
        f"CREATE ROLE {role} LOGIN",
        f"GRANT USAGE ON SCHEMA {schema} TO {role}",
        f"GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO {role}",
    )
    rows_of(url, "INSERT INTO reach VALUES (%s, 'G2') RETURNING 1", role)
    other = url.replace(f"{postgres.NAME}@", f"{role}@")
    assert rows_of(other, "SELECT source_id FROM events") == [("2",)]
    assert rows_of(other, "SELECT count(*) FROM grids") == [(3,)]
    assert rows_of(other, "SELECT * FROM reach") == [(role, "G2")]
    for closed in ("event_keys", "links", "posts", "events_1970_01"):
        assert rows_of(other, f"TABLE {closed}") == []
    with pytest.raises(
        psycopg.errors.InsufficientPrivilege, match="row-level security"
    ):
        execute(other, "INSERT INTO reach VALUES (current_user, 'G1')")
    with pytest.raises(
        psycopg.errors.InsufficientPrivilege, match="row-level security"
    ):
        execute(other, "INSERT INTO links VALUES (99, 'events', 0, now(), '', '')")


MUTATIONS = {
    "flip": "UPDATE events SET acting = '\\x00' WHERE log_row = 2",
    "another second": "UPDATE events SET occurred_at = now() WHERE log_row = 1",
    "another day": "UPDATE events SET recorded_at = '1970-01-20' WHERE log_row = 1",
    "delete": "DELETE FROM events WHERE log_row = 3",
    "insert": "INSERT INTO events SELECT 9, batch, recorded_at, event_id, source, '9', "
    "kind, severity, x, y, datum, accuracy_m, community_id, occurred_at, captured_at, "
    "received_at, grid_id, at_occurrence, acting, details, geom FROM events LIMIT 1",
    "swap": "UPDATE events SET log_row = 7 - log_row WHERE log_row < 3",
    "point": "UPDATE events SET geom = ST_Translate(geom, 1e-9, 0) WHERE log_row = 1",
    "destination": "DELETE FROM outbox WHERE log_row = 1",
    "grid": "UPDATE grids SET geom = ST_Reverse(ST_Translate(geom, 0, 1e-9))",
    "fact": "UPDATE rules SET owner = 'nobody'",
    "link": "UPDATE links SET layer = 'posts' WHERE sequence = 1",
    "cut": "DELETE FROM links WHERE sequence = 2",
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_whoever_changes_a_row_is_found(store, url, clock, name):
    publish_grounds(store, {day(0): GROUND}, base=None)
    rule = {
        "rule_id": ["R"],
        "owner": "O",
        "body": "{}",
        "valid_from": "1970-01-01T00:00Z",
    }
    store.record("rules", pd.DataFrame(rule))
    store.append_events([new_event(str(n)) for n in (1, 2)])
    clock.now = day(40)
    store.append_events([new_event("3")])
    assert faults_of(store) == []
    execute(url, "SET session_replication_role = replica", MUTATIONS[name])
    assert faults_of(store)


# several services, notice, stops


def test_two_services_on_one_database_write_one_chain(store, url):
    other = PostgisStore(url, now=lambda: Instant(day(2)), is_service=True)

    def append(writer, name):
        for number in range(15):
            writer.append_events(
                [new_event(f"{name}{number}"), new_event(f"b{number}")]
            )

    threads = [
        threading.Thread(target=append, args=args)
        for args in [(store, "x"), (store, "y"), (other, "u"), (other, "v")]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert store.events()["row"].tolist() == list(range(1, 76))
    assert faults_of(store) == []


def test_what_changes_answers_is_heard_and_seen_by_other_services(store, url, clock):
    other = PostgisStore(url, now=clock)
    assert other.history().versions == ()
    with psycopg.connect(url, autocommit=True) as listener:
        listener.execute("LISTEN pagoda")
        store.append_events([new_event("1")])
        publish_grounds(store, {day(0): GROUND}, base=None)
        [heard] = listener.notifies(timeout=20, stop_after=1)
    assert heard.payload == f"{store.store_id} 2"
    assert other.revision() == 2
    assert [version.version for version in other.history().versions] == [1]
    assert other.grids(valid_at=day(0))["grid_id"].tolist() == ["G1", "G2", "G3"]
    assert other.crs == CRS
    other.close()


@pytest.mark.postgis
def test_store_that_is_closed_or_has_lost_its_server_is_not_healthy(clock):
    with closing(postgres.new_server()) as server:
        create_postgis(server.url)
        store = PostgisStore(server.url, now=clock, is_service=True)
        assert store.is_healthy()
        server.stop_at_once()
        assert not store.is_healthy()
        with pytest.raises(StoreError, match="cannot be reached"):
            store.append_events([new_event("1")])
        server.start()
        assert store.append_events([new_event("1")])[0].row == 1
        assert store.is_healthy()
        store.close()
        assert not store.is_healthy()
