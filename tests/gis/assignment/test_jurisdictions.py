"""A position outside the town lies in the area that holds it, or in none known."""

import numpy as np
import pytest
import shapely

from gis.assignment import Jurisdiction, Jurisdictions
from gis.errors import CoverageError


def codes_at(around, *points):
    x, y = np.array(points, dtype=float).T
    return [area and area.neighbour_id for area in around.at_many(x, y)]


@pytest.fixture
def around():
    """Two areas side by side in the order of a file, a third that lies over one."""
    areas = [Jurisdiction("9"), Jurisdiction("5", "west"), Jurisdiction("10")]
    boxes = [shapely.box(x, 0, x + 1, 1) for x in (1, 0, 1)]
    return Jurisdictions(areas, boxes)


def test_area_is_named_with_its_code_and_name(around):
    [area] = around.at_many(np.array([0.5]), np.array([0.5]))
    assert (area.neighbour_id, area.name) == ("5", "west")


def test_border_of_two_goes_to_the_lowest_code_in_any_order_of_the_file():
    areas = [Jurisdiction("330109"), Jurisdiction("330106")]
    boxes = [shapely.box(x, 0, x + 1, 1) for x in (0, 1)]
    for order in (1, -1):
        around = Jurisdictions(areas[::order], boxes)
        assert codes_at(around, (1, 0.5), (1, 1)) == ["330106"] * 2


def test_areas_that_lie_over_each_other_give_the_lowest_code_as_text(around):
    assert codes_at(around, (1.5, 0.5)) == ["10"]


def test_position_in_no_area_or_of_no_numbers_has_none(around):
    assert codes_at(around, (5, 5), (np.nan, 0.5), (np.inf, 0)) == [None] * 3


def test_repeated_code_is_refused():
    twice = [Jurisdiction("5"), Jurisdiction("5")]
    with pytest.raises(CoverageError, match="'5'"):
        Jurisdictions(twice, [shapely.box(0, 0, 1, 1)] * 2)
