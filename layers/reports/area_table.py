"""A table of areas: level, score, events and the other counts of each."""

from typing import Any, Final, TypeAlias

import pandas as pd

from layers.figures.counting import MODULE_COLUMNS, MODULES
from layers.figures.definitions import figure_of
from layers.figures.report import Figures
from layers.packs.code_tables import named
from layers.reports.before import has_before
from layers.reports.blocks import Cell, Column, Table, level_chip
from layers.words import Words
from layers.words.code_lists import HEADINGS
from layers.words.vocabulary import EVENTS

Row: TypeAlias = Any
"""A row of a frame by `itertuples`, which pandas does not type."""

NONE: Final = "—"
AREA_COUNTS: Final = (
    "checks",
    "found",
    "fixed",
    "green",
    "yellow",
    "red",
    "overdue",
    "campaigns",
)
"""Counts in the table of areas besides the events."""


def area_table(figures: Figures, areas: pd.DataFrame) -> Table:
    """Return the table of some areas.

    Parameters
    ----------
    figures
        Of the report.
    areas
        Rows of its areas.
    """
    has_data = has_before(figures)
    return Table(
        (
            Column(Words("名称", "Name"), 27),
            Column(Words("编号", "Id"), 25),
            Column(Words("等级", "Level"), 16),
            Column(Words("得分", "Score"), 11, "score"),
            Column(Words("较上周", "Change"), 11.5, "change"),
            Column(EVENTS, 11, "events"),
            Column(HEADINGS["before"], 11, "events_before"),
            *(Column(_short(name), 11.8, "module_events") for name in MODULES),
            *(Column(HEADINGS[name], 9.8, figure_of(name)) for name in AREA_COUNTS),
        ),
        tuple(_area_row(area, has_data) for area in areas.itertuples()),
    )


def _short(module: str) -> Words:
    """Return the words of a module for a narrow column."""
    words = named("modules", module)
    return Words(words.zh.removeprefix("智慧"), words.en.split()[0])


def _area_row(area: Row, has_data: bool) -> tuple[Cell, ...]:
    """Return the row of an area."""
    is_rated = area.layer != "no_grid"
    names = (*MODULE_COLUMNS, *AREA_COUNTS)
    return (
        area.name,
        area.area_id,
        level_chip(area.level) if is_rated else NONE,
        score_text(area.score),
        change_text(area.change),
        f"{area.events:,}",
        f"{area.events_before:,}" if has_data else NONE,
        *(f"{getattr(area, name):,}" for name in names),
    )


def score_text(score: float) -> str:
    """Return a score to a tenth, a dash for none.

    Examples
    --------
    >>> score_text(41.25), score_text(float("nan"))
    ('41.2', '—')
    """
    return NONE if pd.isna(score) else f"{score:.1f}"


def change_text(change: float) -> str:
    """Return a change of a score with its sign, a dash for none.

    Examples
    --------
    >>> change_text(-0.01), change_text(2.0)
    ('+0.0', '+2.0')
    """
    # adding zero takes the sign off a rounded zero
    return NONE if pd.isna(change) else f"{round(change, 1) + 0.0:+.1f}"
