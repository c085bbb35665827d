"""Entries that are near to what was written come first; none is invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.schema.enterprises import SCENES, SCENES_ZH
from layers.schema.nearest import (
    about_nearest,
    id_in_plain,
    ids_in_plain,
    nearest_entries,
)


def test_own_scene_of_a_template_is_led_to_the_nearest() -> None:
    assert nearest_entries("沿街商铺", SCENES, SCENES_ZH)[0] == "street_shop"
    assert nearest_entries("Rental house", SCENES, SCENES_ZH)[0] == "rental_housing"


@given(st.sampled_from(SCENES), st.booleans())
def test_entry_itself_is_the_nearest(scene: str, is_chinese: bool) -> None:
    text = SCENES_ZH[SCENES.index(scene)] if is_chinese else scene
    assert nearest_entries(text, SCENES, SCENES_ZH)[0] == scene


@given(st.text(), st.lists(st.text(max_size=5), max_size=5))
def test_what_is_named_is_an_entry(text: str, entries: list[str]) -> None:
    near = nearest_entries(text, entries)
    assert set(near) <= set(entries)
    assert len(near) <= 2


def test_nothing_is_named_where_nothing_is_near() -> None:
    assert about_nearest("xyz", ["low", "high"]) == ""
    assert about_nearest("x", []) == ""


IDS = ids_in_plain(["001", "010", "Q-01", "330101001001001"])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1", "001"),
        ("００１", "001"),
        ("0010", "010"),
        ("q1", "Q-01"),
        ("Q 01", "Q-01"),
        ("100", None),
        ("Q10", None),
        ("", None),
    ],
)
def test_id_without_its_zeros_signs_width_or_case_is_known(
    text: str, meant: str | None
) -> None:
    assert id_in_plain(text, IDS) == meant
