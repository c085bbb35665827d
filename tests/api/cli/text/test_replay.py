"""Lines of answers that were computed again."""

from api.cli.text.replay import replay_lines
from api.service.assignment.replay import Replay
from gis.assignment import ENGINE_VERSION


def test_equal_answer_is_one_line() -> None:
    replay = Replay("at_occurrence", True, (), ENGINE_VERSION)
    assert replay_lines("e1", (replay,)) == ["Event e1", "  at_occurrence  byte-equal"]


def test_other_answer_names_each_field_with_both_values() -> None:
    differences = (("assignment.grid_id", "G1", "G2"), ("revision", 4, 5))
    replay = Replay("acting", False, differences, ENGINE_VERSION)
    assert replay_lines("e1", (replay,))[1:] == [
        "  acting         DIFFERS",
        "    assignment.grid_id: stored 'G1', computed 'G2'",
        "    revision: stored 4, computed 5",
    ]


def test_other_engine_is_named_as_the_reason() -> None:
    replay = Replay("acting", False, (), "0")
    [_, line] = replay_lines("e1", (replay,))
    assert line.endswith(f"DIFFERS (stored by engine 0, this is {ENGINE_VERSION})")
