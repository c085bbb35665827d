"""Tokens of pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.service.ogc.item_query import id_of_token, page_token


@given(st.text(min_size=1), st.sampled_from(["grids open", "places conditional open"]))
def test_a_token_gives_its_item_to_its_own_query_alone(item_id, origin):
    token = page_token(origin, item_id)
    assert id_of_token(token, origin) == item_id
    assert id_of_token(token, "circles open") is None


@pytest.mark.parametrize("token", ["", "=", "é", "AAAA", "Z3JpZHM", "a" * 5000, "+/"])
def test_what_is_no_token_gives_nothing(token):
    assert id_of_token(token, "grids open") is None
