"""What the reviewer of a change is shown equals what the store knows."""

from pathlib import Path

import pytest

from api.service.versions.change_file import ChangeFile
from api.service.versions.review import OPEN_EVENTS, PLACES, review_report
from gis.errors import EditError
from layers.stores import open_store
from support.makers.change_files import change_of, split_and_merged
from support.makers.square_town import NOW, SquareTown


def report_of(town: SquareTown, change: ChangeFile):
    return review_report(town.store, change, NOW, "2026-10-01")


def owners(places, polygons) -> list[str]:
    """The grid of each place by brute force, the lowest id on a border."""
    return [
        min((grid for grid, p in polygons.items() if p.intersects(point)), default="")
        for point in places
    ]


def test_places_that_change_hands_are_those_of_a_recount(squares: SquareTown) -> None:
    draft = split_and_merged(squares.store)
    report = report_of(squares, change_of(draft))
    counts = dict(report.handovers)[PLACES]
    facts = squares.store.facts("enterprises", valid_at=NOW)
    places = facts.drop_duplicates("place_id").geometry
    pairs = zip(
        owners(places, draft.base_polygons),
        owners(places, draft.planar.polygons),
        strict=True,
    )
    expected: dict[tuple[str, str], int] = {}
    for pair in pairs:
        if pair[0] != pair[1]:
            expected[pair] = expected.get(pair, 0) + 1
    assert counts == expected
    assert expected


def test_layer_that_is_not_loaded_is_never_0(squares: SquareTown) -> None:
    change = change_of(split_and_merged(squares.store))
    assert dict(report_of(squares, change).handovers)[OPEN_EVENTS] is None


def test_history_without_an_open_event_is_none_that_moves(
    squares: SquareTown, tmp_path: Path
) -> None:
    squares.load(tmp_path)
    change = change_of(split_and_merged(squares.store))
    assert dict(report_of(squares, change).handovers)[OPEN_EVENTS] == {}


def test_what_is_open_about_posts_is_shown(squares: SquareTown) -> None:
    report = report_of(squares, change_of(split_and_merged(squares.store)))
    assert "'G5'" in " ".join(report.open_ends)
    assert sorted(report.plan.ended) == ["G3-L"]
    assert "clean" in report.certificate
    texts = {words.en: text for words, text in report.facts}
    assert texts["drawn by"] == "helper, planner"
    assert texts["valid from"] == "2026-10-01"


def test_change_of_another_version_is_refused(squares: SquareTown) -> None:
    change = change_of(split_and_merged(squares.store))
    squares.publish({"G1": (0, 1), "G2": (1, 2), "G3": (2, 4)}, "2026-10-01")
    with pytest.raises(EditError, match="rebase it"):
        report_of(squares, change)
    assert open_store("memory:").history().head() is None
