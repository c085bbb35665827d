"""What each figure means: its definition, unit, owner and formula, as data."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import Final

from layers.words import Words

FILE: Final = "definitions.toml"


@dataclass(frozen=True, slots=True)
class Definition:
    """What a figure means.

    Attributes
    ----------
    figure_id
        As the figures of an area name it, or a report in words of its own.
    name, definition
        In both languages.
    unit
        What it is counted or measured in.
    owner
        Who answers for it.
    formula
        How it comes from fields of events, places and areas.
    is_answered
        Whether the figures of an area have it; else a report alone.
    report
        Columns of a report that show it; ``*`` stands for any end. What has none and is
        not answered stands on pages.
    """

    figure_id: str
    name: Words
    definition: Words
    unit: str
    owner: str
    formula: str
    is_answered: bool
    report: tuple[str, ...]


@cache
def definitions() -> tuple[Definition, ...]:
    """Return what each figure means, in the order of the file.

    Examples
    --------
    >>> definitions()[0].figure_id, definitions()[0].unit
    ('events', 'events')
    """
    text = resources.files("layers.figures").joinpath(FILE).read_text("utf-8")
    return tuple(
        Definition(
            row["id"],
            Words(row["name_zh"], row["name_en"]),
            Words(row["definition_zh"], row["definition_en"]),
            row["unit"],
            row["owner"],
            row["formula"],
            row["is_answered"],
            tuple(row["report"]),
        )
        for row in tomllib.loads(text)["figure"]
    )


@cache
def definition_of(figure_id: str) -> Definition:
    """Return what a figure means.

    Parameters
    ----------
    figure_id
        As pages and answers name it.

    Raises
    ------
    KeyError
        If nobody has defined it.

    Examples
    --------
    >>> definition_of("events").name.en
    'Events'
    """
    return {d.figure_id: d for d in definitions()}[figure_id]


def figure_of(column: str) -> str:
    """Return the figure that a column of a report shows.

    Parameters
    ----------
    column
        Of the report.

    Raises
    ------
    KeyError
        If no definition has it.

    Examples
    --------
    >>> figure_of("found"), figure_of("module_safety")
    ('findings', 'module_events')
    """
    for definition in definitions():
        if any(fnmatchcase(column, pattern) for pattern in definition.report):
            return definition.figure_id
    raise KeyError(column)


def undefined(columns: Iterable[str]) -> list[str]:
    """Return the columns of a report that no definition has.

    Parameters
    ----------
    columns
        Of the report.

    Examples
    --------
    >>> undefined(["events", "module_safety", "kites"])
    ['kites']
    """
    patterns = [pattern for d in definitions() for pattern in d.report]
    return [
        column
        for column in columns
        if not any(fnmatchcase(column, pattern) for pattern in patterns)
    ]
