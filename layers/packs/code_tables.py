"""Names of modules, lines and platforms, kept as data files."""

import csv
from functools import cache
from importlib import resources
from typing import Final, Literal

from layers.words import Words
from layers.words.vocabulary import OTHER, OTHER_NAME

Table = Literal["modules", "lines", "platforms"]
TABLES: Final[tuple[Table, ...]] = ("modules", "lines", "platforms")


def names_of(table: Table, code: str) -> tuple[str, str]:
    """Return the Chinese and English name of a code; one without is its own name.

    Parameters
    ----------
    table
        Which table.
    code
        As events and packs carry it.

    Examples
    --------
    >>> names_of("lines", "hazard"), names_of("modules", "space")
    (('安全隐患整治', 'Safety hazards'), ('space', 'space'))
    """
    return codes_of(table).get(code, (code, code))


def named(table: Table, code: str) -> Words:
    """Return the words of a code of a table; `OTHER` is one without any.

    Examples
    --------
    >>> named("modules", "other").zh, named("platforms", "market").zh
    ('其他', '市场监管')
    """
    return OTHER_NAME if code == OTHER else Words(*names_of(table, code))


@cache
def codes_of(table: Table) -> dict[str, tuple[str, str]]:
    """Return every code of a table with its names, in the order of the file."""
    text = (
        resources.files("layers.packs")
        .joinpath("codes", f"{table}.csv")
        .read_text("utf8")
    )
    rows = csv.DictReader(text.splitlines())
    return {next(iter(row.values())): (row["zh"], row["en"]) for row in rows}
