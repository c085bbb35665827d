"""A change in lines: what differs, whose ground goes where, what becomes of posts."""

from pathlib import Path

from api.cli.text.changes import review_lines, trial_lines
from api.service.versions.gate import try_change
from api.service.versions.ground_facts import ReviewTerms
from api.service.versions.review import gather_review
from layers.reports.handover_lists import handover_lists
from layers.reports.review_page import review_page
from support.makers.change_files import change_of, split_and_merged
from support.makers.square_town import NOW, TIMEZONE, SquareTown


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


def test_what_changes_hands_is_counted_or_not_loaded() -> None:
    squares = SquareTown()
    change = change_of(split_and_merged(squares.store))
    review = gather_review(squares.store, change, NOW, ReviewTerms(TIMEZONE))
    lines = [*review_lines(review)]
    assert lines[:5] == [
        "places: 1 change hands",
        "open events: not loaded",
        "due checks: 0 change hands",
        "duties: 0 change hands",
        "Coverage certificate: clean: no gap inside the outline, bays not looked for, "
        "no overlap",
    ]
    assert "'G5'" in lines[5]


def test_events_of_which_none_runs_a_loop_are_loaded(tmp_path: Path) -> None:
    eventful = SquareTown()
    eventful.load(tmp_path)
    change = change_of(split_and_merged(eventful.store))
    review = gather_review(eventful.store, change, NOW, ReviewTerms(TIMEZONE))
    assert "open events: loaded, none runs a loop" in [*review_lines(review)]
    page = review_page(review)
    assert "已载入，均不在办理中" in page
    [some, *_] = handover_lists(review).values()
    assert "loaded, none runs a loop" in some.decode("utf-8-sig")
