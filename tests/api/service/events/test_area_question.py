"""Times and values that nobody can count by are refused, and the rest has defaults."""

import pytest

from api.service.events.area_question import (
    AreaQuestion,
    moment_of,
    refuse_times,
    refuse_values,
    valid_at_of,
)
from gis.models import Instant
from layers.figures.question import FigureError
from support.makers.event_town import EventTown

QUESTION = AreaQuestion("grids", "G1", Instant(10), Instant(20))


def asked(**more):
    return AreaQuestion("grids", "G1", Instant(10), Instant(20), **more)


def test_an_area_is_that_of_the_last_moment_if_no_other_is_asked_for():
    assert valid_at_of(QUESTION) == 19
    assert valid_at_of(asked(valid_at=Instant(3))) == 3


def test_what_is_overdue_was_due_before_the_first_of_end_now_and_knowledge():
    assert moment_of(QUESTION, Instant(50)) == 20
    assert moment_of(QUESTION, Instant(15)) == 15
    assert moment_of(asked(known_at=Instant(12)), Instant(15)) == 12


def test_knowledge_of_this_moment_is_not_refused_and_of_the_next_is():
    refuse_times(asked(known_at=Instant(30)), Instant(30))
    with pytest.raises(FigureError, match="still to come"):
        refuse_times(asked(known_at=Instant(31)), Instant(30))


def test_values_of_packs_and_registers_are_taken_and_others_named():
    registry = EventTown().intake.registries.current
    refuse_values({"department": frozenset({"police"})}, registry)
    with pytest.raises(FigureError, match="'department' has the value 'fire'"):
        refuse_values({"department": frozenset({"police", "fire"})}, registry)
