"""A GeoPackage of an earlier form is brought to today's where that is asked for."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from api.service.assignment.replay import replay
from api.service.stores.export import export_store, opened_export
from api.service.stores.init import init_export
from gis.access import EVERYTHING, Scope
from gis.errors import StoreError
from gis.events import Loop, Task, values_of
from layers.stores import create_store, migrate_store, open_store
from layers.stores.facts import FACTS, fact_bytes
from layers.stores.geopackage import migration
from layers.stores.geopackage.loop import _PUT_LOOP, _PUT_TASK
from layers.stores.geopackage.migration import migrations, newest
from layers.stores.geopackage.tables import TABLES
from layers.stores.log import check_head, parse_head, verify
from layers.stores.loops import LoopQuery
from layers.stores.versions import VERSION_LAYERS
from support.harness.forms_tried import forms_tried
from support.harness.read_only import only_read
from support.makers.contract_rows import (
    faults_of as log_faults_of,
)
from support.makers.contract_rows import (
    neighbours,
    record_event_facts,
)

BEFORE = Path(__file__).parents[3] / "fixtures" / "stores_before_migrations"
KEY = b"k" * 40


@pytest.fixture
def old(tmp_path):
    """The path of a store that was made before there were migrations."""
    return Path(shutil.copy(BEFORE / "store.gpkg", tmp_path))


def opened_anew(path):
    """A store of an earlier form, brought to that of today."""
    migrate_store(str(path))
    return open_store(str(path))


def faults_of(store):
    head = parse_head((BEFORE / "head.json").read_text(encoding="utf-8"))
    check_head(head, store.store_id, KEY)
    return list(verify(store.log(), store.store_id, head))


def replays_of(store):
    return [
        answer.is_equal
        for event_id in store.events()["event_id"]
        for answer in replay(store, event_id)
    ]


def form_of(path):
    """Columns of every table, and every trigger."""
    with closing(sqlite3.connect(path)) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
            )
        ]
        columns = {
            name: {row[1:4] for row in connection.execute(f"PRAGMA table_info({name})")}
            for name in names
        }
        triggers = set(
            connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            )
        )
        (number,) = connection.execute(
            "SELECT schema_version FROM pagoda_store"
        ).fetchone()
    return number, columns, triggers


def test_numbers_follow_each_other_from_the_first_form():
    assert [step.number for step in migrations()] == list(range(2, newest() + 1))


def test_old_store_opens_verifies_and_replays_byte_for_byte(old):
    with closing(opened_anew(old)) as store:
        assert faults_of(store) == []
        assert replays_of(store) == [True] * 8
        assert len(store.facts("posts")) == 3


@pytest.mark.parametrize("name", ["export.gpkg", "export_geoparquet", "export_geojson"])
def test_old_export_is_restored_with_the_same_log(tmp_path, name):
    url = str(tmp_path / "restored.gpkg")
    init_export(url, str(BEFORE / name))
    with closing(open_store(url)) as store:
        assert faults_of(store) == []
        assert replays_of(store) == [True] * 8


def test_migrated_store_has_the_form_of_a_new_one(old, tmp_path):
    migrate_store(str(old))
    new = tmp_path / "new.gpkg"
    create_store(str(new)).close()
    assert form_of(old) == form_of(new)
    assert form_of(new)[0] == newest()


def test_tables_have_every_field_of_their_schema(tmp_path):
    path = tmp_path / "new.gpkg"
    create_store(str(path)).close()
    columns = form_of(path)[1]
    names = [schema.name for schema in VERSION_LAYERS] + list(FACTS)
    for name in names:
        fields = {field.name for field in TABLES[name].fields}
        assert fields <= {column for column, _, _ in columns[name]}, name


def at_form(number, path, monkeypatch):
    """Bring a store of the first form to a later one, as that release did."""
    steps = migrations()
    with monkeypatch.context() as patch:
        patch.setattr(migration, "migrations", lambda: steps[: number - 1])
        migrate_store(str(path))
    assert form_of(path)[0] == number


def rows_of(path):
    """Everything in a store, as statements."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize("number", forms_tried(newest()))
def test_store_of_every_form_is_refused_tried_and_brought_to_the_form_of_today(
    old, tmp_path, monkeypatch, number
):
    at_form(number, old, monkeypatch)
    before = form_of(old), rows_of(old)
    with pytest.raises(StoreError, match=rf"has form {number} .* run `pagoda migrate`"):
        open_store(str(old))
    names = tuple(step.name for step in migrations()[number - 1 :])
    change = (number, newest(), names)
    assert migrate_store(str(old), is_trial=True) == change
    assert (form_of(old), rows_of(old)) == before
    assert migrate_store(str(old)) == change
    create_store(str(tmp_path / "new.gpkg")).close()
    assert form_of(old) == form_of(tmp_path / "new.gpkg")
    assert migrate_store(str(old)) == (newest(), newest(), ())
    with closing(open_store(str(old))) as store:
        assert faults_of(store) == []
        assert replays_of(store) == [True] * 8


def test_store_that_is_served_is_not_migrated(old):
    migrate_store(str(old))
    with (
        closing(open_store(str(old), is_service=True)),
        pytest.raises(StoreError, match="is served by another process; stop"),
    ):
        migrate_store(str(old))


@pytest.mark.parametrize("act", [open_store, migrate_store])
def test_store_of_a_later_release_is_refused_and_left_alone(old, act):
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("UPDATE pagoda_store SET schema_version = 99")
    content = old.read_bytes()
    with pytest.raises(StoreError, match=r"has form 99 of a later release.*newer"):
        act(str(old))
    assert old.read_bytes() == content


def test_store_of_an_earlier_form_that_can_only_be_read_says_what_to_do(old):
    with only_read(old) as path:
        with pytest.raises(StoreError, match=r"of an earlier release"):
            open_store(str(path))
        with pytest.raises(StoreError, match=r"a migration writes; give this user"):
            migrate_store(str(path))


def test_migration_that_fails_leaves_the_old_form(old):
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("DROP TABLE outbox")
    before = form_of(old)
    with pytest.raises(StoreError, match=r"no such table: main\.outbox"):
        migrate_store(str(old))
    assert form_of(old) == before


@pytest.mark.parametrize("act", ["UPDATE posts SET role = 'team'", "DELETE FROM log"])
def test_row_is_neither_changed_nor_removed(old, act):
    migrate_store(str(old))
    with (
        closing(sqlite3.connect(old)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="only ever added"),
    ):
        connection.execute(act)


def post(**changes):
    row = {"post_id": "P9", "area_id": "G1", "role": "team", "holder_id": None}
    frame = pd.DataFrame([row | changes])
    return frame.assign(valid_from="2026-09-01T00:00:00+08:00")


def test_later_column_stands_on_the_log_only_where_it_is_filled(old):
    with closing(opened_anew(old)) as store:
        store.record("posts", post())
        store.record("posts", post(post_id="P8", title="网格长", phone="0571-0"))
        *_, (_, plain), (_, filled) = store.log()
        assert next(iter(plain)).decode().endswith("null,false]")
        [last] = filled
        assert last.decode().endswith('false,{"phone":"0571-0","title":"网格长"}]')
        assert list(verify(store.log(), store.store_id)) == []
        assert fact_bytes("posts", store.records("posts").iloc[-1:]) == [last]


def test_later_column_comes_back_from_every_export(old, tmp_path):
    with closing(opened_anew(old)) as store:
        store.record("posts", post(title="组长", department="街道"))
        export_store(store, tmp_path / "folder", "geojson")
        end = store.last_link()
    with opened_export(str(tmp_path / "folder")) as origin:
        assert origin.store_id
    url = str(tmp_path / "again.gpkg")
    init_export(url, str(tmp_path / "folder"))
    with closing(open_store(url)) as store:
        assert store.last_link() == end
        row = store.facts("posts").set_index("post_id").loc["P9"]
        assert (row["title"], row["department"]) == ("组长", "街道")


def test_old_store_takes_neighbours_and_its_answers_keep_their_bytes(old):
    with closing(opened_anew(old)) as store:
        assert store.facts("neighbours").empty
        store.record("neighbours", neighbours(("330109", None, 119, 122)))
        assert store.facts("neighbours")["neighbour_id"].tolist() == ["330109"]
        assert faults_of(store) == []
        assert replays_of(store) == [True] * 8


def test_old_store_takes_the_facts_of_the_event_service_and_exports_them(old, tmp_path):
    with closing(opened_anew(old)) as store:
        assert store.facts("keys").empty
        record_event_facts(store)
        assert log_faults_of(store) == []
        assert replays_of(store) == [True] * 8
        end = store.last_link()
        for name in ("copy.gpkg", "folder"):
            export_store(store, tmp_path / name)
    for name in ("copy.gpkg", "folder"):
        url = str(tmp_path / f"from_{name}.gpkg")
        init_export(url, str(tmp_path / name))
        with closing(open_store(url)) as again:
            assert again.last_link() == end
            assert again.facts("keys")["key_id"].tolist() == ["K1"]
            assert log_faults_of(again) == []


def test_loops_of_an_earlier_form_are_listed_by_their_departments(
    tmp_path, monkeypatch
):
    path, steps = tmp_path / "town.gpkg", migrations()
    monkeypatch.setattr(migration, "migrations", lambda: steps[:9])
    create_store(str(path)).close()
    monkeypatch.undo()
    loop = Loop("E", 1, kind="noise", state="assigned", area_path="C1/")
    owners = [("E/1", "police"), ("E/2", "police"), ("E/3", "")]
    rows = [Task(number, "E", department_id=owner) for number, owner in owners]
    with closing(sqlite3.connect(path)) as connection, connection:
        _PUT_LOOP.write(connection, [values_of(loop)])
        _PUT_TASK.write(connection, map(values_of, rows))
    with closing(opened_anew(path)) as store:
        for scope in (Scope(departments=("police",)), Scope(("C1/",)), EVERYTHING):
            assert store.loops(LoopQuery(kinds=("noise",)), scope) == (loop,)
        assert store.loops(LoopQuery(), Scope(departments=("fire",))) == ()
