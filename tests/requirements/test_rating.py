"""Rows of README.md here on codes and colours, each by its own check, on S town."""

import datetime as dt
import gzip
import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from api.app import create_app
from api.errors import HTTP_PROBLEMS, PROBLEMS
from api.service.facts.defaults import FactJob
from api.service.facts.load import record_frame
from api.service.rating.days import count_codes
from api.service.rating.propose import first_month
from api.service.stores.sample import FOUNDED, sample_store
from api.settings import Settings
from gis.errors import GovernanceError, InvalidLayerError
from gis.models import RiskLevel, SafetyCode, Scene
from gis.safety import tally
from gis.synthetic import make_x_town
from layers.figures.counting import Span, count_campaigns
from layers.maps import save_page
from layers.packs.code_tables import codes_of
from layers.packs.rulebook import shipped_rule
from layers.rating.day import METHOD_LINK, rate_day, read_risk_day
from layers.rating.due import list_due
from layers.rating.facts import Cutoff
from layers.rating.ground import read_ground
from layers.rating.map import draw_risk_day
from layers.rating.places import explain_place
from layers.rating.plan import CHECKS_A_DAY, plan_checks
from layers.rating.proposal import is_telling, propose_method
from layers.stores import open_store
from support.harness.browser import visit
from support.makers import rated_towns
from support.oracles.reference_safety import Inspection, Place, rate_one

TIMEZONE = "Asia/Shanghai"
DAY = dt.date(2026, 9, 30)
CODES = {code: code.name.lower() for code in SafetyCode}


@pytest.fixture(scope="module")
def town(s_town):
    return s_town


@pytest.fixture(scope="module")
def store(s_town_store):
    return s_town_store


@pytest.fixture(scope="module")
def rated(store):
    return read_risk_day(store, Cutoff(DAY))


@pytest.fixture(scope="module")
def page(rated, tmp_path_factory):
    path = tmp_path_factory.mktemp("map") / "s_town.html"
    save_page(draw_risk_day(rated), path)
    return path


@pytest.fixture(scope="module")
def plain(town):
    """Every coded place of the town rated anew in plain Python, by place."""
    enterprises = town.enterprises[town.enterprises["is_coded"]]
    done: dict[str, list[Inspection]] = {place: [] for place in enterprises["place_id"]}
    for row in town.inspections.to_dict("records"):
        if row["place_id"] in done:
            done[row["place_id"]].append(plain_inspection(row))
    body = shipped_rule("safety")
    return {
        row["place_id"]: rate_one(
            Place(row["scene"], row["hazard"] or "", dt.date(2026, 1, 1)),
            done[row["place_id"]],
            body,
            DAY,
            (),
            town.campaigns,
        )
        for row in enterprises.to_dict("records")
    }


def plain_inspection(row):
    listed = json.loads(row["findings"] or "[]")
    return Inspection(
        0,
        dt.datetime.fromisoformat(row["inspected_at"]),
        row["kind"],
        [(one["finding_id"], one["severity"]) for one in listed],
        json.loads(row["fixed"] or "[]"),
        row["result"] or "",
    )


def enterprise(**columns):
    """One enterprise as a frame, recorded in a store of its own."""
    row = {"place_id": "P1", "scene": "street_shop", "is_coded": True} | columns
    frame = gpd.GeoDataFrame([row], geometry=gpd.points_from_xy([120.1], [30.3]))
    job = FactJob("enterprises", FOUNDED, TIMEZONE, source="register")
    return record_frame(open_store("memory:"), frame.set_crs("EPSG:4490"), job)


def test_row_2_03_six_modules_whose_totals_sum_to_the_total(rated, town):
    modules = codes_of("modules")
    assert len(modules) == 6
    events = rated.events
    month = events[events["day"] >= np.datetime64("2026-09-01")]
    totals = month["module"].value_counts()
    assert set(totals.index) == set(modules)
    assert totals.sum() == len(month)
    # the others are sensitive, and in no figure of a day
    assert len(month) + len(rated.sensitive_events) == len(town.events) == 21_000


def test_row_2_17_each_place_has_one_code_and_its_history_is_that_of_every_day(
    store, rated
):
    places = rated.places
    assert places["place_id"].is_unique
    assert places["code"].isin([int(code) for code in SafetyCode]).all()
    changed = places.loc[places["code"] != SafetyCode.GREEN, "place_id"].iloc[:8]
    days = [dt.date(2026, 8, 20), dt.date(2026, 9, 11), dt.date(2026, 9, 30)]
    coded = [read_risk_day(store, Cutoff(day), history_days=0).places for day in days]
    for place_id in changed:
        history = explain_place(rated.facts, place_id).history
        for day, then in zip(days, coded, strict=True):
            replayed = [change.code for change in history if change.day <= day][-1]
            [code] = then.loc[then["place_id"] == place_id, "code"]
            assert replayed == code


def test_row_2_17_an_invalid_credit_code_is_refused_with_its_reason():
    with pytest.raises(InvalidLayerError, match="check digit is '3'"):
        enterprise(credit_code="91350100M000100Y44")


def test_row_2_18_eight_scenes_and_an_unknown_one_is_a_422(rated):
    assert len(Scene) == 8
    assert set(rated.places["scene"]) == {scene.value for scene in Scene}
    with pytest.raises(InvalidLayerError, match="'scene': 'casino' is not one of"):
        enterprise(scene="casino")
    status, _ = PROBLEMS[InvalidLayerError]
    assert status == 422


@pytest.mark.chromium
def test_row_2_18_legend_has_8_toggles_that_sum_to_the_places(chromium, page):
    with visit(chromium, page) as opened:
        toggles = opened.page.locator(".pagoda-panel .scenes input[type=checkbox]")
        assert toggles.count() == 8
        text = opened.page.inner_text(".pagoda-panel .scenes")
    counts = [int(line) for line in text.splitlines() if line.strip().isdigit()]
    assert sum(counts) == 11_000


def test_row_2_19_every_level_returns_its_findings_and_the_version_of_the_rule(rated):
    places = rated.places
    for code, word in CODES.items():
        for place_id in places.loc[places["code"] == code, "place_id"].iloc[:25]:
            why = explain_place(rated.facts, place_id)
            told = why.explanation
            assert (told.code, told.version) == (code, "safety/1")
            worst = [reason.criterion.code for reason in told.reasons]
            assert max(worst, default=SafetyCode.GREEN) == code, word
            for reason, findings in zip(told.reasons, why.findings, strict=True):
                least = reason.criterion.least
                assert all(reason.values[name] >= least[name] for name in least)
                asked = {"minor_or_worse", "serious_or_worse", "critical"} & set(least)
                for name in asked:
                    assert len(findings) >= reason.values[name]


def test_row_2_20_due_dates_of_the_whole_town_are_those_of_a_plain_recount(
    rated, plain
):
    places = rated.places.set_index("place_id")
    due = {place: answer.due for place, answer in plain.items()}
    assert places["due_on"].dt.date.to_dict() == due
    codes = {place: answer.code for place, answer in plain.items()}
    assert places["code"].to_dict() == codes


def test_row_2_20_overdue_checks_of_each_grid_are_those_of_a_plain_recount(
    rated, plain, town
):
    grid_of = town.enterprises.set_index("place_id")["grid_id"]
    counts = dict.fromkeys(town.grids["grid_id"], 0)
    for place, answer in plain.items():
        counts[grid_of[place]] += answer.overdue_days > 0
    told = dict(zip(rated.grids["grid_id"], rated.grids["overdue"], strict=True))
    assert told == counts
    assert sum(counts.values()) > 0


def test_row_2_21_the_five_totals_are_the_sums_of_grid_rows(rated, town):
    facts, grids = rated.facts, len(rated.grids)
    area_of = facts.places["grid_row"].to_numpy(np.int64)
    span = (dt.date(2026, 1, 1), DAY)
    counted = tally(rated.ratings, facts.visits, area_of, grids, span)
    green, yellow, red = counted.codes.sum(axis=0)
    assert counted.codes.shape == (125, 3)
    assert green + yellow + red == 11_000
    assert counted.checks.sum() == 21_443
    assert counted.fixes.sum() >= 5_150
    told = rated.inspections["campaign"]
    assert len(facts.rulebook.calendar.campaigns) == 18
    assert told[told != ""].nunique() == 18
    # "basically eliminated"
    assert red == count_codes(rated)["red"] <= 11
    figures = rated.grids[["green", "yellow", "red"]].to_numpy()
    np.testing.assert_array_equal(figures, counted.codes)


def test_row_2_22_areas_have_five_classes_that_sum_to_125_and_list_what_drives_them(
    rated,
):
    assert (
        RiskLevel.RED
        > RiskLevel.ORANGE
        > RiskLevel.YELLOW
        > RiskLevel.BLUE
        > RiskLevel.GREEN
    )
    levels = rated.grids["level"]
    assert levels.isin([int(level) for level in RiskLevel]).sum() == 125
    grid_of = rated.places.set_index("place_id")["grid_id"]
    for row in rated.grids.to_dict("records"):
        by_kind = [
            [driver for driver in row["drivers"] if driver.kind == kind]
            for kind in ("place", "events")
        ]
        # the top places first, then the events
        assert row["drivers"] == tuple(driver for part in by_kind for driver in part)
        for part in by_kind:
            shares = [driver.share for driver in part]
            assert shares == sorted(shares, reverse=True)
        assert 0 < sum(driver.share for driver in row["drivers"]) <= 1 + 1e-9
        assert by_kind[0]
        for driver in by_kind[0]:
            assert grid_of[driver.driver_id] == row["grid_id"]


def test_row_2_22_each_grid_lists_its_top_places_with_code_finding_and_who_checks(
    rated,
):
    places = rated.places.set_index("place_id")
    owed = {check.place_id: check for check in list_due(rated)}
    listed = [d for row in rated.grids["drivers"] for d in row if d.kind == "place"]
    assert len(listed) >= 125
    for driver in listed:
        place = places.loc[driver.driver_id]
        assert driver.code == CODES[place["code"]]
        assert driver.finding == place["criteria"]
        assert driver.due_on == place["due_on"].date().isoformat()
        assert driver.post_id
        if driver.driver_id in owed:
            assert driver.post_id == owed[driver.driver_id].post_id
    assert any(driver.driver_id in owed for driver in listed)


def test_row_2_22_colours_follow_the_codes(rated):
    """No area with a red place is below yellow, with a red chemicals plant orange."""
    red = rated.places[rated.places["code"] == SafetyCode.RED]
    plants = red[red["scene"] == Scene.HAZARDOUS_CHEMICALS]
    assert len(red) > len(plants) > 0
    for frame, key in ((rated.grids, "grid_id"), (rated.communities, "community_id")):
        levels = frame.set_index(key)["level"]
        assert (levels[red[key].unique()] >= RiskLevel.YELLOW).all()
        assert (levels[plants[key].unique()] >= RiskLevel.ORANGE).all()
    # not green everywhere
    shares = rated.grids["level"].value_counts(normalize=True)
    assert len(shares) >= 3
    assert shares.max() <= 0.6


def test_row_2_22_places_make_their_share_of_the_score_of_the_town(rated):
    days = [rated.day - dt.timedelta(days=back) for back in reversed(range(4))]
    hazard = read_ground(rated.facts, days).hazard
    for places, events in zip(hazard.places, hazard.events, strict=True):
        assert places.sum() >= 0.7 * (places.sum() + events.sum())
        assert events.sum() > 0


@pytest.mark.parametrize("scheme", ["quantiles", "jenks"])
def test_row_2_22_breaks_of_the_first_month_of_s_town_tell_its_grids_apart(
    store, scheme
):
    if scheme == "jenks":
        pytest.importorskip("mapclassify", reason="no extra `breaks`")
    month = first_month(store, Cutoff(dt.date(2026, 12, 1)))
    assert month.day == DAY
    proposal = propose_method(store, month, scheme)
    assert is_telling(proposal.levels["grids"])
    assert sum(proposal.levels["grids"]) == 125


def test_row_2_22_breaks_of_the_first_month_of_x_town_tell_its_grids_apart():
    store = sample_store(make_x_town().town, TIMEZONE)
    month = first_month(store, Cutoff(dt.date(2026, 12, 1)))
    proposal = propose_method(store, month, "quantiles")
    assert is_telling(proposal.levels["grids"])
    assert sum(proposal.levels["grids"]) == 32


def test_row_2_22_plan_guides_how_often_forces_check_which_trades_for_which_hazards(
    rated,
):
    plan = plan_checks(rated)
    coded = rated.places[rated.places["code"] > 0]
    assert plan.circles["places"].sum() == len(coded)
    assert set(plan.trades["scene"]) == set(coded["scene"])
    # a circle with red places checks them daily, whatever else it does
    red = plan.trades[plan.trades["red"] > 0]
    assert (red["checks"] >= 30 * red["red"]).all()
    forces = plan.circles[plan.circles["circle_id"] != ""]
    assert (forces["capacity"] == forces["posts"] * CHECKS_A_DAY * 30).all()
    assert all(kinds for kinds in forces["hazards"])


def test_row_2_22_made_again_the_scores_have_the_same_bits(store, rated):
    again = read_risk_day(store, Cutoff(DAY))
    for name, areas in rated.tiers.items():
        other = again.tiers[name]
        for column in ("score", "change"):
            mine, theirs = areas.frame[column], other.frame[column]
            assert mine.to_numpy().tobytes() == theirs.to_numpy().tobytes()
        assert areas.levels.tobytes() == other.levels.tobytes()
        assert areas.frame["drivers"].tolist() == other.frame["drivers"].tolist()


@pytest.mark.chromium
def test_row_1_14_map_is_one_small_file_that_opens_from_disk_with_no_network(
    chromium, page
):
    assert len(gzip.compress(page.read_bytes())) < 1_200_000
    with visit(chromium, page) as opened:
        assert opened.trouble == []
        assert opened.page.locator("canvas, svg").count() > 0


def test_row_1_20_map_prints_data_date_boundary_version_and_method_link(rated, page):
    text = page.read_text(encoding="utf-8")
    assert rated.card.data_date == (
        "事件 events 2026-09-01 / 2026-09-30 · 检查 checks 2025-10-01 / 2026-09-30"
    )
    for printed in (
        "2026-09-01 / 2026-09-30",
        "2025-10-01 / 2026-09-30",
        rated.version.digest[:12],
        rated.rule.version,
        rated.method.version,
        METHOD_LINK,
    ):
        assert printed in text
    assert METHOD_LINK in create_app(Settings()).openapi()["paths"]


def kinds_of(error):
    """An error class and all that are kinds of it."""
    return {error}.union(*(kinds_of(kind) for kind in error.__subclasses__()))


def test_row_3_16_every_error_has_a_chinese_text_that_says_what_to_do():
    told = [PROBLEMS[kind][1] for kind in kinds_of(GovernanceError) & set(PROBLEMS)]
    ours = {kind for kind in kinds_of(GovernanceError) if kind.__module__[:4] == "gis."}
    assert ours <= set(PROBLEMS)
    told += [text_zh for _, text_zh in HTTP_PROBLEMS.values()]
    assert all("请" in text and text.endswith("。") for text in told)


def test_row_4_07_person_points_are_refused_in_every_layer(town):
    with pytest.raises(InvalidLayerError, match="columns that it does not know"):
        enterprise(person_name="张三", id_number="330102199001011234")
    with pytest.raises(InvalidLayerError, match="'person' is not one of"):
        enterprise(scene="person")
    people = town.posts.head(2)
    points = gpd.GeoDataFrame(
        people, geometry=[shapely.Point(120.1, 30.3)] * 2, crs="EPSG:4490"
    )
    job = FactJob("posts", FOUNDED, TIMEZONE)
    with pytest.raises(InvalidLayerError, match="geometries"):
        record_frame(open_store("memory:"), points, job)


def test_row_4_07_no_holder_of_a_post_is_on_the_map(town, page):
    text = page.read_text(encoding="utf-8")
    holders = pd.concat([town.posts["holder_id"], town.month.duties["holder_id"]])
    assert not [one for one in holders.dropna().unique() if f'"{one}"' in text]


def test_row_0_09_score_declares_the_population_that_it_counts_against(rated):
    told = {}
    for base in ("km2", "residents", "registered"):
        method = replace(rated.method, denominator=base)
        day = rate_day(rated.facts.with_method(method), history_days=0)
        told[day.card.population_base] = day.grids["score"].to_numpy()
    assert list(told) == [
        "area; no population is used",
        "people who live in the area, registered there or not",
        "people registered in the area, living there or not",
    ]
    _, by_residence, by_register = told.values()
    assert (by_residence != by_register).all()


def test_row_2_54_campaign_on_residential_estates_loads_and_counts():
    estate = {"scene": "住宅小区", "is_coded": False}
    place = rated_towns.place
    town = rated_towns.Town().places(
        place("P1", 1), place("R1", 1, **estate), place("R2", 5, **estate)
    )
    days = {"first": "2026-09-07", "last": "2026-09-25"}
    body = {"name": "小区消防", "scenes": ["住宅小区", "street_shop"], **days}
    town.rule("campaign/estates", body)
    town.checks(rated_towns.check(1, "R1", 8) | {"campaign": "estates"})
    rated = town.rated()
    owed = {one.place_id: one.campaign for one in list_due(rated)}
    assert owed == {"P1": None, "R2": "estates"}
    span = Span(dt.date(2026, 9, 1), dt.date(2026, 9, 30))
    counters = count_campaigns(rated, span).set_index(["scene", "campaign"])
    assert counters["checks"]["住宅小区", "estates"] == 1
