"""What a map shows besides its areas may be left out, and stays as it was given."""

from dataclasses import FrozenInstanceError

import pytest

from layers.maps import Details
from layers.maps.offline import page
from support.makers.drawn_maps import drawn, model_of


def test_map_without_details_is_the_map_of_empty_ones():
    assert page(drawn(details=Details())) == page(drawn())


def test_empty_details_lay_no_points_days_and_pictures_over_the_areas():
    model = model_of(page(drawn(details=Details())))
    assert set(model["points"].values()) == {None}
    assert not model["days"]
    assert [tier["history"] for tier in model["tiers"]] == [None] * 3
    assert model["gaps"] == []


def test_details_do_not_change():
    details = Details()
    with pytest.raises(FrozenInstanceError):
        details.review_number = "1"
