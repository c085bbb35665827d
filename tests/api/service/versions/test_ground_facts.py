"""What lies on the ground of a change: read once, as other commands have it."""

from collections import Counter

import pytest

from api.service.versions.gate import try_change
from api.service.versions.ground_facts import ReviewTerms, read_town
from gis.models import Instant
from layers.rating.day import read_risk_day
from layers.rating.facts import Cutoff
from layers.snapshots import Terms
from support.makers.change_files import change_of, split_and_merged
from support.makers.square_town import DAY, NOW, TIMEZONE, SquareTown, places


def read(town: SquareTown, snap_m: float = 0.0):
    trial = try_change(town.store, change_of(split_and_merged(town.store)), NOW)
    terms = ReviewTerms(TIMEZONE, Terms(snap_m))
    return read_town(town.store, trial, terms)


def test_places_have_the_codes_of_the_day(eventful: SquareTown) -> None:
    rating = read_risk_day(eventful.store, Cutoff(DAY))
    codes = dict(zip(rating.places["place_id"], rating.places["code"], strict=True))
    table = read(eventful).places
    assert table["place_id"].tolist() == ["P1", "P2", "P3", "P4"]
    pairs = zip(table["place_id"], table["code"], strict=True)
    assert dict(pairs) == {**codes, "P3": None}


def test_place_that_is_gone_or_not_there_yet_is_left_out(
    eventful: SquareTown,
) -> None:
    rows = places().iloc[[2, 2]].reset_index(drop=True)
    rows["place_id"] = ["gone", "to come"]
    rows["valid_from"] = ["2026-09-01T00:00:00+08:00", "2026-12-01T00:00:00+08:00"]
    rows["valid_to"] = ["2026-09-02T00:00:00+08:00", None]
    eventful.store.record("enterprises", rows)
    assert read(eventful).places["place_id"].tolist() == ["P1", "P2", "P3", "P4"]


def test_events_of_the_month_are_counted_on_changed_ground(
    eventful: SquareTown,
) -> None:
    events = read(eventful).ground.events
    ids = [*events.points.ids, None]
    owners = Counter(ids[row] for row in events.points.owners.tolist())
    # only those of the changed grids are read
    assert owners == {"G2": 1}
    assert events.window_days == 30.0


def test_history_has_no_open_events(eventful: SquareTown) -> None:
    assert read(eventful).open_events is None


@pytest.mark.parametrize(("snap_m", "is_near"), [(0.0, False), (2_000.0, True)])
def test_positions_outside_are_owned_as_the_deployment_says(
    squares: SquareTown, snap_m: float, is_near: bool
) -> None:
    town = read(squares, snap_m)
    assert (town.ground.places.points.snap is not None) == is_near


def test_last_number_that_was_typed_counts(squares: SquareTown) -> None:
    draft = split_and_merged(squares.store)
    with draft.edit("counted twice", author="planner") as e:
        e.set_figures("G5", residents=120)
        e.set_figures("G5", residents=130, name="新")
    trial = try_change(squares.store, change_of(draft), Instant(NOW))
    assert trial.workspace.typed_counts() == {"residents": {"G5": 130}}
