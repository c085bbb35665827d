"""Every field that a store holds has its entry in the data dictionary."""

import sqlite3
from contextlib import closing
from dataclasses import fields
from pathlib import Path

from api.service.facts.dictionary import VERSIONS, data_dictionary
from gis.models import Scene
from gis.versions import Version
from layers.schema.areas import RATED_AREAS
from layers.schema.events import EVENTS
from layers.schema.layer import LayerSchema
from layers.schema.record_times import RECORD_FIELDS, TIME_FIELDS
from layers.stores import create_store
from layers.stores.events import EVENT_COLUMNS
from layers.stores.facts import FACTS


def named(schema: LayerSchema) -> set[str]:
    return {field.name for field in schema.fields}


def test_every_entry_says_everything() -> None:
    for entry in data_dictionary():
        assert entry.description.endswith("."), entry
        assert entry.owner, entry
        assert entry.sharing in ("open", "conditional", "closed")
        assert entry.unit or entry.kind != "number", entry


def test_no_field_stands_twice() -> None:
    places = [(entry.layer, entry.name) for entry in data_dictionary()]
    assert len(set(places)) == len(places)


def test_every_column_of_every_table_of_a_store_has_its_entry(tmp_path: Path) -> None:
    path = tmp_path / "town.gpkg"
    create_store(str(path)).close()
    known = {(entry.layer, entry.name) for entry in data_dictionary()}
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' "
            "AND name NOT LIKE 'gpkg_%' AND name NOT LIKE 'rtree_%' "
            "AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        found = {
            (table, "geometry" if column == "geom" else column)
            for (table,) in tables
            for _, column, *_ in connection.execute(f"PRAGMA table_info({table})")
            if column != "fid"
        }
    assert found - known == set()
    rated = {(RATED_AREAS.name, name) for name in named(RATED_AREAS)}
    # the row of an event is its fid, and frames of events carry it
    assert known - found == {("events", "row")} | rated


def test_dictionary_has_what_frames_and_records_have() -> None:
    assert named(EVENTS) == set(EVENT_COLUMNS)
    own = {field.name for field in fields(Version)} - {"lineage"}
    assert named(VERSIONS) == own | {"batch"}
    for name, layer in FACTS.items():
        listed = {e.name for e in data_dictionary() if e.layer == name}
        assert {field.name for field in layer.fields} <= listed


def test_closed_lists_stand_in_the_dictionary() -> None:
    values = {(e.layer, e.name): e.values for e in data_dictionary() if e.values}
    assert values["inspections", "kind"] == ("check", "drill")
    assert values["enterprises", "hazard"] == ("low", "medium", "high")


def test_kind_of_place_names_the_eight_scenes_and_leaves_others() -> None:
    [scene] = [
        e for e in data_dictionary() if (e.layer, e.name) == ("enterprises", "scene")
    ]
    assert all(name in scene.description for name in Scene)
    assert not scene.values


def test_people_are_numbers_that_are_not_open() -> None:
    for entry in data_dictionary():
        if entry.name in ("holder_id", "author", "reviewer"):
            expected = "closed" if entry.layer == "keys" else "conditional"
            assert entry.sharing == expected


def test_nothing_of_destinations_and_keys_but_their_times_is_told() -> None:
    times = {field.name for field in (*TIME_FIELDS, *RECORD_FIELDS)}
    for entry in data_dictionary():
        if entry.layer in ("destinations", "keys") and entry.name not in times:
            assert entry.sharing == "closed", entry
