"""Which collections there are for whom."""

import pytest

from api.service.access.sight import VISITOR, Sight
from api.service.ogc.collections import COLLECTIONS, collections_of
from gis.access import EVERYTHING, Role, Scope
from support.makers.square_town import SquareTown

PUBLIC = {"grids", "circles", "communities", "stations", "posts"} | {
    f"risk_{name}" for name in ("grids", "circles", "communities")
}
OF_EVENTS = {"events", "tasks"}
OF_PLACES = {"places", "enterprises"}


@pytest.mark.parametrize(
    ("sight", "names"),
    [
        (VISITOR, PUBLIC),
        (Sight(EVERYTHING, frozenset(Role), None), PUBLIC | OF_EVENTS | OF_PLACES),
        (
            Sight(Scope(sources=("hotline",)), frozenset({Role.SOURCE}), None),
            PUBLIC | OF_EVENTS,
        ),
        (
            Sight(Scope(("G1/",)), frozenset({Role.INSPECTOR}), None),
            PUBLIC | OF_EVENTS | OF_PLACES,
        ),
    ],
)
def test_a_collection_that_is_not_seen_is_not_there(
    squares: SquareTown, sight: Sight, names: set[str]
) -> None:
    assert {*collections_of(squares.store, sight)} == names


def test_no_field_of_posts_names_a_person() -> None:
    [posts] = [item for item in COLLECTIONS if item.collection_id == "posts"]
    assert {f.name for f in posts.schema.fields} == {"post_id", "area_id", "role"}


def test_fields_are_those_of_the_classes_that_are_seen() -> None:
    grids = COLLECTIONS[3]
    hidden = {f.name for f in grids.schema.fields} - {
        f.name for f in grids.fields(VISITOR)
    }
    assert {"drivers", "events", "places"} <= hidden
