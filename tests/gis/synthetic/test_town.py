"""S town has the figures of the texts, and the same bytes for the same seed."""

import datetime as dt
import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from gis.coverage import certify
from gis.geometry import area_m2
from gis.safety import (
    Calendar,
    Inspections,
    Places,
    SafetyRule,
    gather_facts,
    rate,
    tally,
)
from gis.synthetic import make_s_town

RULE = Path(__file__).parents[3] / "layers" / "packs" / "rules" / "safety.json"
SPAN = (dt.date(2026, 8, 1), dt.date(2026, 9, 30))


@pytest.fixture(scope="module")
def town(s_town):
    return s_town


@pytest.fixture(scope="module")
def again():
    """S town, made a second time."""
    return make_s_town()


def digest(frame):
    plain = pd.DataFrame(frame.drop(columns="geometry", errors="ignore"))
    text = plain.to_csv(index=False).encode()
    if "geometry" in frame:
        text += b"".join(shapely.to_wkb(frame.geometry.dropna().to_numpy()))
    return hashlib.sha256(text).hexdigest()


LAYERS = [
    "grids",
    "circles",
    "communities",
    "posts",
    "enterprises",
    "events",
    "inspections",
    "sources",
    "destinations",
    "devices",
    "departments",
]


@pytest.mark.parametrize("layer", LAYERS)
def test_same_seed_gives_same_bytes(town, again, layer):
    assert again is not town
    assert digest(getattr(again, layer)) == digest(getattr(town, layer))


def test_another_seed_gives_another_clean_town(town):
    other = make_s_town(seed=7)
    grids = other.grids
    certificate = certify(grids["grid_id"], grids.geometry, grids.crs)
    assert certificate.is_clean
    assert len(grids) == 125
    assert not grids.geometry.geom_equals(town.grids.geometry).any()


def test_grids_are_a_clean_coverage_of_38_km2(town):
    grids = town.grids
    certificate = certify(grids["grid_id"], grids.geometry, grids.crs)
    assert certificate.is_clean
    assert certificate.notes == ()
    assert certificate.area_m2 == pytest.approx(38e6, rel=0.01)
    whole = shapely.union_all(grids.geometry.to_numpy())
    assert area_m2([whole], grids.crs)[0] == pytest.approx(
        certificate.area_m2, rel=1e-6
    )


def test_counts_are_those_of_the_reference_town(town):
    assert town.circles["tier"].value_counts().to_dict() == {1: 1, 2: 6, 3: 12, 4: 30}
    assert len(town.grids) == town.grids["grid_id"].nunique() == 125
    assert len(town.communities) == 43
    roles = town.posts["role"].value_counts()
    assert roles["full_time_member"] == 288
    assert roles["part_time_member"] == 2403
    assert roles["grid_leader"] == 125
    leaders = town.posts.query("role == 'grid_leader'")["holder_id"]
    assert leaders.nunique() == 104
    assert leaders.isna().sum() == 2


def test_grid_codes_are_15_digits_that_begin_with_their_community(town):
    grids = town.grids
    assert grids["grid_id"].str.fullmatch(r"\d{15}").all()
    assert (grids["grid_id"].str[:12] == grids["community_id"]).all()
    assert set(grids["community_id"]) == set(town.communities["community_id"])


def test_grids_of_a_community_are_numbered_from_north_then_from_west(town):
    middles = town.grids.geometry.representative_point()
    order = pd.DataFrame({"x": middles.x, "y": middles.y})
    first = order.groupby(town.grids["community_id"]).first()
    rest = order.groupby(town.grids["community_id"]).max()
    height = np.sqrt(38e6 / 125) / 110_852
    assert (first["y"] >= rest["y"] - height).all()


def test_regions_are_connected(town):
    for layer in (town.circles, town.communities):
        assert set(layer.geometry.geom_type) == {"Polygon"}


def test_enterprises_lie_in_their_grid_in_eight_scenes(town):
    places = town.enterprises
    assert len(places) == 20_000
    coded = places[places["is_coded"]]
    assert len(coded) == 11_000
    assert coded["scene"].nunique() == 8
    assert (coded["scene"] == "construction_site").sum() == 100
    polygons = town.grids.set_index("grid_id").geometry
    own = polygons.loc[places["grid_id"]].to_numpy()
    assert shapely.contains(own, places.geometry.to_numpy()).all()


def test_events_have_the_dirt_of_real_feeds(town):
    events = town.events
    assert len(events) == 21_000
    assert events["occurred_at"].is_monotonic_increasing
    assert events["occurred_at"].str[:7].unique().tolist() == ["2026-09"]
    unplaced = events["lon"].isna()
    assert 150 < unplaced.sum() < 400
    assert (events.loc[unplaced, "community_id"] != "").all()
    assert 10 < (events["lat"] > 100).sum() < 80


def test_nobody_has_a_name(town):
    assert town.posts["holder_id"].dropna().str.fullmatch(r"[RLFPD]\d{3,4}").all()
    assert not town.posts["holder_id"].str.fullmatch(r"D\d{2}").any()


def test_grids_have_the_people_of_the_town(town):
    grids = town.grids
    assert grids["residents"].sum() == 330_000
    assert (grids["registered"] <= grids["residents"]).all()
    assert (grids["registered"] > 0).all()


def test_inspections_are_rows_of_coded_places_in_order_of_time(town):
    inspections = town.inspections
    coded = town.enterprises.loc[town.enterprises["is_coded"], "place_id"]
    assert set(inspections["place_id"]) <= set(coded)
    assert inspections["inspection_id"].is_unique
    assert inspections["inspected_at"].is_monotonic_increasing
    checks = inspections[inspections["kind"] == "check"]
    assert checks["place_id"].nunique() == 11_000
    days = checks["inspected_at"].str[:10]
    assert (days.min(), days.max()) == ("2026-08-01", "2026-09-30")
    assert (
        not pd.DataFrame({"place": checks["place_id"], "day": days}).duplicated().any()
    )


def test_findings_are_fixed_once_after_they_were_found(town):
    found, fixed = {}, {}
    for row in town.inspections.itertuples():
        for finding_id in json.loads(row.fixed or "[]"):
            assert finding_id not in fixed
            assert found[finding_id] == row.place_id
            fixed[finding_id] = row.place_id
        for finding in json.loads(row.findings or "[]"):
            assert finding["finding_id"] not in found
            found[finding["finding_id"]] = row.place_id
    assert len(fixed) == 5_150


@pytest.fixture(scope="module")
def coded(town):
    """Coded places with the facts of S town, and the grid row of each."""
    places = town.enterprises[town.enterprises["is_coded"]]
    inspections = town.inspections
    at = pd.to_datetime(inspections["inspected_at"])
    local = at.dt.tz_localize(None).to_numpy()
    facts = gather_facts(
        Inspections(
            pd.Index(places["place_id"]).get_indexer(inspections["place_id"]),
            local.astype("M8[ms]"),
            local.astype("M8[D]"),
            inspections["kind"].tolist(),
            inspections["findings"].tolist(),
            inspections["fixed"].tolist(),
            inspections["result"].tolist(),
        )
    )
    known = np.full(len(places), np.datetime64("2026-01-01"))
    rows = Places.of(places["scene"].tolist(), places["hazard"].tolist(), known)
    return rows, facts, pd.Index(town.grids["grid_id"]).get_indexer(places["grid_id"])


def rated(town, coded, day):
    rule = SafetyRule.from_body(json.loads(RULE.read_text(encoding="utf-8")))
    calendar = Calendar(campaigns=town.campaigns)
    return rate(coded[0], coded[1], rule, dt.date.fromisoformat(day), calendar)


def test_grid_rows_sum_to_the_five_totals_of_the_texts(town, coded):
    figures = tally(rated(town, coded, "2026-09-30"), coded[1], coded[2], 125, SPAN)
    assert figures.codes.sum() == 11_000
    assert figures.checks.sum() == 21_443
    assert len(town.campaigns) == 18
    assert set(town.inspections["campaign"]) == {
        "",
        *(campaign.campaign_id for campaign in town.campaigns),
    }
    assert figures.fixes.sum() == 5_150
    assert 1 <= figures.codes[:, 2].sum() <= 10


def test_red_falls_and_a_believable_share_is_yellow(town, coded):
    before, after = (
        np.bincount(rated(town, coded, day).code, minlength=4)[1:]
        for day in ("2026-08-01", "2026-09-30")
    )
    assert after[2] < before[2] / 10
    assert 0.05 <= after[1] / after.sum() <= 0.10


def test_old_quarters_in_the_middle_are_worse(town, coded):
    middles = town.grids.geometry.representative_point()
    away = np.hypot(middles.x - middles.x.mean(), middles.y - middles.y.mean())
    is_middle = (away < away.median()).to_numpy()[coded[2]]
    is_bad = rated(town, coded, "2026-09-30").code >= 2
    assert is_bad[is_middle].mean() > 1.3 * is_bad[~is_middle].mean()


# of the town before it had departments: what is there since does not touch it
FORMER = {
    "posts": (2865, "ca90fb68d249557e02ef0ac46d25cf54e735832821865380ac11c1b26d26c4fb"),
    "duties": (268, "b8c58c79f6971636251caf99063d879277ef9cf7d29bb295f605c52fcbd85893"),
    "rotations": (
        12,
        "c342ec92ed7ea69970baa1facd38fc83d0d9fd84d5eb782779d5b8db62946882",
    ),
}


@pytest.mark.parametrize("name", FORMER)
def test_departments_come_behind_what_was_there(town, name):
    count, former = FORMER[name]
    posts = town.posts.drop(columns=["title", "phone"])
    frame = posts if name == "posts" else getattr(town.month, name)
    assert digest(frame.head(count)) == former
    assert len(frame) > count


def test_rosters_run_a_month_further_than_the_events(town):
    last = pd.to_datetime(town.events["occurred_at"]).max()
    assert last.date() == dt.date(2026, 9, 30)
    ends = pd.to_datetime(town.month.duties["ends_at"]).max()
    until = pd.to_datetime(town.month.rotations["until"])
    assert ends == pd.Timestamp("2026-11-01T00:00+08:00")
    assert set(until) == {pd.Timestamp("2026-11-01")}
