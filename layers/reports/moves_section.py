"""What a report says of events that were recorded in other boundaries than its own."""

from collections.abc import Iterator, Mapping
from typing import Final

from layers.figures.moved_events import MOVES, NOT_MOVED
from layers.reports.blocks import Block, Column, Heading, Paragraph, Table
from layers.words import Words
from layers.words.code_lists import HEADINGS
from layers.words.vocabulary import EVENTS

WAYS: Final = {**MOVES, **NOT_MOVED}


def moves_section(moves: Mapping[str, Mapping[str, int]]) -> Iterator[Block]:
    """Yield how events came to the boundaries of a report; nothing if none had to.

    Parameters
    ----------
    moves
        As `layers.figures.report.Figures` has them.

    Examples
    --------
    >>> [*moves_section({"events": {}, "events_before": {}})]
    []
    """
    names = [name for name in WAYS if any(name in counts for counts in moves.values())]
    if not names:
        return
    yield Heading(Words("边界调整", "Boundaries that changed"))
    yield Paragraph(
        Words(
            "时段内边界有调整，事件按期末的边界计入：",
            "Boundaries changed in these days; events are counted on those of the end:",
        )
    )
    yield Table(
        (
            Column(Words("方式", "How"), 180),
            Column(EVENTS, 30, "events"),
            Column(HEADINGS["before"], 30, "events_before"),
        ),
        tuple(
            (
                WAYS[name].line,
                *(f"{moves[column].get(name, 0):,}" for column in moves),
            )
            for name in names
        ),
    )
