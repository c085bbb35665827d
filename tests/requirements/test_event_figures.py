"""Rows of README.md here on figures, organs of the town and routes, over HTTP."""

import pytest
import shapely
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from gis.events import CORE_PLATFORMS, LINES, MODULES
from layers.packs.scenario_files import scenarios
from support.harness.answers import LOCAL, get

PLACES = [(120.08, 30.33), (120.081, 30.331), (120.07, 30.32), (121.5, 31.0)]


@pytest.fixture(scope="module")
def client():
    """The service over S town, with an event of every kind."""
    with TestClient(create_app(Settings(), speed=1e-6), base_url=LOCAL) as served:
        answer = get(served, "/sources")["sources"]
        sources = [s["source"] for s in answer if s["sort"] != "pagoda"]
        for number, kind in enumerate([*scenarios().kinds, "kite"]):
            lon, lat = PLACES[number % len(PLACES)]
            event = {
                "source": sources[number % len(sources)],
                "id": f"E-{number}",
                "kind": kind,
                "lon": lon,
                "lat": lat,
                "datum": "wgs84",
            }
            answer = served.post("/events", json=event)
            assert answer.status_code == 201, answer.text
        yield served


def plain_kinds():
    return [k for k in scenarios().kinds.values() if not k.is_sensitive]


def key_of(row):
    """What the events of a row by one thing share."""
    [key] = row["keys"]
    return key["key"]


def test_row_0_02_every_kind_is_routed_over_one_of_the_platforms(client):
    kinds = get(client, "/routing")["kinds"]
    assert {kind["platform"] for kind in kinds} <= {*CORE_PLATFORMS}
    assert len({kind["kind"] for kind in kinds}) == len(kinds)


def test_row_1_03_two_templates_stand_in_one_service_with_a_published_mapping(client):
    loops = {t["template"]: t["phases"] for t in get(client, "/routing")["templates"]}
    stages = [s["name_zh"] for states in loops["tianjin"].values() for s in states]
    assert stages[:4] == ["平台受理", "分析研判", "分流交办", "全程监督"]
    assert [*loops["s_town"]] == [*loops["tianjin"]]
    used = {kind["template"] for kind in get(client, "/routing")["kinds"]}
    assert {"s_town", "tianjin"} <= used


def test_row_1_05_same_spot_of_four_sources_is_four_records_and_one_cluster(client):
    ids, clusters = set(), []
    for source in ("hotline", "camera", "citizen", "feed"):
        sort = [s for s in get(client, "/sources")["sources"] if s["sort"] == source]
        event = {"source": sort[0]["source"], "id": "S-1", "kind": "waste_dumping",
                 "lon": 120.06, "lat": 30.34, "datum": "wgs84"}  # fmt: skip
        answer = client.post("/events", json=event).json()
        ids.add(answer["event_id"])
        clusters.append(answer["cluster"]["cluster_id"] or answer["event_id"])
    assert len(ids) == 4
    assert len(set(clusters)) == 1


def test_row_1_09_override_rate_is_given_by_rule(client):
    answer = get(client, "/circles/C1-01/figures?by=rule")
    assert all(0 <= row["override_rate"] <= 1 for row in answer["rows"])
    packs = {key_of(row).partition("/")[0] for row in answer["rows"]}
    assert packs >= {"street_trading", "fire_alarm"}


def test_row_2_32_shares_of_places_are_given_by_source(client):
    for row in get(client, "/circles/C1-01/figures?by=source")["rows"]:
        assert sum(row["shares"].values()) == pytest.approx(1)
    quality = {s["source"]: s["quality"] for s in get(client, "/sources")["sources"]}
    outside = sum(q["count"] * (q["shares"]["outside"] or 0) for q in quality.values())
    assert outside > 1
    assert sum(q["count"] for q in quality.values()) >= len(plain_kinds())


def test_row_2_43_level_that_closed_is_given_by_area(client):
    answer = get(client, "/circles/C1-01/figures?by=children")
    assert all(row["closed_at_tier"] == {} for row in answer["rows"])
    assert answer["total"]["resolve_rate"] == 0


def test_no_reply_is_listed_by_department(client):
    answer = get(client, "/circles/C1-01/figures?by=department")
    assert sum(row["no_reply"] for row in answer["rows"]) == len(answer["no_reply"])
    assert "police" in {key_of(row) for row in answer["rows"]}


def test_row_4_01_one_centre_one_room_four_platforms_one_net(client):
    organs = get(client, "/model")["organs"]
    names = ("centres", "rooms", "platforms", "nets")
    assert [len(organs[name]) for name in names] == [1, 1, 4, 1]
    total = get(client, "/circles/C2-01/figures")["total"]
    assert {"discovery_s", "arrival_s"} <= set(total["medians"])
    assert "resolve_rate" in total


def test_row_4_02_no_place_kind_or_post_is_without_an_owner(client):
    answer = get(client, "/routing")
    certificate = answer["certificate"]
    assert certificate["clean"]
    assert certificate["uncovered_m2"] == 0
    assert certificate["kinds_without_destination"] == []
    assert certificate["posts_without_fallback"] == []
    # two posts are vacant, so that the fallback is not a word alone
    assert len(certificate["posts_vacant"]) == 2
    assert all(kind["lead"] and not kind["missing"] for kind in answer["kinds"])
    bodies = [body for kind in answer["kinds"] for body in kind["departments"]]
    assert all(body["post_id"] and body["on_duty"] for body in bodies)


def test_row_4_06_five_lines_are_counted_by_grid_and_sum_by_line_and_module(client):
    place = {"lon": 120.08, "lat": 30.33, "datum": "wgs84"}
    grid_id = client.post("/assign", json=place).json()["grid_id"]
    for area_id in (grid_id, "C1-01"):
        lines = get(client, f"/circles/{area_id}/figures?by=line")
        modules = get(client, f"/circles/{area_id}/figures?by=module")
        count = lines["total"]["events"]
        assert count > 0
        assert {key_of(row) for row in lines["rows"]} >= {*LINES}
        assert {key_of(row) for row in modules["rows"]} >= {*MODULES}
        for answer in (lines, modules):
            assert sum(row["events"] for row in answer["rows"]) == count


def test_row_4_08_one_door_takes_every_kind(client):
    answer = get(client, "/circles/C1-01/figures?by=rule")
    # of the fixture: all kinds that are not about people, and the strange one
    assert answer["total"]["events"] >= len(plain_kinds()) + 1


def test_row_2_16_events_of_disputes_are_counted_for_nobody_without_grant(client):
    # without the history of the town, which has quarrels that are not sensitive
    sorts = {source["sort"] for source in get(client, "/sources")["sources"]}
    channels = ",".join(sorted(sorts))
    for by in ("line", "rule", "module"):
        answer = get(client, f"/circles/C1-01/figures?by={by}&channel={channels}")
        assert answer["sensitive_kinds"] == []
        keys = {key_of(row).partition("/")[0]: row["events"] for row in answer["rows"]}
        assert keys.get("dispute", 0) == sum(
            k.line == "dispute" for k in plain_kinds()
        ) * (by == "line")


def test_row_0_10_a_grid_knows_the_metres_of_each_shared_border(client):
    grids = get(client, "/model")["grids"]
    grid_id = grids[0]["grid_id"]
    around = get(client, f"/grids/{grid_id}/neighbours")["neighbours"]
    assert around
    assert all(neighbour["border_m"] > 0 for neighbour in around)
    assert grid_id not in {neighbour["grid_id"] for neighbour in around}


def test_row_0_10_an_event_near_a_border_names_both_grids(client):
    grid_id = get(client, "/model")["grids"][0]["grid_id"]
    other = get(client, f"/grids/{grid_id}/neighbours")["neighbours"][0]["grid_id"]
    one, two = (
        shapely.geometry.shape(get(client, f"/grids/{name}")["geometry"])
        for name in (grid_id, other)
    )
    border = shapely.line_merge(one.intersection(two))
    point = shapely.line_interpolate_point(border, 0.5, normalized=True)
    event = {"source": "hotline", "id": "B-1", "kind": "noise", "lon": point.x,
             "lat": point.y, "datum": "cgcs2000", "accuracy_m": 25}  # fmt: skip
    assignment = client.post("/events", json=event).json()["assignment"]
    names = {name for name, _ in assignment["likelihood"]["probabilities"]}
    assert names >= {grid_id, other}


def test_row_2_24_share_that_cameras_see_is_given_for_each_grid(client):
    grids = get(client, "/model")["grids"][:10]
    views = [get(client, f"/grids/{grid['grid_id']}/cameras") for grid in grids]
    assert all(0 <= view["share"] <= 1 for view in views)
    assert sum(view["cameras"] for view in views) > 0
