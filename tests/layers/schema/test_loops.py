"""Events and tasks as they are read have no open field: they are of somebody."""

import pytest

from gis.events import Loop, Task
from layers.schema.loops import EVENT_LOOPS, TASKS


@pytest.mark.parametrize(
    ("schema", "record"), [(EVENT_LOOPS, Loop("E")), (TASKS, Task("E/1", "E"))]
)
def test_every_field_is_one_of_the_record_and_none_is_open(schema, record):
    for field in schema.fields:
        assert hasattr(record, field.name)
        assert field.sharing == "conditional"
    assert schema.key_sharing == "conditional"
