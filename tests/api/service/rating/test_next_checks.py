"""Checks are late, owed today or owed soon; the nearest place comes first."""

import datetime as dt
import math

import numpy as np
import pytest

from api.service.rating.days import RiskDesk
from api.service.rating.next_checks import NEXT_DAYS, Spot, distance_m, list_next
from layers.rating.day import RiskDay
from layers.rating.due import list_due

WEST = Spot(119.9, 30.005)


def test_what_is_owed_by_now_is_what_the_list_of_due_checks_says(
    rating: RiskDay,
) -> None:
    checks = list_next(rating, lambda _: True, None)
    owed = {check.place_id: check.overdue_days for check in list_due(rating)}
    assert owed
    own = {c.place_id: c.overdue_days for c in (*checks.late, *checks.today)}
    assert own == owed
    assert all(check.overdue_days for check in checks.late)
    assert not any(check.overdue_days for check in (*checks.today, *checks.ahead))


@pytest.mark.parametrize("back", range(0, 20, 3))
def test_lists_agree_with_a_plain_look_at_every_place(
    desk: RiskDesk, back: int
) -> None:
    day = dt.date(2026, 9, 30) - dt.timedelta(days=back)
    rated = desk.on(day)
    checks = list_next(rated, lambda _: True, None)
    plain: dict[str, set[str]] = {"late": set(), "today": set(), "ahead": set()}
    for row in rated.places.to_dict("records"):
        if np.isnat(np.datetime64(row["due_on"])):
            continue
        ahead = (row["due_on"].date() - day).days
        if ahead <= NEXT_DAYS:
            name = "late" if ahead < 0 else "ahead" if ahead else "today"
            plain[name].add(row["place_id"])
    for name, places in plain.items():
        assert {check.place_id for check in getattr(checks, name)} == places


def test_the_nearest_place_comes_first_and_one_without_position_last(
    rating: RiskDay,
) -> None:
    checks = list_next(rating, lambda _: True, WEST)
    for group in (checks.late, checks.today, checks.ahead):
        far = [check.distance_m for check in group]
        placed = [metres for metres in far if metres is not None]
        assert placed == sorted(placed)
        assert far == placed + [None] * (len(far) - len(placed))
        for check in group:
            if check.spot is not None:
                assert check.distance_m == distance_m(WEST, check.spot)


def test_places_of_other_grids_are_left_out(rating: RiskDay) -> None:
    checks = list_next(rating, lambda grid: grid == "G1", None)
    grids = {c.grid_id for c in (*checks.late, *checks.today, *checks.ahead)}
    assert grids == {"G1"}
    assert len(list_next(rating, lambda _: False, None).late) == 0


def brute(rating: RiskDay, origin: Spot | None) -> list[tuple[float, object, str]]:
    """Where every check stands, each made by itself."""
    checks = list_next(rating, lambda _: True, origin)
    some = [*checks.late, *checks.today, *checks.ahead]
    return sorted(
        (
            math.inf if check.distance_m is None else check.distance_m,
            check.due_on,
            check.place_id,
        )
        for check in some
    )


@pytest.mark.parametrize("origin", [None, WEST, Spot(120.01, 30.01)])
def test_order_is_by_distance_then_by_when_it_is_owed_then_by_id(
    rating: RiskDay, origin: Spot | None
) -> None:
    checks = list_next(rating, lambda _: True, origin)
    plain = brute(rating, origin)
    for group, chosen in (
        (checks.late, lambda due: due < rating.day),
        (checks.today, lambda due: due == rating.day),
        (checks.ahead, lambda due: due > rating.day),
    ):
        ids = [place_id for _, due, place_id in plain if chosen(due)]
        assert [check.place_id for check in group] == ids
        assert [check.place_id for check in group[:3]] == ids[:3]
        assert group[1:4] == tuple(group)[1:4]
