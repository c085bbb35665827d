"""A name stands once in an object, however deep and however it is written."""

import json

import pytest

from layers.files.json_names import RepeatedNameError, check_names, is_plain


@pytest.mark.parametrize(
    ("text", "name", "count"),
    [
        (b'{"a": 1, "b": 2, "a": 1}', "a", 2),
        (b'[{"c": {"d": 1, "d": 1, "d": 1}}]', "d", 3),
        (b'{"a": 1, "\\u0061": 2}', "a", 2),
    ],
)
def test_name_that_repeats_is_named(text: bytes, name: str, count: int) -> None:
    with pytest.raises(RepeatedNameError) as error:
        check_names(text)
    assert (error.value.name, error.value.count) == (name, count)


def test_same_name_in_two_objects_is_no_repetition() -> None:
    check_names(b'[{"a": {"a": 1}}, {"a": 2}]')


@pytest.mark.parametrize(
    "text", [b'{"a": 1, "a": 1}', b'{"a": {"b": 1, "b": 1}}', b'{"a": ":"}', b"[1]"]
)
def test_text_with_more_colons_than_names_is_not_plain(text: bytes) -> None:
    assert not is_plain(json.loads(text), text)
