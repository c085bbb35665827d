"""Texts of requests: ids as every layer keeps them, and free text without numbers."""

import unicodedata
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field

from api.refusals import broken_rule
from api.service.events.masking import mask_numbers
from layers.schema.cells import refuse_unstorable, text_of


def _as_kept(value: object) -> object:
    """Return text as every layer keeps it, so that the answer names what is kept."""
    if not isinstance(value, str):
        return value
    _refuse_unstorable(value)
    return text_of(value) or ""


def _visible(value: str) -> str:
    """Refuse an id with a line break or a sign that nobody sees."""
    if value.isprintable() or all(
        unicodedata.category(sign) not in ("Cc", "Cf") for sign in value
    ):
        return value
    raise broken_rule("unseen_sign")


def _without_numbers(value: str) -> str:
    """Return free text as it is stored."""
    _refuse_unstorable(value)
    return mask_numbers(value)


def _refuse_unstorable(value: str) -> None:
    try:
        refuse_unstorable(value)
    except ValueError as error:
        raise broken_rule("unstorable") from error


# the length is that of the text: a limit outside of a function would count items
Kept: TypeAlias = Annotated[str, Field(max_length=100), BeforeValidator(_as_kept)]
"""Text of at most 100 characters, without blanks around it."""
Id: TypeAlias = Annotated[
    str,
    Field(min_length=1, max_length=100),
    BeforeValidator(_as_kept),
    AfterValidator(_visible),
]
"""An id that looks like what it is."""
LongId: TypeAlias = Annotated[
    str,
    Field(min_length=1, max_length=255),
    BeforeValidator(_as_kept),
    AfterValidator(_visible),
]
"""An id that another system gives: a URI or a number of its own."""
Text: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=1000), AfterValidator(_without_numbers)
]
"""What a person writes; telephone and citizen numbers in it are starred out."""
Purpose: TypeAlias = Annotated[
    str,
    Field(min_length=1, max_length=300),
    BeforeValidator(_as_kept),
    AfterValidator(_without_numbers),
]
"""For what something is read, as `Text` without blanks around it."""
Address: TypeAlias = Annotated[
    str,
    Field(min_length=1, max_length=200),
    BeforeValidator(_as_kept),
    AfterValidator(_visible),
    AfterValidator(_without_numbers),
]
"""An address in words, as `Text` without blanks around it and on one line."""
LongText: TypeAlias = Annotated[
    str, Field(max_length=4000), AfterValidator(_without_numbers)
]
"""The text of an event, as `Text`."""
