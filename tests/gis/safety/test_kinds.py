"""A kind of place is a scene, or another kind; a scene written wrong is neither."""

import pytest

from gis.models import SCENE_NAMES, Scene
from gis.safety.kinds import read_kind


@pytest.mark.parametrize("scene", Scene)
def test_scene_is_itself_and_its_names_lead_to_it(scene):
    assert read_kind(str(scene)) is scene
    spellings = {
        *SCENE_NAMES[scene],
        scene.upper(),
        scene.replace("_", " "),
        f"{scene}s",
    }
    for name in spellings - {str(scene)}:
        with pytest.raises(ValueError, match=f"is scene {scene.value!r} in another"):
            read_kind(name)


def test_letter_that_is_missing_or_wide_is_another_spelling():
    for name in ("hazardus_chemicals", "ｃｒｏｗｄｅｄ＿ｐｌａｃｅ", "labor_intensive"):
        with pytest.raises(ValueError, match="another spelling"):
            read_kind(name)


@pytest.mark.parametrize(
    "name", ["住宅小区", "residential_compound", "school", "hotel", "shop", "学校"]
)
def test_other_kind_is_its_name(name):
    assert read_kind(f" {name} ") == name


def test_blank_name_is_no_kind():
    with pytest.raises(ValueError, match="is empty"):
        read_kind("  ")
