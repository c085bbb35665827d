"""A campaign asks for one check of each place without a code that is of its kinds."""

import datetime as dt

import numpy as np
import pytest

from gis.safety import Campaign
from gis.safety.campaign_checks import owe_checks

ESTATE = "住宅小区"


def campaign(name, first, last, *kinds):
    body = {"name": name, "scenes": list(kinds), "first": first, "last": last}
    return Campaign.from_body(name, body)


FIRE = campaign("fire", "2026-08-03", "2026-08-28", ESTATE, "street_shop")
LIFTS = campaign("lifts", "2026-08-10", "2026-08-20", ESTATE)


def owed(day, *, campaigns=(FIRE,), known="2026-01-01", last_check="NaT", kind=ESTATE):
    """The day and the campaign of one place."""
    [due], [row] = owe_checks(
        [kind],
        np.array([known], "M8[D]"),
        np.array([last_check], "M8[D]"),
        campaigns,
        dt.date.fromisoformat(day),
    )
    return (None, None) if row < 0 else (str(due), campaigns[row].campaign_id)


NOTHING = (None, None)


@pytest.mark.parametrize(
    ("day", "place", "answer"),
    [
        ("2026-08-02", {}, NOTHING),
        ("2026-08-03", {}, ("2026-08-28", "fire")),
        ("2026-10-01", {}, ("2026-08-28", "fire")),
        ("2026-08-03", {"kind": "school"}, NOTHING),
        ("2026-08-29", {"last_check": "2026-08-02"}, ("2026-08-28", "fire")),
        ("2026-08-29", {"last_check": "2026-08-03"}, NOTHING),
        ("2026-08-29", {"known": "2026-08-29"}, NOTHING),
        ("2026-08-27", {"known": "2026-08-28"}, NOTHING),
        ("2026-08-28", {"known": "2026-08-28"}, ("2026-08-28", "fire")),
    ],
)
def test_check_is_owed_from_the_first_day_until_it_is_made(day, place, answer):
    assert owed(day, **place) == answer


def test_of_two_campaigns_the_one_that_ends_first_counts_and_of_equals_the_first():
    for campaigns in ((FIRE, LIFTS), (LIFTS, FIRE)):
        assert owed("2026-08-12", campaigns=campaigns) == ("2026-08-20", "lifts")
        # checked since fire began, not since lifts did
        answer = owed("2026-08-12", campaigns=campaigns, last_check="2026-08-05")
        assert answer == ("2026-08-20", "lifts")
    same = campaign("again", "2026-08-10", "2026-08-20", ESTATE)
    assert owed("2026-08-12", campaigns=(same, LIFTS))[1] == "again"


def test_no_places_owe_nothing():
    none = np.array([], "M8[D]")
    due, rows = owe_checks([], none, none, [FIRE], dt.date(2026, 8, 12))
    assert (len(due), len(rows)) == (0, 0)
