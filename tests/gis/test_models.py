"""Records of the domain are frozen, and their closed lists are complete."""

import dataclasses
import inspect

import pytest

from gis import models
from gis.models import (
    SCENE_NAMES,
    Assignment,
    Holding,
    Provenance,
    RiskLevel,
    SafetyCode,
    Scene,
    Severity,
    Status,
)

RECORDS = {
    name: value
    for name, value in vars(models).items()
    if inspect.isclass(value) and dataclasses.is_dataclass(value)
}


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_record_can_neither_be_changed_nor_take_another_attribute(record):
    value = record(*[None] * len(dataclasses.fields(record)))
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, dataclasses.fields(record)[0].name, 1)
    assert not hasattr(value, "__dict__")


def test_every_scene_has_names_of_its_own_in_both_languages():
    assert list(SCENE_NAMES) == list(Scene)
    for language in zip(*SCENE_NAMES.values(), strict=True):
        assert len(set(language)) == len(Scene)
        assert all(language)


def test_names_of_scenes_cannot_be_changed():
    with pytest.raises(TypeError):
        SCENE_NAMES[Scene.STREET_SHOP] = ("", "")


@pytest.mark.parametrize(
    ("scale", "words"),
    [
        (RiskLevel, "GREEN BLUE YELLOW ORANGE RED"),
        (SafetyCode, "GREEN YELLOW RED"),
        (Severity, "MINOR SERIOUS CRITICAL"),
    ],
)
def test_scale_rises_from_one_with_what_is_worse(scale, words):
    assert [(level.name, level.value) for level in scale] == [
        (word, place) for place, word in enumerate(words.split(), start=1)
    ]


@pytest.mark.parametrize("words", [Status, Scene])
def test_word_is_written_as_its_name_in_small_letters(words):
    assert [str(word) for word in words] == [word.name.lower() for word in words]


def assigned_to(accountable):
    provenance = Provenance(None, None, models.TIE_RULE, "1", "wgs84", None, None)
    return Assignment(
        Status.INSIDE, "", None, None, (), (), None, accountable, "", None, (),
        provenance,
    )  # fmt: skip


def test_accountable_post_is_that_of_the_holding_or_none():
    assert assigned_to(Holding("G1", "G1-L", "L1")).accountable_post == "G1-L"
    assert assigned_to(None).accountable_post is None
