"""Which columns of a version leave as tiles, and which grids make an area."""

import pytest
import shapely

from api.service.stores.sample import publish_sample
from layers.schema.circles import CIRCLES
from layers.schema.communities import COMMUNITIES
from layers.schema.grids import GRIDS
from layers.schema.sharing import OPEN
from layers.stores import open_store
from layers.tiles.areas import TILED, tile_layer


@pytest.fixture(scope="module")
def version(s_town):
    store = open_store("memory:")
    publish_sample(store, s_town)
    yield store.version_layers(1)
    store.close()


@pytest.mark.parametrize("schema", TILED, ids=lambda schema: schema.name)
def test_members_of_an_area_make_up_its_polygon(version, schema):
    layer = tile_layer(version, schema, "areas", OPEN)
    areas = getattr(version, schema.name)
    grids = version.grids.geometry.to_numpy()
    assert len(layer.members) == len(layer.frame) == len(areas) > 0
    for rows, area in zip(layer.members, areas.geometry, strict=True):
        assert shapely.union_all(grids[rows]).symmetric_difference(area).area < 1e-15


@pytest.mark.parametrize(
    ("schema", "names"),
    [
        (GRIDS, ["grid_id", "parent_id", "community_id", "name"]),
        (CIRCLES, ["circle_id", "parent_id", "tier", "name"]),
        (COMMUNITIES, ["community_id", "name"]),
    ],
    ids=["grids", "circles", "communities"],
)
def test_only_open_fields_leave(version, schema, names):
    assert sorted(tile_layer(version, schema, "x", OPEN).frame.columns) == sorted(names)
