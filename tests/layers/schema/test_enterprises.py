"""Enterprises have a scene, a source and, where they have one, a sound credit code."""

import pandas as pd
import pytest

from gis.codes import credit_check_digit
from gis.errors import InvalidLayerError
from gis.models import Scene
from layers.schema.enterprises import ENTERPRISES, check_code
from layers.schema.layer import check
from layers.stores import open_store

PLACE = {
    "place_id": "E1",
    "scene": "street_shop",
    "is_coded": "true",
    "source": "tax",
}


def test_place_needs_id_scene_flag_and_source_only() -> None:
    frame = check(pd.DataFrame([PLACE]), ENTERPRISES)
    assert frame.loc[0, ["place_id", "scene", "is_coded"]].tolist() == [
        "E1",
        "street_shop",
        True,
    ]


@pytest.mark.parametrize("name", PLACE)
def test_place_without_one_of_them_is_refused(name: str) -> None:
    with pytest.raises(InvalidLayerError, match=f"row 1, field '{name}': is empty"):
        check(pd.DataFrame([PLACE | {name: None}]), ENTERPRISES)


def recorded(**changes: object) -> list[str]:
    """Scenes of a place that a store took."""
    store = open_store("memory:")
    row = PLACE | {"valid_from": "2026-09-01T00:00:00+08:00"} | changes
    store.record("enterprises", pd.DataFrame([row]))
    return store.facts("enterprises")["scene"].tolist()


def test_every_scene_of_the_rule_may_stand_and_another_kind_without_a_code() -> None:
    for scene in Scene:
        assert recorded(scene=scene.value) == [scene]
    assert recorded(scene=" 住宅小区", is_coded="false") == ["住宅小区"]
    words = "row 1, field 'scene': 'hotel' is not one .* has no safety code"
    with pytest.raises(InvalidLayerError, match=words):
        recorded(scene="hotel")


@pytest.mark.parametrize("is_coded", ["true", "false"])
def test_scene_in_another_spelling_is_refused(is_coded: str) -> None:
    for name in ("Street shop", "沿街店铺"):
        with pytest.raises(
            InvalidLayerError, match="is scene 'street_shop' in another"
        ):
            recorded(scene=name, is_coded=is_coded)


def test_sound_code_passes_and_a_changed_digit_is_named() -> None:
    body = "91330100799655058"
    check_code(body + credit_check_digit(body))
    other = "0" if credit_check_digit(body) != "0" else "1"
    with pytest.raises(ValueError, match=r"is no credit code: .* check digit"):
        check_code(body + other)


def test_code_is_checked_where_there_is_one() -> None:
    rows = pd.DataFrame([PLACE | {"credit_code": None}])
    assert check(rows, ENTERPRISES)["credit_code"].isna().all()
    with pytest.raises(InvalidLayerError, match="row 1, field 'credit_code'"):
        check(rows.assign(credit_code="91"), ENTERPRISES)
