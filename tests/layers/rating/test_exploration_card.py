"""The card of an exploration says what is drawn, from what, and how it is parted."""

from types import SimpleNamespace

import numpy as np
import pytest

from gis.assignment import REASONS, UNLOCATED
from layers.rating.exploration_card import (
    NOTHING,
    Sources,
    answer_gaps,
    base_name,
    exploration_card,
    figure_name,
    source_words,
)
from layers.rating.measures import Measure
from layers.territory import make_territory
from layers.words.maps import BY_TIER, CLASSES_BY, FEWER_CLASSES, FITTED, ZEROS
from support.makers.square_town import squares

FOUR = (1.0, 2.0, 3.0, 4.0)


def answers(statuses: list[int], reasons: list[str]) -> SimpleNamespace:
    """Answers with a status each, located ones in the first grid."""
    codes = np.array([REASONS.index(reason) for reason in reasons], dtype=np.uint8)
    states = np.array(statuses, dtype=np.uint8)
    rows = np.where(states == 0, 0, -1)
    return SimpleNamespace(rows=rows, statuses=states, reasons=codes)


def card_of(measure: Measure, **options):
    """The card of a measure with four limits."""
    limits = options.pop("limits", {0: FOUR})
    return exploration_card(measure, options.pop("scale", 1), limits, NOTHING)


@pytest.mark.parametrize(
    ("measure", "scale", "name", "unit", "formula"),
    [
        (Measure(), 1, "Events", "events", ""),
        (Measure(per="km2"), 1, "Events per km²", "events per km²", "events / km2"),
        (
            Measure(per="residents"),
            1000,
            "Events per 1,000 residents",
            "events per 1,000 residents",
            "1,000 * events / residents",
        ),
        (Measure(value="residents"), 1, "residents", "", ""),
        (
            Measure(value="residents", per="km2"),
            1,
            "residents per km²",
            "",
            "residents / km2",
        ),
    ],
)
def test_what_is_drawn_has_a_name_a_unit_and_a_formula(
    measure, scale, name, unit, formula
):
    assert figure_name(measure, scale).en == name
    card = card_of(measure, scale=scale)
    assert (card.unit, card.formula) == (unit, formula)
    assert card.title.startswith(name)
    assert card.breaks == FOUR


@pytest.mark.parametrize(
    ("measure", "scale", "formula_zh"),
    [
        (Measure(), 1, ""),
        (Measure(per="km2"), 1, "事件数 / 平方千米"),
        (Measure(per="residents"), 1000, "1,000 * 事件数 / residents"),
        (Measure(value="residents", per="km2"), 1, "residents / 平方千米"),
    ],
)
def test_formulas_are_chinese_too(measure, scale, formula_zh):
    assert card_of(measure, scale=scale).formula_zh == formula_zh


def test_names_are_chinese_too():
    assert figure_name(Measure(per="residents"), 1000).zh == "每 1,000 常住人口的事件数"
    assert figure_name(Measure(per="km2"), 1).zh == "每平方千米的事件数"
    assert card_of(Measure()).title_zh == "各区域的事件数"
    assert card_of(Measure(per="km2")).unit_zh == "件/平方千米"
    assert card_of(Measure(per="beds"), scale=1000).unit_zh == "件/1,000 beds"
    assert base_name("residents").zh == "常住人口"


def test_card_says_what_a_rate_is_counted_against():
    assert card_of(Measure()).population_base == ""
    assert card_of(Measure(per="km2")).population_base == "area on the ellipsoid"
    assert card_of(Measure(per="beds")).population_base == "column beds of the grids"
    assert "beds" in card_of(Measure(per="beds")).population_base_zh


@pytest.mark.parametrize("scheme", ["quantiles", "equal", "jenks"])
def test_card_says_that_limits_are_fitted_and_how(scheme):
    note = card_of(Measure(breaks=scheme)).note
    assert CLASSES_BY[scheme].en in note
    assert FITTED.en in note
    assert FEWER_CLASSES.en not in note


def test_card_says_that_limits_were_chosen_and_no_more():
    card = card_of(Measure(breaks=(1, 2)), limits={0: (1.0, 2.0), 1: (1.0, 2.0)})
    assert CLASSES_BY["given"].zh in card.note_zh
    for words in (FITTED, FEWER_CLASSES, BY_TIER):
        assert words.zh not in card.note_zh


def test_card_says_that_there_are_fewer_classes_and_limits_by_tier():
    card = card_of(Measure(), limits={0: (1.0, 2.0), 1: ()})
    assert FEWER_CLASSES.en in card.note
    assert BY_TIER.zh in card.note_zh


def test_zeros_are_spoken_of_where_events_are_counted():
    assert ZEROS.en in card_of(Measure()).note
    assert ZEROS.en not in card_of(Measure(value="beds")).note


def test_every_event_outside_and_every_reason_is_counted_once():
    outside = next(code for code in range(6) if code not in (0, UNLOCATED))
    table = answers(
        [0, 0, outside, UNLOCATED, UNLOCATED, UNLOCATED],
        ["", "whole_degrees", "", "missing", "missing", "swapped_axes"],
    )
    assert answer_gaps(table) == {"no_event_grid": 1, "missing": 2, "swapped_axes": 1}


def test_source_names_the_files_and_what_became_of_every_row():
    outside = next(code for code in range(6) if code not in (0, UNLOCATED))
    table = answers([0, 0, outside, UNLOCATED], ["", "", "", "missing"])
    territory = make_territory(squares().drop(columns=["parent_id", "community_id"]))
    words = source_words(territory, table, Sources("g.shp", 5, False, "e.csv", "gcj02"))
    assert words.en == (
        "Grids: g.shp, rows 5, grids 4, in cgcs2000. Events: e.csv, rows 4, in gcj02; "
        "in a grid 2, outside all grids 1, without a usable position 1."
    )
    assert "e.csv，4 行，坐标系 gcj02；网格内 2 件，网格外 1 件" in words.zh


def test_datum_that_nobody_declares_is_marked():
    territory = make_territory(squares().drop(columns=["parent_id", "community_id"]))
    table = answers([0], [""])
    words = source_words(
        territory, table, Sources(events_datum="wgs84", events_assumed=True)
    )
    assert "rows 1, in wgs84 (declared by nobody);" in words.en
    assert "坐标系 wgs84（未声明，按此处理）" in words.zh
    assert "in cgcs2000. Events" in words.en
    words = source_words(territory, None, Sources(grids_assumed=True))
    assert "cgcs2000 (declared by nobody)" in words.en


def test_source_of_frames_names_no_file():
    territory = make_territory(squares().drop(columns=["parent_id", "community_id"]))
    assert source_words(territory, None, Sources()).en == (
        "Grids: a frame, rows 4, grids 4, in cgcs2000."
    )
