"""The method card says how a map was coloured, in both languages."""

from dataclasses import FrozenInstanceError, asdict

import pytest

from gis.risk import DENOMINATORS
from gis.risk.method_card import MethodCard
from support.makers.risk_facts import shipped_method


@pytest.mark.parametrize("denominator", DENOMINATORS)
def test_row_0_09_card_declares_the_population_base(denominator):
    card = shipped_method(denominator=denominator).card("2026-09-30")
    assert card.population_base == DENOMINATORS[denominator].base
    assert DENOMINATORS[denominator].unit in card.unit
    assert card.population_base_zh
    assert card.unit_zh


def test_row_1_20_card_says_dates_versions_and_link():
    card = shipped_method().card(
        "2026-09-27 / 2026-09-30",
        boundary_version="7 (0a1b2c)",
        rule_version="safety/1",
        link="/risk/method",
    )
    assert card.data_date == "2026-09-27 / 2026-09-30"
    assert (card.boundary_version, card.rule_version) == ("7 (0a1b2c)", "safety/1")
    assert card.link == "/risk/method"
    assert all(value for value in asdict(card).values())


def test_card_says_every_constant_in_both_languages():
    method = shipped_method()
    card = method.card("2026-09-30")
    for lines in (card.constants, card.constants_zh):
        text = "\n".join(lines)
        for number in (
            *(method.r0, method.k, method.half_life_days),
            *method.place_weights,
            *method.event_weights,
            *(method.window_days, method.steady_days),
        ):
            assert f"{number:g}" in text
        assert f"{method.place_percent}" in text
        assert len(lines) == 4 + len(method.scene_weights) + 1 + len(method.floors)


def test_card_says_which_kinds_of_events_count_by_the_names_that_are_passed():
    method = shipped_method(event_kinds=["fire_hazard"])
    card = method.card("2026-09-30", names=lambda kind: ("消防", f"{kind}!"))
    assert "events that are hazards count: fire_hazard!" in "\n".join(card.constants)
    assert "只计隐患类事件：消防；" in "\n".join(card.constants_zh)


def test_card_says_that_no_place_is_coded():
    card = shipped_method().without_places().card("2026-09-30")
    assert "no place is coded, so events alone make S" in card.constants
    assert "没有赋码场所，S 仅由事件构成" in card.constants_zh
    assert "min(" not in card.formula


def test_card_says_that_the_shipped_breaks_are_a_proposal():
    card = shipped_method().card("2026-09-30")
    assert "not published" in card.note
    assert "未公开" in card.note_zh


def test_card_of_a_map_without_a_method_leaves_the_rest_empty():
    breaks = (1.0, 2.0, 3.0, 4.0)
    card = MethodCard("Load", "负荷", "n", "events", breaks, "1", "2026-09-30", "note")
    empty = [name for name, value in asdict(card).items() if not value]
    assert len(empty) == len(asdict(card)) - 8
    assert all(asdict(card)[name] in ("", ()) for name in empty)


def test_card_cannot_be_changed_once_it_is_printed():
    with pytest.raises(FrozenInstanceError):
        shipped_method().card("2026-09-30").version = "2"
