"""Texts in two languages that a module has, by table, and those with one language."""

import re
from collections.abc import Iterable
from types import ModuleType
from typing import Final

from layers.words import Words

CHINESE: Final = re.compile("[一-鿿]")


def word_tables(module: ModuleType) -> dict[str, list[Words]]:
    """Return every text of a module by the name of its table or of itself."""
    tables = {}
    for name, value in vars(module).items():
        if isinstance(value, Words):
            tables[name] = [value]
        elif name.isupper() and hasattr(value, "values"):
            tables[name] = list(value.values())
    return tables


def one_sided(texts: Iterable[Words]) -> list[Words]:
    """Return the texts of which a language is missing, or is the other one."""
    return [
        text
        for text in texts
        if not CHINESE.search(text.zh) or not text.en or CHINESE.search(text.en)
    ]
