"""Every field of loops, tasks and deliveries is in the dictionary, and no other."""

from dataclasses import fields

import pytest

from api.service.facts.loop_tables import LOOP_TABLES
from gis.events import Loop, Task
from layers.stores.outbox import Delivery

NAMED = {schema.name: {f.name for f in schema.fields} for schema in LOOP_TABLES}


@pytest.mark.parametrize(
    ("table", "record", "own"),
    [
        ("loops", Loop, {"row": "event_row"}),
        ("tasks", Task, {}),
        ("deliveries", Delivery, {}),
    ],
)
def test_a_table_has_the_fields_of_its_record(table, record, own):
    names = {own.get(f.name, f.name) for f in fields(record)}
    assert NAMED[table] == names


def test_texts_and_places_are_closed():
    sharing = {
        (schema.name, f.name): f.sharing
        for schema in LOOP_TABLES
        for f in schema.fields
    }
    assert sharing["actions", "reason"] == sharing["loops", "lon"] == "closed"
    assert "open" not in sharing.values()


def test_times_say_their_unit():
    for schema in LOOP_TABLES:
        for field in schema.fields:
            if field.name.endswith("_at") and field.kind == "integer":
                assert field.unit == "UTC milliseconds", field.name
