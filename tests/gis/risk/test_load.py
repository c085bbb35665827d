"""Levels by fixed breaks."""

import numpy as np
import pytest

from gis.risk import EVENT_LOAD_BREAKS, classify, event_load, event_load_card


def test_score_on_a_break_is_in_the_lower_class():
    scores = [np.nextafter(b, d) for b in EVENT_LOAD_BREAKS for d in (-1e9, b, 1e9)]
    assert classify(scores, EVENT_LOAD_BREAKS).tolist() == [
        1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5,
    ]  # fmt: skip


def test_area_without_extent_has_no_level():
    scores = event_load([3, 0], [0.0, 1e6], days=30)
    assert classify(scores, EVENT_LOAD_BREAKS).tolist() == [0, 1]


def test_load_does_not_depend_on_the_length_of_the_period():
    month = event_load([600], [2e6], days=30)
    week = event_load([140], [2e6], days=7)
    assert month[0] == pytest.approx(week[0], rel=1e-12)


def test_card_states_the_breaks_that_are_used():
    assert event_load_card("2026-09").breaks == EVENT_LOAD_BREAKS
