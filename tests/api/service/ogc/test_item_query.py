"""Tokens of pages."""

import base64

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.service.ogc.item_query import page_token, place_of_token
from layers.collections import Place
from layers.schema.layer import Field

KINDS = {
    "text": st.text(),
    "instant": st.text(),
    "integer": st.integers(-(2**62), 2**62),
    "number": st.floats(allow_nan=False, allow_infinity=False) | st.integers(-9, 9),
    "flag": st.booleans(),
}
FIELDS = [Field(kind, kind, False, "open", "") for kind in KINDS]


@given(
    values=st.tuples(*(strategy | st.none() for strategy in KINDS.values())),
    item_id=st.text(min_size=1),
    origin=st.sampled_from(["grids open", "places conditional open"]),
)
def test_a_token_gives_its_place_to_its_own_query_alone(values, item_id, origin):
    token = page_token(origin, Place(values, item_id))
    assert place_of_token(token, origin, FIELDS) == Place(values, item_id)
    assert place_of_token(token, "circles open", FIELDS) is None
    assert place_of_token(token, origin, FIELDS[1:]) is None
    assert place_of_token(token, origin) is None


@pytest.mark.parametrize("token", ["", "=", "é", "AAAA", "Z3JpZHM", "a" * 5000, "+/"])
def test_what_is_no_token_gives_nothing(token):
    assert place_of_token(token, "grids open") is None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", ["a", 1, 2**70, -(2**64), 1.5, True, [], {"a": 1}])
def test_a_token_has_values_of_the_kinds_of_its_columns(kind, value):
    text = (
        orjson.dumps(["o", "id", value])
        if value not in (2**70, -(2**64))
        else (b'["o","id",%d]' % value)
    )
    token = base64.urlsafe_b64encode(text).decode()
    place = place_of_token(token, "o", [Field(kind, kind, False, "open", "")])
    fitting = {
        "text": {"a"},
        "instant": {"a"},
        "integer": {1},
        "number": {1, 1.5},
        "flag": {True},
    }
    fits = any(
        value == good and isinstance(value, bool) == isinstance(good, bool)
        for good in fitting[kind]
    )
    # a whole number beyond 64 bits is a real one to JSON here
    if kind == "number" and not isinstance(value, (str, bool, list, dict)):
        fits = True
    assert (place is not None) == fits


@pytest.mark.parametrize(
    "text", [b"[]", b"{}", b'["o"]', b'["o",1]', b'["o",""]', b"1"]
)
def test_a_token_of_another_form_is_none(text):
    assert place_of_token(base64.urlsafe_b64encode(text).decode(), "o") is None
