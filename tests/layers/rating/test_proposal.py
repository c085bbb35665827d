"""A method of a town's own: computed from its month, kept apart from what is stored."""

import datetime as dt

import pytest

from gis.errors import InvalidLayerError
from gis.risk import RiskMethod
from layers.rating.facts import Cutoff
from layers.rating.proposal import is_telling, propose_method
from support.makers.rated_towns import DAY, Town, check, place
from support.makers.risk_facts import FIRST_BODY, shipped_body

CUTOFF = Cutoff(DAY)
FOUND = ((), ("minor",), ("serious",), ("critical",))


def lively():
    """A town whose places turn worse day by day."""
    town = Town().places(*(place(f"P{n}", n % 12) for n in range(24)))
    checks = [
        check(n, f"P{n}", 5 + n, found=[(f"F{n}/{s}", s) for s in FOUND[n % 4]])
        for n in range(24)
    ]
    return town.checks(*checks)


def test_breaks_r0_and_k_fit_the_month_and_everything_else_is_kept():
    town = lively()
    proposal = propose_method(town.store, CUTOFF, "quantiles")
    method = RiskMethod.from_body(proposal.body)
    shipped = town.rated().method
    assert (proposal.first, proposal.last) == (dt.date(2026, 9, 1), DAY)
    assert list(method.breaks) == sorted(set(method.breaks))
    assert method.breaks != shipped.breaks
    for name in ("place_weights", "scene_weights", "event_weights", "floors"):
        assert getattr(method, name) == getattr(shipped, name)
    assert (method.place_percent, method.event_kinds) == (70, shipped.event_kinds)
    assert sum(proposal.levels["grids"]) == 3


def test_proposal_changes_nothing_and_is_the_same_again():
    town = lively()
    link = town.store.last_link()
    first = propose_method(town.store, CUTOFF, "quantiles")
    assert propose_method(town.store, CUTOFF, "quantiles") == first
    assert town.store.last_link() == link


def test_denominator_is_that_of_the_method_or_the_one_that_is_named():
    town = lively()
    for base, expected in ((None, "km2"), ("places", "places")):
        body = propose_method(town.store, CUTOFF, "quantiles", base).body
        assert body["denominator"] == expected


def test_weights_of_a_town_are_kept_where_its_method_has_a_share():
    weights = {"green": 0.2, "yellow": 2, "red": 7}
    own = shipped_body() | {"place_weights": weights, "place_share": 0.8}
    town = lively().rule("risk", own)
    body = propose_method(town.store, CUTOFF, "quantiles").body
    assert (body["place_weights"], body["place_share"]) == (weights, 0.8)
    first = lively().rule("risk", FIRST_BODY)
    body = propose_method(first.store, CUTOFF, "quantiles").body
    assert body["place_share"] == 0.7


def test_card_says_from_which_days_it_was_computed():
    card = propose_method(lively().store, CUTOFF, "quantiles").card
    for text in (card.source, card.source_zh):
        assert "2026-09-01 / 2026-09-30" in text
    assert card.version == "proposed"


def test_town_of_which_nothing_is_known_is_told_what_lacks():
    with pytest.raises(InvalidLayerError, match="have 0 different values above 0"):
        propose_method(Town().store, CUTOFF, "quantiles")


@pytest.mark.parametrize(
    ("levels", "telling"),
    [
        ((0, 60, 20, 20, 0, 0), True),
        ((9, 61, 20, 19, 0, 0), False),
        ((0, 50, 50, 0, 0, 0), False),
        ((5, 0, 0, 1, 1, 1), True),
    ],
)
def test_map_tells_areas_apart_by_three_classes_of_sixty_in_a_hundred_at_most(
    levels, telling
):
    assert is_telling(levels) == telling
