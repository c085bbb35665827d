"""Rated areas have the key of their layer, whatever the order of their columns."""

import pytest

from layers.schema.areas import rated_schema


@pytest.mark.parametrize(
    ("name", "key"),
    [("grids", "grid_id"), ("tier3", "circle_id"), ("communities", "community_id")],
)
def test_rated_layer_has_the_key_of_its_areas(name, key):
    schema = rated_schema(name)
    assert schema.key == key
    assert key in {field.name for field in schema.fields}
