"""Numbers of queries: digits, and nothing that only Python reads as a number."""

import re
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator


def _digits(value: object) -> object:
    """Return a number of text, refuse other text: `1_0`, `+1`, ` 1` and `1.0`."""
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"\d{1,18}", value, re.ASCII) is None:
        raise ValueError("is no whole number, expected digits such as '3'")
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
