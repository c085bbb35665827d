"""The map of a rated day says what is held, what is left out, and nothing sensitive."""

import datetime as dt
import json
from dataclasses import replace

from gis.models import RiskLevel
from layers import Cutoff, read_risk_day
from layers.maps import offline
from layers.packs.scenario_files import scenarios
from layers.rating.day import rate_day
from layers.rating.drivers import TOP_DRIVERS
from layers.rating.map import area_facts, draw_risk_day, risk_day_model
from layers.rating.posts import answering_posts
from support.makers.drawn_maps import model_of
from support.makers.rated_towns import (
    DAY,
    Town,
    check,
    column_of,
    event,
    place,
    red_and_green,
)
from support.makers.risk_facts import FIRST_BODY


def test_map_is_drawn_all_the_same_and_shows_every_gap():
    town = Town().places(place("P1", None), place("P2", 40), place("P3", 1))
    rated = town.events(event(1, None, 30), event(2, 40, 30)).rated()
    page = offline.page(draw_risk_day(rated))
    model = model_of(page)
    gaps = {english: count for _, english, count in model["gaps"]}
    assert gaps == {
        "Places without a position": 1,
        "Places in no grid": 1,
        "Events in no grid": 2,
        "Events without a position": 1,
    }
    assert model["tiers"][0]["levels"] == "100"
    assert "No data" in page


def test_model_of_a_day_is_what_its_page_draws():
    rated = Town().places(place("P1", 1)).events(event(1, 1, 30)).rated()
    model = risk_day_model(rated)
    assert json.loads(json.dumps(model, allow_nan=False)) == model
    assert len(model["points"]["places"]["ids"]) == 1
    assert model_of(offline.page(draw_risk_day(rated))) == model


def test_facts_of_one_area_are_its_row_of_the_map():
    rated = Town().places(place("P1", 1)).events(event(1, 2, 30)).rated()
    for tier in risk_day_model(rated)["tiers"]:
        for row, area_id in enumerate(tier["ids"]):
            facts = area_facts(rated, area_id)
            assert facts.pop("level") == int(tier["levels"][row])
            assert facts == {
                name: tier[name] and tier[name][row]
                for name in ("scores", "events", "bases", "drivers", "changes")
            }
    assert area_facts(rated, "nowhere") is None


def test_the_post_of_an_area_is_the_one_that_answers_at_the_end_of_the_day(
    s_town_store,
):
    rated = read_risk_day(s_town_store, Cutoff(DAY), history_days=0)
    grids = risk_day_model(rated)["tiers"][0]
    column = grids["accountable_post"]
    shown = [column["values"][row] for row in column["rows"]]
    posts = answering_posts(rated.facts)
    assert shown == [posts[grid][0] for grid in grids["ids"]]
    # most are held by duties, which begin and end
    pairs = zip(shown, grids["ids"], strict=True)
    assert sum(post.startswith(grid) for post, grid in pairs) > 100


def sudden_red():
    """A place that is red since the last day only, under narrow breaks."""
    town = Town().places(place("P1", 1)).checks(check(1, "P1", 10))
    facts = town.checks(check(2, "P1", 30, found=[("F1", "critical")])).rated().facts
    method = facts.rulebook.method
    breaks = (1.0, 2.0, 3.0, 4.0)
    narrow = replace(method, r0=0.0, k=0.0, breaks=breaks, floors=())
    return rate_day(facts.with_method(narrow), history_days=2)


def test_level_that_is_held_is_told_beside_that_of_its_score():
    rated = sudden_red()
    assert column_of(rated.grids, "level")["G1"] == RiskLevel.GREEN
    assert column_of(rated.grids, "raw_level")["G1"] == RiskLevel.BLUE
    [*_, held] = model_of(offline.page(draw_risk_day(rated)))["tiers"][0]["changes"][0]
    assert " ".join(held) == (
        "按当日得分为蓝色，连续 3 天才变色 held: blue by the score of the day, "
        "shown after 3 days in a row"
    )


def test_level_that_is_not_held_is_that_of_its_score():
    rated = red_and_green().rated(history_days=0)
    same = rated.grids[rated.grids["level"] == rated.grids["raw_level"]]
    assert set(same["grid_id"]) >= {"G2", "G3"}
    drawn = model_of(offline.page(draw_risk_day(rated)))["tiers"][0]["changes"]
    assert all("held" not in one for row in drawn[1:] for one in row)


KINDS = ("noise", "litter", "theft", "fraud", "fire_hazard")


def test_sensitive_events_are_no_points_and_no_drivers():
    sensitive, _ = scenarios().sensitive_kinds
    others = ["noise", "litter", "theft", "fraud", "fire_hazard"]
    # the first method counts every kind
    town = Town().rule("risk", FIRST_BODY)
    town.events(
        *(event(n, 1, 30, kind=sensitive) for n in range(20)),
        *(event(20 + n, 1, 30, kind=kind) for n, kind in enumerate(others)),
    )
    rated = town.rated()
    for areas in (rated.grids, rated.circles):
        for drivers in areas["drivers"]:
            assert sensitive not in [driver.driver_id for driver in drivers]
    assert len(column_of(rated.grids, "drivers")["G1"]) == TOP_DRIVERS
    drawn = offline.page(draw_risk_day(rated))
    categories = model_of(drawn)["points"]["events"]["category"]["values"]
    assert len(categories) == len(others)
    packs = model_of(drawn)["points"]["events"]["pack"]["values"]
    assert packs == ["", "digital_city", "fire_alarm", "police_link"]
    own = scenarios().pack_of(sensitive)
    assert not any(name in drawn for name in own.name)
    assert not any(name in drawn for name in scenarios().names_of(sensitive))
    # the report of the closed month counts them
    assert len(rated.sensitive_events) == 20


def test_map_prints_attribution_and_names_of_tiers_as_the_imprint_has_them():
    town = (
        Town()
        .places(place("P1", 1))
        .rule(
            "imprint",
            {
                "name": "Strips",
                "attribution": "Survey office",
                "tiers": {"2": {"zh": "半边", "en": "Halves"}},
            },
        )
    )
    model = model_of(offline.page(draw_risk_day(town.rated())))
    assert model["attribution"] == "Survey office"
    assert {title.split(" · ")[0] for title in model["title"]} == {"Strips"}
    names = [(tier["zh"], tier["en"]) for tier in model["tiers"]]
    assert names[1:] == [("半边", "Halves"), ("核心指挥圈", "Core circle")]


def test_area_that_a_floor_rule_coloured_says_which():
    rated = red_and_green().rated(history_days=0)
    assert column_of(rated.grids, "floor") == {"G1": RiskLevel.YELLOW, "G2": 0, "G3": 0}
    changes = model_of(offline.page(draw_risk_day(rated)))["tiers"][0]["changes"]
    zh, en = changes[0][-1]
    assert "颜色由底线规则决定：底线规则：有红码场所的网格或社区至少为黄色" in zh
    assert "a red place is at least yellow, at once" in en
    assert not any("floor rule" in text for row in changes[1:] for _, text in row)


def test_what_is_not_listed_of_a_score_is_said():
    town = Town().rule("risk", FIRST_BODY)
    town.events(*(event(n, 1, 30, kind=kind) for n, kind in enumerate(KINDS)))
    rated = town.rated()
    model = model_of(offline.page(draw_risk_day(rated)))
    [listed] = [column_of(rated.grids, "drivers")["G1"]]
    rest = 1 - sum(driver.share for driver in listed)
    assert rest > 0.3
    zh, en = model["tiers"][0]["drivers"][0][-1]
    assert zh == f"其余合计 {rest * 100:.0f} %"
    assert en == f"all the rest {rest * 100:.0f} %"


def test_events_of_the_last_three_days_are_points():
    town = Town().events(*(event(day, 1, day) for day in (27, 28, 29, 30)))
    model = model_of(offline.page(draw_risk_day(town.rated())))
    assert model["points"]["events"]["day"]["values"] == [
        "2026-09-28",
        "2026-09-29",
        "2026-09-30",
    ]


def test_title_names_the_day_and_imprint_says_which_boundaries():
    rated = Town().rated(dt.date(2026, 9, 2))
    model = model_of(offline.page(draw_risk_day(rated)))
    assert {*model["title"]} == {"2026-09-02"}
    assert model["boundary_version"] == [f"1 · {rated.version.digest[:12]}", ""]
