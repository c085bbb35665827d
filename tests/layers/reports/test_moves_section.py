"""A report says how events came to its boundaries where these changed."""

from layers.figures.moved_events import MOVES, NOT_MOVED
from layers.reports.blocks import Heading, Table
from layers.reports.moves_section import moves_section


def test_each_way_has_a_row_with_the_events_of_both_times() -> None:
    moves = {"events": {"by_point": 1204}, "events_before": {"outside": 2}}
    heading, _, table = moves_section(moves)
    assert isinstance(heading, Heading)
    assert isinstance(table, Table)
    assert table.rows == (
        (MOVES["by_point"].line, "1,204", "0"),
        (NOT_MOVED["outside"].line, "0", "2"),
    )


def test_every_way_has_words() -> None:
    counts = dict.fromkeys((*MOVES, *NOT_MOVED), 1)
    *_, table = moves_section({"events": counts, "events_before": {}})
    assert isinstance(table, Table)
    assert len(table.rows) == len(MOVES) + len(NOT_MOVED)


def test_nothing_is_said_where_boundaries_stayed() -> None:
    assert [*moves_section({"events": {}, "events_before": {}})] == []
