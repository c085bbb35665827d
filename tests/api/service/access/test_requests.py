"""The same request of a key has the same id, another one never."""

from hypothesis import given
from hypothesis import strategies as st

from api.service.access.requests import request_id

NAMES = st.text("ab-1", min_size=1, max_size=4)


@given(NAMES, NAMES, NAMES, NAMES)
def test_ids_are_those_of_the_key_and_the_request(key, name, other_key, other):
    is_same = (key, name) == (other_key, other)
    assert (request_id(key, name) == request_id(other_key, other)) == is_same
    assert len(request_id(key, name)) == 35
