"""Rows of README.md here, each by its own check; the number is in the name."""

import datetime as dt
import socket
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gis.assignment import Positions, answer_many
from gis.codes import Verdict, check_credit_code, check_unit_grid
from gis.coverage import certify
from gis.crs import parse_datum
from gis.errors import InvalidLayerError
from gis.geometry import area_m2
from gis.models import RiskLevel, Status
from gis.roster import (
    Duty,
    DutyTable,
    certify_roster,
    commander,
    expand_rotations,
)
from gis.synthetic import make_city, make_s_town, make_x_town
from gis.synthetic.city import draw_lattice
from layers import explore
from layers.assignment import answer_columns
from layers.schema.duties import duties_of, rotations_of
from layers.territory import make_territory, town_territory

HOUR = 3_600_000
START = 1_788_192_000_000  # 2026-09-01 00:00 in Shanghai
END = START + 30 * 24 * HOUR


@pytest.fixture(scope="module")
def town(s_town):
    return s_town


@pytest.fixture(scope="module")
def territory(town):
    return town_territory(town)


@pytest.fixture(scope="module")
def x_town():
    return make_x_town().town


def on_duty(town, region_tier=3):
    """A town's territory with its month of duties and rotations."""
    territory = town_territory(town)
    posts = territory.duties.roster.posts
    turns = expand_rotations(rotations_of(town.month.rotations), posts)
    records = (*duties_of(town.month.duties), *turns)
    return territory.with_duties(records, region_tier)


@pytest.fixture(scope="module")
def manned(town):
    return on_duty(town)


@pytest.fixture(scope="module")
def answers(town, territory):
    events = town.events
    reported = Positions(
        events["lon"].to_numpy(),
        events["lat"].to_numpy(),
        events["lon"].isna().to_numpy().astype(np.uint8),
    )
    answers = answer_many(territory.basis(), reported, parse_datum("wgs84"))
    return answer_columns(answers).to_pandas()


def test_row_2_01_town_of_38_km2_with_its_enterprises_and_sites(town):
    grids = town.grids
    total = area_m2(grids.geometry.to_numpy(), grids.crs).sum()
    assert total == pytest.approx(38e6, rel=0.01)
    outline = shapely.coverage_union_all(grids.geometry.to_numpy())
    assert area_m2([outline], grids.crs)[0] == pytest.approx(total, rel=1e-6)
    assert len(grids) == 125
    assert len(town.enterprises) == 20_000
    assert (town.enterprises["scene"] == "construction_site").sum() == 100


def test_row_2_09_every_event_in_a_grid_returns_its_chain_of_five(
    town, territory, answers
):
    counts = [len(territory.pagoda.of_tier(tier)) for tier in (1, 2, 3, 4)]
    assert counts == [1, 6, 12, 30]
    owned = answers[answers["grid_id"].notna()]
    chain = owned[["grid_id", "tier4_id", "tier3_id", "tier2_id", "tier1_id"]]
    assert chain.notna().all().all()
    per_grid = chain.drop_duplicates()
    assert len(per_grid) == per_grid["grid_id"].nunique()


def test_row_2_22_levels_of_all_areas_sum_to_125_and_are_repeatable(
    town, territory, answers
):
    points = gpd.points_from_xy(town.events["lon"], town.events["lat"])
    events = gpd.GeoDataFrame(town.events, geometry=points, crs="EPSG:4326")
    first, again = (explore(territory, events, per="km2") for _ in range(2))
    owned = answers["grid_id"].value_counts()
    ids = first.grids["grid_id"]
    assert first.grids["events"].tolist() == [owned.get(grid, 0) for grid in ids]
    assert first.grids["level"].isin([int(level) for level in RiskLevel]).sum() == 125
    np.testing.assert_array_equal(first.grids["score"], again.grids["score"])
    assert list(RiskLevel) == sorted(RiskLevel)
    assert RiskLevel.RED > RiskLevel.ORANGE > RiskLevel.YELLOW > RiskLevel.BLUE


def test_row_1_18_gap_area_is_0_and_the_certificate_carries_the_digest(town):
    grids = town.grids
    certificate = certify(grids["grid_id"], grids.geometry, grids.crs)
    assert certificate.is_clean
    assert len(certificate.digest) == 64
    holed = grids.drop(index=60)
    faults = certify(holed["grid_id"], holed.geometry, holed.crs).faults
    assert sum(f.area_m2 for f in faults) > 1e5


def test_row_3_08_every_row_is_answered_or_counted_under_a_named_reason(town, answers):
    assert len(answers) == len(town.events)
    assert answers["status"].notna().all()
    without = answers[answers["grid_id"].isna()]
    assert without["reason"].notna().all()


def test_row_3_28_runs_with_no_network(monkeypatch, territory, town):
    def refuse(*_args, **_kwargs):
        raise OSError("no network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert territory.assigner().assign(120.08, 30.33).status is Status.INSIDE


def test_row_3_30_point_5_m_outside_names_the_nearest_grid_and_distance(
    town, territory
):
    outline = shapely.coverage_union_all(town.grids.geometry.to_numpy())
    east = shapely.get_coordinates(outline)
    x, y = east[east[:, 0].argmax()]
    answer = territory.assigner().assign(x + 5 / 96_100, y)
    assert answer.status is Status.OUTSIDE
    assert answer.reason.startswith("nearest:330199101")
    assert answer.distance_m == pytest.approx(5, abs=0.5)
    assert answer.accountable_reason == "triage"


def milliseconds(text):
    return int(dt.datetime.fromisoformat(text).timestamp() * 1000)


def middles(grids):
    points = shapely.point_on_surface(grids.geometry.to_numpy())
    return shapely.get_x(points), shapely.get_y(points)


@dataclass(frozen=True)
class Tree:
    """Layers of a place, and how many areas each level has, from the top."""

    grids: gpd.GeoDataFrame
    circles: pd.DataFrame
    posts: pd.DataFrame
    counts: tuple[int, ...]


def leader_posts(grids, circles):
    """One filled leader post for each grid and circle."""
    areas = [*circles["circle_id"], *grids["grid_id"]]
    roles = ["circle_leader"] * len(circles) + ["grid_leader"] * len(grids)
    ids = [f"{area}-L" for area in areas]
    holders = [f"L{number}" for number in range(len(areas))]
    return pd.DataFrame(
        {"post_id": ids, "area_id": areas, "role": roles, "holder_id": holders}
    )


def quzhou():
    """City and county one top line, townships, village grids: three levels."""
    rng = np.random.default_rng(409)
    polygons = draw_lattice((118.7, 28.8, 119.1, 29.1), (8, 6), rng)
    grids = gpd.GeoDataFrame(
        {
            "grid_id": [f"V{number:02d}" for number in range(48)],
            "parent_id": [f"T{number // 8}" for number in range(48)],
        },
        geometry=list(polygons),
        crs="EPSG:4490",
    )
    townships = [(f"T{number}", "TOP", 2, f"第{number + 1}乡镇") for number in range(6)]
    circles = pd.DataFrame(
        [("TOP", None, 1, "市县一体"), *townships],
        columns=["circle_id", "parent_id", "tier", "name"],
    )
    return Tree(grids, circles, leader_posts(grids, circles), (1, 6, 48))


def city_tree():
    city = make_city()
    posts = leader_posts(city.grids, city.circles)
    return Tree(city.grids, city.circles, posts, (1, 16, 276, 5733))


def town_tree(town, counts):
    return Tree(town.grids, town.circles, town.posts, counts)


TREES = {
    "s_town_of_5_levels": lambda s_town: town_tree(s_town, (1, 6, 12, 30, 125)),
    "x_town_of_3_levels": lambda _: town_tree(make_x_town().town, (1, 4, 32)),
    "quzhou_of_3_levels": lambda _: quzhou(),
    "city_of_4_levels": lambda _: city_tree(),
}


@pytest.mark.parametrize("name", TREES)
def test_row_4_09_trees_of_every_depth_load_and_assign_through_the_same_code(
    s_town, name
):
    tree = TREES[name](s_town)
    territory = make_territory(tree.grids, tree.circles, tree.posts)
    depth = len(tree.counts) - 1
    levels = [len(territory.pagoda.of_tier(tier)) for tier in range(1, depth + 1)]
    assert (*levels, len(territory.grids)) == tree.counts
    x, y = middles(territory.grids)
    positions = Positions(x, y, np.zeros(len(x), dtype=np.uint8))
    answers = answer_many(territory.basis(), positions, territory.datum)
    columns = answer_columns(answers).to_pandas()
    assert columns["grid_id"].tolist() == territory.grids["grid_id"].tolist()
    tiers = [f"tier{tier}_id" for tier in range(depth, 0, -1)]
    assert columns[tiers].notna().all().all()
    assert columns["accountable_post"].notna().all()
    parents = tree.grids.set_index("grid_id")["parent_id"]
    bottom = columns.set_index("grid_id")[tiers[0]]
    assert bottom.to_dict() == parents.to_dict()
    one = territory.assigner().assign(float(x[0]), float(y[0]))
    assert len(one.chain) == len(one.leaders) - 1 == depth


def test_row_2_08_staffing_totals_validate_and_vacancies_climb(town, manned):
    found = certify_roster(manned.duties, START, END)
    assert found.posts["grid_leader"] == 125
    assert found.holders["grid_leader"] == 104
    assert found.holders["full_time_member"] == 288
    assert found.holders["part_time_member"] == 2403
    leaders = town.posts[town.posts["role"] == "grid_leader"]
    empty = leaders[leaders["holder_id"].isna()]
    assert set(found.vacant) == set(empty["post_id"])
    several = leaders["holder_id"].dropna().value_counts()
    assert set(several[several > 1].index) <= set(found.shared)
    assigner = manned.assigner()
    for grid_id in empty["area_id"]:
        grid = town.grids[town.grids["grid_id"] == grid_id]
        (x,), (y,) = middles(grid)
        answer = assigner.assign(x, y, START)
        assert answer.accountable_reason == "vacant_post"
        assert answer.accountable.area_id == answer.chain[0]


def test_row_2_10_hand_over_minute_gap_and_overlap(town, manned):
    (x,), (y,) = middles(town.grids.iloc[[60]])
    assigner = manned.assigner()
    monday = milliseconds("2026-09-14T08:00+08:00")
    before, after = (assigner.assign(x, y, at) for at in (monday - 1, monday))
    assert before.grid_id == after.grid_id
    assert before.region_leader.post_id == after.region_leader.post_id
    assert before.region_leader.holder_id != after.region_leader.holder_id
    region = before.region_leader.area_id
    reached = manned.duties.fan_out(region, monday)
    areas = {holding.area_id for holding in reached}
    assert before.grid_id in areas
    assert {"full_time_member", "part_time_member", "grid_leader"} <= {
        manned.duties.roster.posts[h.post_id].role for h in reached if h.post_id
    }
    post = f"{town.grids['grid_id'].iloc[60]}-L"
    short = [Duty("a", post, "L1", START, START + HOUR, 0)]
    gap = town_territory(town).with_duties(short).assigner()
    answer = gap.assign(x, y, START + HOUR)
    assert answer.accountable_reason == "no_one_on_duty"
    assert answer.accountable.area_id == answer.chain[0]
    once = [Duty("r", before.region_leader.post_id, "D9", START, START + HOUR, 0)]
    held, over = (
        town_territory(town).with_duties(once).assigner().assign(x, y, START + after)
        for after in (0, HOUR)
    )
    assert commander(held.region_leader, held.leaders)[0].holder_id == "D9"
    above, reason = commander(over.region_leader, over.leaders)
    assert reason == "no_leader_on_duty"
    assert above.area_id == over.chain[2]
    assert above.holder_id
    with pytest.raises(InvalidLayerError, match="overlap"):
        town_territory(town).with_duties([*short, Duty("b", post, "L2", START, END, 0)])


def test_row_2_28_a_grid_has_a_community_and_a_circle_and_both_are_returned(
    town, manned
):
    assert len(town.communities) == town.grids["community_id"].nunique() == 43
    assigner = manned.assigner()
    grids = town.grids.set_index("grid_id")
    for grid_id, x, y in zip(grids.index, *middles(town.grids), strict=True):
        answer = assigner.assign(x, y)
        assert answer.community_id == grids.loc[grid_id, "community_id"]
        assert answer.chain[0] == grids.loc[grid_id, "parent_id"]


def test_row_2_34_a_roster_that_ends_in_7_days_is_named(manned):
    regions = {f"C3-{number:02d}-L" for number in range(1, 13)}
    end = END + 31 * 24 * HOUR  # of the rosters
    week = certify_roster(manned.duties, end - 7 * 24 * HOUR, end)
    assert regions <= set(week.ending)
    earlier = certify_roster(manned.duties, end - 8 * 24 * HOUR, end)
    assert not regions & set(earlier.ending)


def test_row_2_50_duties_carry_both_times_and_answer_as_was_known(town, manned):
    records = duties_of(town.month.duties)
    assert all(d.starts_at < d.ends_at and d.recorded_at for d in records)
    corrected_at = max(d.recorded_at for d in records)
    roster = manned.duties.roster
    before = DutyTable(roster, records, known_at=corrected_at - 1)
    after = DutyTable(roster, records, known_at=corrected_at)
    changed = [g for g in after.grid_ids if before.leaders(g) != after.leaders(g)]
    assert 1 <= len(changed) <= 2
    assert before.revision < corrected_at == after.revision


def test_row_1_04_city_of_5733_communities_answers_as_shapely_does():
    city = make_city()
    counts = city.circles["tier"].value_counts().to_dict()
    assert (counts, len(city.grids)) == ({1: 1, 2: 16, 3: 276}, 5733)
    territory = make_territory(city.grids, city.circles)
    polygons = territory.grids.geometry.to_numpy()
    min_x, min_y, max_x, max_y = territory.bounds
    xy = np.random.default_rng(104).uniform((min_x, min_y), (max_x, max_y), (5000, 2))
    found = territory.assigner().assign_many(*xy.T)
    lowest = np.full(len(xy), len(polygons))
    points, rows = shapely.STRtree(polygons).query(
        shapely.points(xy), predicate="intersects"
    )
    np.minimum.at(lowest, points, rows)
    np.testing.assert_array_equal(
        found.rows, np.where(lowest == len(polygons), -1, lowest)
    )


def test_row_1_11_members_grid_leader_and_region_leader_are_told_apart(town, manned):
    leaders = town.posts[town.posts["role"] == "grid_leader"].dropna()
    grid_id = leaders["area_id"].iloc[3]
    (x,), (y,) = middles(town.grids[town.grids["grid_id"] == grid_id])
    at = milliseconds("2026-09-02T10:00+08:00")
    answer = manned.assigner().assign(x, y, at)
    members = manned.duties.members(grid_id, at)
    posts = manned.duties.roster.posts
    assert {posts[member.post_id].role for member in members} == {
        "full_time_member",
        "part_time_member",
    }
    assert answer.accountable.post_id == f"{grid_id}-L"
    assert answer.region_leader.area_id == answer.chain[1]
    assert answer.region_leader.holder_id.startswith("D")
    holders = {member.holder_id for member in members}
    assert not holders & {answer.accountable.holder_id, answer.region_leader.holder_id}


@pytest.mark.parametrize(
    ("make", "region_tier"),
    [(make_s_town, 3), (lambda: make_x_town().town, 2)],
    ids=["s_town", "x_town"],
)
def test_row_4_02_no_place_and_no_minute_is_without_an_owner(make, region_tier):
    town = make()
    territory = on_duty(town, region_tier)
    grids = town.grids
    assert certify(grids["grid_id"], grids.geometry, grids.crs).is_clean
    found = certify_roster(territory.duties, START, END)
    assert found.is_complete
    assert found.unowned == ()
    assert found.vacant
    assert found.gaps


def test_row_4_11_every_event_of_the_month_has_exactly_one_accountable_post(
    town, manned
):
    assigner = manned.assigner()
    events = town.events
    located = events["lon"].notna() & (events["lat"] < 90)
    at = np.array([milliseconds(text) for text in events.loc[located, "occurred_at"]])
    x, y = (events.loc[located, name].to_numpy() for name in ("lon", "lat"))
    table = assigner.assign_many(x, y, at=at)
    owners = [state.accountable for state in table.on_duty.on_duty]
    posts = manned.duties.roster.posts
    for state in np.unique(table.on_duty.states):
        assert posts[owners[state].post_id].role in {"grid_leader", "circle_leader"}
        assert owners[state].holder_id
    for place in range(0, len(x), 997):
        one = assigner.assign(float(x[place]), float(y[place]), int(at[place]))
        assert one.accountable == owners[table.on_duty.states[place]]


def test_row_0_01_x_town_of_32_grids_in_22_communities_and_villages(x_town):
    total = area_m2(x_town.grids.geometry.to_numpy(), x_town.grids.crs).sum()
    assert total == pytest.approx(38e6, rel=0.01)
    numbers = x_town.communities["community_id"].str[9:].astype(int)
    assert ((numbers < 200).sum(), (numbers > 200).sum()) == (10, 12)
    assert len(x_town.grids) == 32
    assert len(x_town.enterprises) >= 1000
    assert x_town.enterprises["cluster"].nunique() == 4
    assert x_town.enterprises["is_listed"].sum() == 8


def test_row_0_12_a_point_5_m_over_the_town_line_names_the_nearest_grid(x_town):
    outline = shapely.coverage_union_all(x_town.grids.geometry.to_numpy())
    xy = shapely.get_coordinates(outline)
    x, y = xy[xy[:, 0].argmin()]
    assigner = town_territory(x_town).assigner()
    answer = assigner.assign(x - 5 / 96_400, y, candidates_m=50)
    assert answer.status is Status.OUTSIDE
    assert answer.reason == f"nearest:{answer.candidates[0].grid_id}"
    assert answer.distance_m == pytest.approx(5, abs=0.5)
    assert answer.accountable_reason == "triage"


def test_row_3_05_one_credit_code_of_three_sources_is_one_identity():
    sources = ["91330100799655058B", "91330100799655058B", "91330100799655058C"]
    verdicts = [check_credit_code(code).verdict for code in sources]
    assert verdicts == [Verdict.OK, Verdict.OK, Verdict.ERROR]
    assert check_credit_code(sources[2]).faults[0].name == "check_digit"


def test_row_3_05_grid_codes_of_both_towns_lie_under_their_communities(town, x_town):
    for grids in (town.grids, x_town.grids):
        checks = map(check_unit_grid, grids["grid_id"], grids["community_id"])
        assert {check.verdict for check in checks} == {Verdict.OK}
