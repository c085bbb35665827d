"""What is asked for, in the words of the scan."""

import numpy as np
import pytest

from gis.access import EVERYTHING, WHOLE, Scope
from gis.tally import INSIDE, NEAR, NOWHERE, UNOWNED
from layers.figures.columns import Area
from layers.figures.lexicon import Lexicon
from layers.figures.question import (
    FigureQuery,
    Ground,
    Meaning,
    area_bits,
    child_places,
    choice_of,
)
from layers.figures.step_log import StepLog
from support.makers.figure_histories import DAY, START, busy_store, history

AREAS = [
    Area("", None),
    Area("C1/C2/", None),
    Area("C1/C2/G1/", "G1"),
    Area("C1/C20/G2/", "G2"),
]


@pytest.mark.parametrize(
    ("ground", "children"),
    [
        (Ground("C1"), [None, "C2", "C2", "C20"]),
        (Ground("C2"), [None, "", "G1", None]),
        (Ground("G1"), [None, None, "", None]),
        (Ground("K", frozenset({"G2"})), [None, None, None, "G2"]),
    ],
)
def test_children_are_the_areas_next_below(ground, children):
    assert [ground.child(area) for area in AREAS] == children


def test_areas_are_inside_near_nowhere_or_without_a_grid():
    lexicon = Lexicon()
    for area in AREAS:
        lexicon.number(area)
    bits = area_bits(lexicon, 4, Ground("C2"), ("C1/C2/G1/",))
    expected = [NOWHERE | UNOWNED, INSIDE | UNOWNED, INSIDE | NEAR, 0]
    assert bits.tolist() == expected
    keys, places = child_places(lexicon, 4, Ground("C2"))
    assert (keys, places.tolist()) == (("", "G1"), [0, 0, 1, 0])


def test_groups_are_numbered_by_their_keys_the_last_one_soonest():
    columns = StepLog(busy_store(3)).current()
    by = ("children", "day", "source")
    query = FigureQuery(Ground("C1"), START, START + DAY, START, by=by)
    choice, keys = choice_of(columns, query, WHOLE, Meaning())
    assert keys == (("C2", "C3"), ("2026-09-21", "2026-09-22"), ("hotline",))
    assert choice.day_step == 1
    assert choice.areas[:, 1].tolist() == [0, 0, 2]


def test_a_choice_is_the_scope_and_the_conditions_of_each_profile():
    columns = StepLog(busy_store(2)).current()
    query = FigureQuery(Ground("C1"), 0, 1, 1, chosen={"channel": frozenset({"phone"})})
    meaning = Meaning({"hotline": "phone"})
    mine = choice_of(columns, query, Scope(sources=("hotline",)), meaning)[0]
    other = choice_of(columns, query, EVERYTHING, Meaning())[0]
    assert np.bitwise_xor(mine.profiles, other.profiles)[:, 0].tolist() == [0b1001]


def test_of_what_nobody_may_count_there_is_no_key():
    store = history(3, 30)
    columns = StepLog(store).current()
    query = FigureQuery(Ground("C1"), 0, START, START, by=("category",))
    plain = choice_of(columns, query, EVERYTHING, Meaning())[1]
    granted = choice_of(columns, query, Scope(("",), grants=("dispute",)), Meaning())[1]
    assert plain == (("noise", "theft"),)
    assert granted == (("dispute", "noise", "theft"),)
