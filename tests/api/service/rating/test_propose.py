"""A proposed method: of which month, and into force since a day alone."""

import datetime as dt

import pytest

from api.service.rating.propose import Adoption, adopt, first_month
from gis.errors import InvalidLayerError, SettingError
from layers.rating.facts import Cutoff
from support.makers.rated_towns import (
    DAY,
    Town,
    check,
    column_of,
    event,
    moment,
    place,
    red_and_green,
)
from support.makers.risk_facts import FIRST_BODY, shipped_body

TODAY = Cutoff(dt.date(2026, 12, 1))
SINCE = dt.date(2026, 9, 29)


def adoption(version="area-risk/own/1", owner="grid office", since=SINCE):
    return Adoption(version, owner, moment(since, 0), "Asia/Shanghai")


def test_first_month_begins_with_the_first_event():
    town = Town().places(place("P1", 1)).checks(check(1, "P1", 2))
    assert first_month(town.store, TODAY).day == dt.date(2026, 10, 1)
    town.events(event(1, 1, 5))
    assert first_month(town.store, TODAY).day == dt.date(2026, 10, 4)


def test_month_that_is_not_over_or_has_not_begun_is_refused():
    town = Town()
    with pytest.raises(SettingError, match="neither events nor inspections"):
        first_month(town.store, TODAY)
    town.events(event(1, 1, 5))
    with pytest.raises(SettingError, match="ends on 2026-10-04, which is still"):
        first_month(town.store, Cutoff(DAY))


def test_days_before_are_rated_by_the_method_that_was_in_force():
    town = red_and_green().rule("risk", FIRST_BODY)
    before = town.rated(dt.date(2026, 9, 28))
    adopt(town.store, shipped_body(), adoption())
    again, after = town.rated(dt.date(2026, 9, 28)), town.rated(SINCE)
    assert before.method == again.method
    assert before.card == again.card
    scores = [rated.grids["score"].to_numpy().tobytes() for rated in (before, again)]
    assert scores[0] == scores[1]
    assert after.method.version == "area-risk/own/1"
    assert after.method.owner == "grid office"
    assert column_of(town.rated().grids, "floor")["G1"] == 3


def test_name_of_the_method_in_force_is_no_name_for_another():
    town = red_and_green()
    with pytest.raises(SettingError, match="is called 'area-risk/2' already"):
        adopt(town.store, shipped_body(), adoption("area-risk/2"))


@pytest.mark.parametrize("names", [{"version": " "}, {"owner": ""}])
def test_method_without_name_or_owner_is_refused(names):
    with pytest.raises(InvalidLayerError):
        adopt(red_and_green().store, shipped_body(), adoption(**names))
