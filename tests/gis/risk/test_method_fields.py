"""Fields of a risk method as data: what is taken, and what is refused."""

import pytest

from gis.errors import InvalidLayerError
from gis.models import Scene
from gis.risk import RiskMethod
from gis.risk import method_fields as fields
from support.makers.risk_facts import shipped_body

WEIGHTS = {"green": 0, "yellow": 1, "red": 2}


REFUSED = {
    "no scale": ({"scale": None}, "names no colour scale"),
    "production scale": ({"scale": "four_colour"}, "'four_colour' is not that of"),
    "safety code": ({"scale": "three_colour"}, "'three_colour' is not that of"),
    "unknown key": ({"weight": 1}, "unknown key 'weight'"),
    "empty owner": ({"owner": " "}, "'owner' of the risk method is ' '"),
    "owner of another type": ({"owner": 7}, "'owner'"),
    "unknown denominator": ({"denominator": "people"}, "Denominator 'people'"),
    "denominator a list": ({"denominator": ["km2"]}, "Denominator"),
    "negative k": ({"k": -0.1}, "'k'"),
    "r0 not a number": ({"r0": float("nan")}, "'r0'"),
    "r0 endless": ({"r0": 10**400}, "'r0'"),
    "r0 a text": ({"r0": "80"}, "'r0'"),
    "r0 a truth": ({"r0": True}, "'r0'"),
    "three breaks": ({"breaks": [1, 2, 3]}, "Breaks"),
    "equal breaks": ({"breaks": [1, 2, 2, 3]}, "Breaks"),
    "break at zero": ({"breaks": [0, 1, 2, 3]}, "Breaks"),
    "breaks a text": ({"breaks": "1234"}, "Breaks"),
    "red below yellow": (
        {"place_weights": WEIGHTS | {"red": 0.5}},
        "weights must not fall from green to red",
    ),
    "colour of another scale": (
        {"place_weights": WEIGHTS | {"orange": 1}},
        "each of green, yellow, red",
    ),
    "weight too large": ({"place_weights": WEIGHTS | {"red": 1001}}, "0 to 1000"),
    "scene outside the eight": ({"scene_weights": {"cinema": WEIGHTS}}, "'cinema'"),
    "scenes a list": ({"scene_weights": ["street_shop"]}, "'scene_weights'"),
    "scene without red": (
        {"scene_weights": {"street_shop": {"green": 0, "yellow": 1}}},
        "'scene_weights.street_shop'",
    ),
    "three severities": ({"event_weights": {"1": 0, "2": 1, "3": 2}}, "1, 2, 3, 4"),
    "falling severities": (
        {"event_weights": {"1": 3, "2": 2, "3": 1, "4": 0}},
        "must not fall from 1 to 4",
    ),
    "no half-life": ({"half_life_days": 0}, "'half_life_days'"),
    "part of a day": ({"window_days": 7.5}, "whole days"),
    "share below 0.7": ({"place_share": 0.69}, "from 0.7 to 1"),
    "share above one": ({"place_share": 1.01}, "from 0.7 to 1"),
    "share in thousandths": ({"place_share": 0.705}, "whole hundredths"),
    "share not a number": ({"place_share": "70 %"}, "'place_share'"),
    "kinds a text": ({"event_kinds": "theft"}, "'event_kinds'"),
    "kind twice": ({"event_kinds": ["theft", "theft"]}, "each once"),
    "kind without a name": ({"event_kinds": [" "]}, "'event_kinds'"),
    "kind a number": ({"event_kinds": [1]}, "'event_kinds'"),
    "floors no list": ({"floors": {"code": "red", "level": "red"}}, "'floors'"),
    "floor without level": ({"floors": [{"code": "red"}]}, "must give 'code'"),
    "floor of no code": ({"floors": [{"code": "orange", "level": "red"}]}, "'orange'"),
    "floor of no scene": (
        {"floors": [{"code": "red", "level": "red", "scenes": ["casino"]}]},
        "'casino'",
    ),
    "floor of scenes that are none": (
        {"floors": [{"code": "red", "level": "red", "scenes": []}]},
        "'scenes'",
    ),
    "floor with an unknown key": (
        {"floors": [{"code": "red", "level": "red", "tier": 4}]},
        "'tier'",
    ),
    "two floors of one level": (
        {"floors": [{"code": c, "level": "red"} for c in ("red", "yellow")]},
        "two rules have one level",
    ),
    "no steadiness": ({"steady_days": 0}, "'steady_days'"),
}


@pytest.mark.parametrize(("change", "text"), REFUSED.values(), ids=REFUSED)
def test_method_is_refused_in_one_sentence(change, text):
    with pytest.raises(InvalidLayerError) as caught:
        RiskMethod.from_body(shipped_body() | change)
    assert text in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("key", sorted(shipped_body().keys() - {"scale"}))
def test_missing_key_is_named_unless_it_has_a_default(key):
    body = {name: value for name, value in shipped_body().items() if name != key}
    if key in fields.OPTIONAL:
        assert RiskMethod.from_body(body).steady_days == 3
    else:
        with pytest.raises(InvalidLayerError, match=f"has no '{key}'"):
            RiskMethod.from_body(body)


def test_shipped_method_passes_every_check():
    fields.check_scale(shipped_body())
    fields.check_keys(shipped_body())
    assert shipped_body().keys() >= fields.REQUIRED


@pytest.mark.parametrize("value", [0, 0.5, 3, 9.0])
def test_number_within_limits_is_taken_the_ends_included(value):
    number = fields.number(value, "k", 0.0, 9.0)
    assert (number, type(number)) == (value, float)


@pytest.mark.parametrize("value", [-1e-9, 9.000001, float("inf"), None, True, "3"])
def test_number_beyond_limits_or_of_another_kind_is_refused(value):
    with pytest.raises(InvalidLayerError, match=r"'k' .* a number from 0 to 9"):
        fields.number(value, "k", 0.0, 9.0)


def test_days_are_whole_and_at_least_one():
    assert [fields.whole_days(days, "window_days", 30) for days in (1, 7.0, 30)] == [
        1,
        7,
        30,
    ]
    for days in (0, 31, 1.5):
        with pytest.raises(InvalidLayerError, match="'window_days'"):
            fields.whole_days(days, "window_days", 30)


def test_text_loses_the_blanks_around_it():
    assert fields.text({"owner": "  safety office\n"}, "owner") == "safety office"


def test_equal_weights_do_not_fall():
    assert fields.place_weights({"red": 1, "green": 1, "yellow": 1}) == (1.0, 1.0, 1.0)
    assert fields.event_weights(dict.fromkeys("4321", 0)) == (0.0, 0.0, 0.0, 0.0)


def test_scenes_with_weights_of_their_own_come_in_the_order_of_the_list():
    bodies = {scene.value: WEIGHTS for scene in reversed(Scene)}
    assert list(fields.scene_weights(bodies)) == list(Scene)
    assert fields.scene_weights({}) == {}


@pytest.mark.parametrize("limits", [[1, 2, 3, 4], (0.1, 0.2, 0.3, 0.4)])
def test_four_ascending_breaks_are_taken(limits):
    assert fields.breaks(limits) == tuple(limits)
