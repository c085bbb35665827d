"""The dictionary of events has the columns that stores give, and closes positions."""

from layers.schema.events import EVENTS
from layers.stores.events import EVENT_COLUMNS


def test_fields_are_the_columns_of_a_store_in_their_order() -> None:
    assert tuple(field.name for field in EVENTS.fields) == EVENT_COLUMNS


def test_position_as_reported_and_details_are_closed() -> None:
    closed = {field.name for field in EVENTS.fields if field.sharing == "closed"}
    assert closed == {"x", "y", "details"}


def test_units_stand_with_the_numbers_that_have_one() -> None:
    units = {field.name: field.unit for field in EVENTS.fields if field.unit}
    assert units == {"x": "degrees", "y": "degrees", "accuracy_m": "metres"}
