"""X town has the figures of the texts; its grids come from two systems, traceably."""

import hashlib

import pandas as pd
import pytest
import shapely

from gis.codes import Verdict, check_unit_grid
from gis.coverage import certify
from gis.geometry import area_m2
from gis.synthetic import make_x_town
from layers.schema.posts import posts_of


@pytest.fixture(scope="module")
def merged():
    return make_x_town()


@pytest.fixture(scope="module")
def town(merged):
    return merged.town


def digest(frame):
    plain = pd.DataFrame(frame.drop(columns="geometry", errors="ignore"))
    text = plain.to_csv(index=False).encode()
    if "geometry" in frame:
        text += b"".join(shapely.to_wkb(frame.geometry.to_numpy()))
    return hashlib.sha256(text).hexdigest()


def layers_of(merged):
    town = merged.town
    return {
        "grids": town.grids,
        "circles": town.circles,
        "communities": town.communities,
        "posts": town.posts,
        "duties": town.month.duties,
        "rotations": town.month.rotations,
        "enterprises": town.enterprises,
        "events": town.events,
        "inspections": town.inspections,
        "lineage": merged.lineage,
        "former_posts": merged.former_posts,
        **merged.former,
    }


def test_same_seed_gives_same_bytes_and_another_seed_others(merged):
    one, again, other = (
        {name: digest(frame) for name, frame in layers_of(made).items()}
        for made in (merged, make_x_town(), make_x_town(seed=7))
    )
    assert one == again
    assert {name for name in one if one[name] == other[name]} == {
        *("rotations", "former_posts")
    }


@pytest.mark.parametrize("seed", [20_261_003, 7])
def test_all_three_grid_systems_are_clean_coverages_of_one_ground(seed):
    merged = make_x_town(seed)
    outlines = []
    for grids in (merged.town.grids, *merged.former.values()):
        certificate = certify(grids["grid_id"], grids.geometry, grids.crs)
        assert certificate.is_clean
        assert certificate.area_m2 == pytest.approx(38e6, rel=0.01)
        outlines.append(shapely.coverage_union_all(grids.geometry.to_numpy()))
    assert all(outline.equals(outlines[0]) for outline in outlines)


def test_counts_are_those_of_the_texts(merged, town):
    assert len(town.grids) == 32
    assert [len(grids) for grids in merged.former.values()] == [24, 27]
    numbers = town.communities["community_id"].str[9:].astype(int)
    assert ((numbers < 200).sum(), (numbers > 200).sum()) == (10, 12)
    assert town.communities["name"].str.endswith("村").sum() == 12
    assert town.circles["tier"].value_counts().to_dict() == {1: 1, 2: 4}
    assert len(town.enterprises) >= 1000
    assert town.enterprises["cluster"].nunique() == 4
    assert town.enterprises["is_listed"].sum() == 8
    leaders = town.posts.query("role == 'grid_leader'")["holder_id"]
    assert (len(leaders), leaders.nunique(), leaders.isna().sum()) == (32, 30, 1)
    assert (town.posts["role"] == "department").sum() == 5
    assert town.grids["residents"].sum() == 62_000
    assert (town.inspections["kind"] == "check").sum() == 1_150
    assert len(town.campaigns) == 6


def test_grid_codes_fit_their_communities(town):
    grids = town.grids
    checks = map(check_unit_grid, grids["grid_id"], grids["community_id"])
    assert {check.verdict for check in checks} == {Verdict.OK}


def test_ids_of_the_three_systems_differ(merged, town):
    ids = [*town.grids["grid_id"]]
    for grids in merged.former.values():
        ids += grids["grid_id"].tolist()
    assert len(set(ids)) == 32 + 24 + 27


def test_lineage_is_the_share_of_area_that_went_to_each_grid(merged, town):
    current = town.grids.set_index("grid_id").geometry
    for system, grids in merged.former.items():
        former = grids.set_index("grid_id").geometry
        rows = merged.lineage[merged.lineage["system"] == system]
        assert set(rows["from_id"]) == set(former.index)
        assert set(rows["to_id"]) == set(current.index)
        old = former.loc[rows["from_id"]].to_numpy()
        common = shapely.intersection(old, current.loc[rows["to_id"]].to_numpy())
        share = area_m2(common, grids.crs) / area_m2(old, grids.crs)
        assert rows["share"].to_numpy() == pytest.approx(share, abs=1e-5)
        assert rows.groupby("from_id")["share"].sum().to_numpy() == pytest.approx(
            1, abs=1e-5
        )


def test_every_border_was_one_in_a_former_system(merged, town):
    def borders(grids):
        return shapely.union_all(shapely.boundary(grids.geometry.to_numpy()))

    before = shapely.union_all([borders(grids) for grids in merged.former.values()])
    assert shapely.difference(borders(town.grids), before).length < 1e-9


def test_some_former_grids_stay_whole_and_some_are_split(merged):
    parts = merged.lineage.groupby(["system", "from_id"]).size()
    assert (parts == 1).any()
    assert (parts > 1).any()


def test_nobody_has_a_name(town):
    assert town.posts["holder_id"].dropna().str.fullmatch(r"[RLFPB]\d{3,4}").all()


def test_every_former_grid_has_a_leader_of_its_own(merged):
    posts = merged.former_posts
    assert len(posts) == 51
    for column in ("post_id", "area_id", "holder_id"):
        assert posts[column].is_unique
    for system, grids in merged.former.items():
        rows = posts[posts["system"] == system]
        assert rows["area_id"].tolist() == grids["grid_id"].tolist()
    assert set(posts["role"]) == {"grid_leader"}
    assert posts_of(posts.drop(columns="system"))[0].holder_id == "PBL001"
