"""Drawn acts that a town of three strips records, and whether two days are the same."""

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from layers.packs.scenario_files import scenarios
from support.makers.pack_texts import TEXT
from support.makers.rated_towns import check, event, place

KINDS = ["noise", "fire_hazard", "kite", *scenarios().sensitive_kinds]

checks = st.tuples(
    st.just("check"),
    st.sampled_from(["P1", "P2", "P3"]),
    st.integers(1, 30),
    st.sampled_from([(), ("minor",), ("serious", "minor"), ("critical",)]),
)
events = st.tuples(
    st.just("event"),
    st.sampled_from([1, 2, 5, 40, None]),
    st.integers(1, 30),
    st.sampled_from(KINDS),
)
places = st.tuples(
    st.just("place"),
    st.sampled_from(["P2", "P4"]),
    st.integers(0, 11),
    st.sampled_from(["", "high"]),
)
repeats = st.just(("repeat", 0, 0, ""))
packs = st.tuples(st.just("pack"), st.booleans(), st.just(0), st.just(""))
acts = st.lists(st.one_of(checks, events, places), max_size=8)
"""Checks, events and places."""
any_act = st.one_of(events, events, repeats, checks, places, packs)
"""These, the last event again, and a pack that calls a kind sensitive or not."""


def play(town, drawn, start=1):
    """Record acts an hour apart; the store knows each from then on."""
    for number, act in enumerate(drawn, start=start):
        play_one(town, act, number)


def play_one(town, act, number):
    """Record one act an hour later."""
    town.clock.now += 3_600_000
    what, which, second, third = act
    if what == "check":
        found = [(f"{number}/{row}", one) for row, one in enumerate(third)]
        town.checks(check(number, which, second, found=found))
    elif what == "event":
        details = '{"module": "disputes", "channel": "hotline"}' if number % 2 else ""
        town.events(event(number, which, second, kind=third, details=details))
    elif what == "place":
        town.places(place(which, second, hazard=third))
    elif what == "pack":
        sensitive = TEXT.replace("sensitive = false", f"sensitive = {which}".lower())
        town.rule("pack/kites", {"toml": sensitive})
    else:
        # a source that is not sure sends again what it sent
        town.events(event(0, 1, 29))


def assert_same_day(rated, fresh):
    """Hold a day against one that was read anew: every frame and figure."""
    facts, others = rated.facts, fresh.facts
    frames = ["places", "campaign_places", "events", "sensitive_events", "inspections"]
    for name in frames:
        assert_same_frame(getattr(rated, name), getattr(fresh, name))
    for name in ("events", "sensitive_events", "stations", "places"):
        assert_same_frame(getattr(facts, name), getattr(others, name))
    assert [*facts.left_out.items()] == [*others.left_out.items()]
    assert (facts.last_row, facts.event_days) == (others.last_row, others.event_days)
    assert (rated.card, rated.rule) == (fresh.card, fresh.rule)
    assert rated.days.tobytes() == fresh.days.tobytes()
    assert [*rated.tiers] == [*fresh.tiers]
    for name, areas in rated.tiers.items():
        other = fresh.tiers[name]
        assert areas.levels.tobytes() == other.levels.tobytes()
        assert areas.sensitivity == other.sensitivity
        assert areas.frame.crs == other.frame.crs
        assert_same_frame(areas.frame, other.frame)


def assert_same_frame(frame, other):
    """Hold a frame against another: names, types, order and every value."""
    assert frame.dtypes.to_dict() == other.dtypes.to_dict()
    pd.testing.assert_frame_equal(
        pd.DataFrame(frame), pd.DataFrame(other), check_exact=True
    )
    for name in frame.select_dtypes(np.number).columns:
        assert frame[name].to_numpy().tobytes() == other[name].to_numpy().tobytes()
