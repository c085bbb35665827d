"""Whole numbers: of queries in digits, of JSON as every reader of JSON takes them."""

import re
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator

from api.refusals import broken_rule


def _digits(value: object) -> object:
    """Return a number of text, refuse other text: `1_0`, `+1`, ` 1` and `1.0`."""
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"\d{1,18}", value, re.ASCII) is None:
        raise broken_rule("no_whole_number")
    return int(value)


def _decimal(value: object) -> object:
    """Return a number of text, refuse other text: `1_0`, `nan`, ` 1` and `1,5`."""
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"\d{1,18}(\.\d{1,18})?", value, re.ASCII) is None:
        raise ValueError("is no number, expected digits such as '50' or '0.5'")
    return float(value)


DecimalNumber: TypeAlias = Annotated[float, BeforeValidator(_decimal)]
"""A number that is not negative, written in digits."""
WholeNumber: TypeAlias = Annotated[int, BeforeValidator(_digits)]
"""A whole number that is not negative, written in digits."""


def _whole(value: object) -> object:
    """Return 2.0 as 2, which JSON does not tell apart."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole: TypeAlias = Annotated[int, BeforeValidator(_whole)]
"""A whole number of JSON."""
