"""An area is asked for as what it is, and is there for who sees it."""

from types import SimpleNamespace

import pytest

from api.service.events.area_question import AreaQuestion
from api.service.events.draft import UNKNOWN_KIND
from api.service.events.grounds import ground_of, meaning_of, path_of
from gis.access import EVERYTHING, NOWHERE, Scope
from layers.figures.question import FigureError, Ground
from support.makers.event_town import EventTown
from support.makers.square_town import NOW, SquareTown

SNAPSHOT = SquareTown().snapshot()


def asked(layer, area_id):
    return AreaQuestion(layer, area_id, NOW - 1, NOW)


def test_a_community_is_its_grids_and_a_circle_itself():
    community = ground_of(SNAPSHOT, asked("communities", "K1"), EVERYTHING)
    assert community == Ground("K1", frozenset({"G1", "G2"}))
    assert ground_of(SNAPSHOT, asked("circles", "W"), EVERYTHING) == Ground("W")
    assert ground_of(SNAPSHOT, asked("grids", "W"), EVERYTHING) is None


def test_grids_without_circles_have_no_figures():
    beats = SimpleNamespace(territory=SimpleNamespace(pagoda=None))
    with pytest.raises(FigureError, match="no circles of command"):
        ground_of(beats, asked("grids", "G1"), EVERYTHING)


def test_a_community_is_seen_by_who_sees_all_of_its_grids():
    question = asked("communities", "K1")
    assert ground_of(SNAPSHOT, question, Scope(("C/W/",))) is not None
    assert ground_of(SNAPSHOT, question, Scope(("C/W/G1/",))) is None
    assert ground_of(SNAPSHOT, question, NOWHERE) is None


def test_paths_are_those_of_circles_and_grids_alone():
    assert path_of(SNAPSHOT, asked("circles", "G1")) == "C/W/G1/"
    assert path_of(SNAPSHOT, asked("communities", "K1")) is None


def test_channels_and_terms_come_from_registers_and_packs():
    meaning = meaning_of(EventTown().intake.registries.current)
    assert meaning.channels["told"] == "feed"
    assert meaning.accept_minutes["noise"] > 0
    assert meaning.other_minutes == UNKNOWN_KIND.minutes.accept
