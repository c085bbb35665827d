"""Calendar months, holidays and campaigns, against a plain calendar."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InvalidLayerError
from gis.models import Scene
from gis.safety import Campaign, month_after, read_holidays
from gis.safety.due import after_holidays, read_day
from support.makers.safety_towns import a_day
from support.oracles.reference_safety import a_month_after

days = st.integers(0, 40).map(lambda n: dt.date(2026, 1, 20) + dt.timedelta(days=n))


def test_month_after_is_that_of_a_plain_calendar_over_two_leap_years():
    span = np.arange("2023-12-01", "2028-04-01", dtype="M8[D]")
    assert month_after(span).tolist() == [a_month_after(day) for day in span.tolist()]


def test_no_day_has_no_month_after_it():
    assert np.isnat(month_after(np.array(["NaT"], "M8[D]"))).all()


@given(st.lists(days, max_size=20), st.lists(days, max_size=30))
def test_holiday_moves_to_the_next_day_that_is_none(due, holidays):
    def next_free(day):
        while day in holidays:
            day += dt.timedelta(days=1)
        return day

    moved = after_holidays(np.array(due, "M8[D]"), holidays)
    assert moved.tolist() == [next_free(day) for day in due]


def test_no_day_stays_no_day_beside_holidays():
    none = np.array(["NaT"], "M8[D]")
    assert np.isnat(after_holidays(none, [a_day("2026-01-01")])).all()


GAS = {
    "name": "燃气",
    "scenes": ["street_shop", "rental_housing"],
    "first": "2026-08-01",
    "last": "2026-08-31",
}


def test_campaign_reads_back_from_its_body():
    campaign = Campaign.from_body("gas", GAS)
    assert campaign.scenes == (Scene.STREET_SHOP, Scene.RENTAL_HOUSING)
    assert campaign.body() == GAS
    assert Campaign.from_body("gas", campaign.body()) == campaign


def test_campaign_may_aim_at_any_kind_of_place():
    body = GAS | {"scenes": ["street_shop", "住宅小区"]}
    campaign = Campaign.from_body("gas", body)
    assert campaign.scenes == (Scene.STREET_SHOP, "住宅小区")
    assert campaign.body() == body


def test_campaign_may_last_one_day():
    campaign = Campaign.from_body("gas", GAS | {"last": "2026-08-01"})
    assert campaign.first == campaign.last


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"owner": "office"}, "has the keys"),
        ({"last": "2026-07-31"}, "ends on '2026-07-31', before its first day"),
        ({"first": "1 August"}, "names the day '1 August'"),
        ({"scenes": []}, "names the scenes"),
        ({"scenes": "street_shop"}, "names the scenes"),
        ({"scenes": ["Street-Shops"]}, "'Street-Shops', which is scene 'street_shop'"),
        (
            {"scenes": ["cinema", "沿街店铺"]},
            "'沿街店铺', which is scene 'street_shop'",
        ),
        ({"scenes": [" "]}, "which is empty"),
        ({"scenes": [["street_shop"]]}, "names the scenes"),
    ],
    ids=str,
)
def test_campaign_of_no_use_is_refused_by_its_id(change, sentence):
    with pytest.raises(InvalidLayerError, match=f"'gas' .*{sentence}"):
        Campaign.from_body("gas", GAS | change)


def test_campaign_without_a_key_is_refused():
    body = {key: value for key, value in GAS.items() if key != "last"}
    with pytest.raises(InvalidLayerError, match="has the keys"):
        Campaign.from_body("gas", body)


@pytest.mark.parametrize(
    "body", [{}, {"days": "2026-10-01"}, {"days": [], "year": 2026}], ids=str
)
def test_holidays_of_another_shape_are_refused(body):
    with pytest.raises(InvalidLayerError, match="a list of 'days'"):
        read_holidays(body)


@pytest.mark.parametrize("value", ["2026-02-29", "10/1/2026", "", None, 20])
def test_day_that_is_none_is_refused_with_its_rule(value):
    with pytest.raises(InvalidLayerError, match="'holidays' names the day"):
        read_day(value, "holidays")
