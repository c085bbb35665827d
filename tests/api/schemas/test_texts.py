"""Ids are kept as they look; free text is kept without numbers of persons."""

import pytest
from pydantic import TypeAdapter, ValidationError

from api.schemas.texts import Id, LongId, LongText, Text


def refused(kind: object, value: object) -> str:
    """The rule that a value breaks."""
    with pytest.raises(ValidationError) as error:
        TypeAdapter(kind).validate_python(value, strict=True)
    return error.value.errors()[0]["type"]


def test_id_is_kept_composed_and_without_blanks_around_it() -> None:
    assert TypeAdapter(Id).validate_python(" cafe\u0301 ") == "caf\u00e9"


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("", "string_too_short"),
        (" \t", "string_too_short"),
        ("x" * 256, "string_too_long"),
        ("a\0b", "unstorable"),
        ("a\ud800b", "unstorable"),
        ("a\nb", "unseen_sign"),
        ("a\u200bb", "unseen_sign"),
        ("a\u202eb", "unseen_sign"),
        (7, "string_type"),
        (None, "string_type"),
    ],
)
@pytest.mark.parametrize("kind", [Id, LongId], ids=["id", "long id"])
def test_id_that_is_none_is_refused(kind: object, value: object, rule: str) -> None:
    assert refused(kind, value) == rule


def test_id_of_another_system_may_be_longer_than_our_own() -> None:
    assert TypeAdapter(LongId).validate_python("x" * 255) == "x" * 255
    assert refused(Id, "x" * 101) == "string_too_long"


def test_free_text_is_kept_as_it_came_but_for_numbers_of_persons() -> None:
    text = " <b>\u202e\n占道 13812345678 "
    kept = TypeAdapter(Text).validate_python(text)
    assert kept == text.replace("12345678", "******78")


@pytest.mark.parametrize(
    ("value", "rule"), [("", "string_too_short"), ("x" * 1001, "string_too_long")]
)
def test_free_text_is_neither_empty_nor_endless(value: str, rule: str) -> None:
    assert refused(Text, value) == rule


@pytest.mark.parametrize("kind", [Text, LongText], ids=["text", "long text"])
def test_free_text_that_no_database_keeps_is_refused(kind: object) -> None:
    assert refused(kind, "a\0") == "unstorable"
