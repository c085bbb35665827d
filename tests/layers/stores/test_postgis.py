"""What is PostgreSQL's own: migrations, partitions, walls, notice, stops, refusals."""

import sys
import threading
import uuid
from contextlib import closing
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import pytest
import shapely

import postgres
from gis.errors import StoreError
from gis.models import Instant
from gis.versions import Version
from layers.circles import CIRCLES
from layers.communities import COMMUNITIES
from layers.grids import GRIDS
from layers.stores import create_store, open_store, remove_store
from layers.stores.chain import verify
from layers.stores.facts import FACTS
from layers.stores.postgis import PostgisStore, create_postgis, migrations
from layers.stores.postgis.connections import Connections
from layers.stores.postgis.tables import (
    add_rows,
    polygon_rows,
    polygon_table,
    read_polygons,
)
from store_history import CRS, Clock, day, new_event, publish_grounds

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


def rows_of(url, statement, *asked):
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(statement, asked).fetchall()


def execute(url, *statements):
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def faults_of(store):
    return list(verify(store.log(), store.store_id))


# tables


@pytest.mark.parametrize("schema", [GRIDS, CIRCLES, COMMUNITIES], ids=lambda s: s.name)
def test_table_of_a_layer_has_the_columns_of_its_schema(store, url, schema):
    named = [field.name for field in schema.fields]
    assert columns_of(url, schema.name) == ["system", "version", *named, "geom"]


@pytest.mark.parametrize("name", FACTS)
def test_table_of_facts_has_the_columns_of_its_schema(store, url, name):
    named = ["ordinal", *(field.name for field in FACTS[name].fields)]
    geom = [] if FACTS[name].schema.geometry is None else ["geom"]
    assert columns_of(url, name) == [*named, *geom]


def columns_of(url, table):
    found = rows_of(
        url,
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
        "AND table_schema = current_schema() ORDER BY ordinal_position",
        table,
    )
    return [name for (name,) in found]


def test_every_text_is_compared_by_code_point(store, url):
    found = rows_of(
        url,
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND data_type = 'text' "
        "AND collation_name IS DISTINCT FROM 'C' AND table_name <> 'schema_version'",
    )
    assert found == []


def test_grids_come_back_in_code_order_bit_by_bit(store, url):
    ids = ["乙", "a", "B", "é", "A1", "A10", "A2"]
    random = np.random.default_rng(3)
    xy = random.uniform([73, 18], [135, 53], (len(ids), 2))
    fine = shapely.multipolygons(
        shapely.buffer(shapely.points(xy), 0.001), indices=np.arange(len(ids))
    )
    columns = {field.name: None for field in GRIDS.fields} | {"grid_id": ids}
    grids = gpd.GeoDataFrame(columns, geometry=fine, crs=CRS)
    version = Version("main", 1, day(0), day(0), "planner", "chief", "", "", None)
    connections = Connections(url)
    with connections.take() as connection:
        rows = polygon_rows(grids, GRIDS, "main", 1)
        add_rows(connection, polygon_table(GRIDS), rows)
        found = read_polygons(connection, GRIDS, version, CRS)
    connections.close()
    given = dict(zip(ids, shapely.to_wkb(fine).tolist(), strict=True))
    assert found["grid_id"].tolist() == sorted(ids)
    assert found.geometry.to_wkb().tolist() == [given[i] for i in sorted(ids)]


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


# migrations


def test_store_of_an_earlier_release_is_brought_up_to_date(url, clock, monkeypatch):
    known = migrations.migrations()
    monkeypatch.setattr(migrations, "migrations", lambda: known[:-1])
    create_postgis(url)
    monkeypatch.undo()
    with_clock(url, clock, lambda store: store.append_events([new_event("1")]))
    found = rows_of(url, "SELECT number, name FROM schema_version ORDER BY number")
    assert found == [(step.number, step.name) for step in known]
    assert [step.number for step in known] == list(range(1, len(known) + 1))


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
    with pytest.raises(StoreError, match="of migration 99 where this release knows"):
        PostgisStore(url, now=clock)


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


def test_database_that_does_not_answer_is_named_without_the_password(clock):
    url = "postgresql://someone:secret@127.0.0.1:1/town"
    with pytest.raises(
        StoreError, match=r"'127.0.0.1:1/town' cannot be reached"
    ) as info:
        open_store(url, now=clock)
    assert "secret" not in str(info.value)
    with pytest.raises(StoreError, match="cannot be read"):
        open_store("postgresql://[", now=clock)


def test_store_without_the_driver_names_the_extra(monkeypatch):
    for name in [n for n in sys.modules if n.startswith("layers.stores.postgis")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match="install the extra 'postgis'"):
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
