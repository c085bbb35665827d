"""A change in lines: what differs, whose ground goes where, what becomes of posts."""

from api.cli.text.changes import trial_lines
from api.service.versions.gate import try_change
from support.makers.change_files import change_of, split_and_merged
from support.makers.square_town import NOW, SquareTown


def test_every_change_is_a_line() -> None:
    squares = SquareTown()
    change = change_of(split_and_merged(squares.store))
    lines = [*trial_lines(try_change(squares.store, change, NOW))]
    assert lines[:7] == [
        "On version 1: 1 grid created, 2 grids changed, 1 grid retired.",
        "  changed G2",
        "  retired G3",
        "  changed G4",
        "  created G5",
        "  50.0% of the ground of G2 goes to G5",
        "  100.0% of the ground of G3 goes to G4",
    ]
    assert lines[7].startswith("Posts: 1 end, 0 move, 0 are new, 0 grids without")
    assert "'G5'" in lines[8]
