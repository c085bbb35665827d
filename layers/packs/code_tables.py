"""Names of modules and categories, kept as data files, and which are sensitive."""

import csv
from functools import cache
from importlib import resources
from typing import Final, Literal

from layers.words import OTHER, OTHER_NAME, Words

Table = Literal["modules", "categories"]
TABLES: Final[tuple[Table, ...]] = ("modules", "categories")


def names_of(table: Table, code: str) -> tuple[str, str]:
    """Return the Chinese and English name of a code; one without is its own name.

    Parameters
    ----------
    table
        Which table.
    code
        As events carry it.

    Examples
    --------
    >>> names_of("categories", "noise"), names_of("modules", "space")
    (('噪声扰民', 'Noise'), ('space', 'space'))
    """
    return codes_of(table).get(code, (code, code))


def named(table: Table, code: str) -> Words:
    """Return the words of a module or category; `OTHER` is one without any.

    Examples
    --------
    >>> named("modules", "other").zh, named("categories", "noise").zh
    ('其他', '噪声扰民')
    """
    return OTHER_NAME if code == OTHER else Words(*names_of(table, code))


@cache
def codes_of(table: Table) -> dict[str, tuple[str, str]]:
    """Return every code of a table with its names, in the order of the file."""
    return {next(iter(row.values())): (row["zh"], row["en"]) for row in _rows(table)}


@cache
def sensitive_kinds() -> tuple[str, ...]:
    """Return the categories that say something about people, in code order.

    They enter no score, no map and no figure below the closed month of a town.

    Examples
    --------
    >>> [kind in sensitive_kinds() for kind in ("dispute", "elder_care", "noise")]
    [True, True, False]
    """
    rows = _rows("categories")
    return tuple(sorted(r["category"] for r in rows if r["is_sensitive"] == "yes"))


@cache
def hazard_kinds() -> tuple[str, ...]:
    """Return the categories of events that are hazards, in code order.

    What is no hazard (a request, a service, a dispute between people) says nothing of
    the safety of an area.

    Examples
    --------
    >>> [kind in hazard_kinds() for kind in ("fire_hazard", "elder_care", "dispute")]
    [True, False, False]
    """
    rows = _rows("categories")
    return tuple(sorted(r["category"] for r in rows if r["is_hazard"] == "yes"))


def _rows(table: Table) -> list[dict[str, str]]:
    """Return the rows of a table by the names of its columns."""
    text = (
        resources.files("layers.packs")
        .joinpath("codes", f"{table}.csv")
        .read_text("utf8")
    )
    return list(csv.DictReader(text.splitlines()))
