"""One suite for every store: a fact is answered as it was known."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gis.errors import InvalidLayerError, RowFault
from layers.schema.departments import departments_of
from layers.schema.destinations import destinations_of
from layers.schema.devices import devices_of
from layers.schema.keys import keys_of
from layers.schema.sources import sources_of
from layers.stores.conflicts import conflicts
from layers.stores.facts import FACTS, Selection, empty_records
from layers.stores.log import verify
from support.makers.contract_rows import (
    MIDNIGHT,
    departments,
    destinations,
    devices,
    enterprises,
    faults_of,
    keys,
    neighbours,
    posts,
    record_event_facts,
    sources,
)
from support.makers.store_history import CRS, day


def test_later_record_supersedes_and_tombstone_takes_back(store, clock):
    store.record(
        "posts",
        posts(
            ("P1", "G1", "grid_leader", "L1", MIDNIGHT),
            ("P2", "G2", "grid_leader", "L2", MIDNIGHT),
        ),
    )
    clock.now = day(2)
    changed = posts(
        ("P1", "G1", "grid_leader", None, MIDNIGHT),
        ("P2", "G2", "grid_leader", "L2", MIDNIGHT),
    )
    store.record("posts", changed.assign(cancelled=[False, True]))
    now, then = store.facts("posts"), store.facts("posts", known_at=day(2) - 1)
    assert now["post_id"].tolist() == ["P1"]
    assert now["holder_id"].isna().all()
    assert then["holder_id"].tolist() == ["L1", "L2"]
    assert len(store.records("posts")) == 4


def test_fact_is_valid_from_its_first_until_before_its_last_instant(store):
    store.record("posts", posts(("P0", "G1", "grid_leader", "L1", MIDNIGHT)))
    rows = pd.DataFrame(
        {
            "duty_id": ["D1", "D2"],
            "post_id": "P0",
            "holder_id": ["L1", "L2"],
            "valid_from": [MIDNIGHT, "1970-01-02T08:00:00+08:00"],
            "valid_to": ["1970-01-02T08:00:00+08:00", None],
        }
    )
    store.record("duties", rows)
    held = [store.facts("duties", valid_at=t) for t in (-1, 0, day(1) - 1, day(1))]
    assert [frame["holder_id"].tolist() for frame in held] == [
        [],
        ["L1"],
        ["L1"],
        ["L2"],
    ]


def test_batches_of_a_layer_are_recorded_one_after_the_other(store):
    row = posts(("P1", "G1", "grid_leader", "L1", MIDNIGHT))
    first, second = store.record("posts", row), store.record("posts", row)
    assert second.recorded_at == first.recorded_at + 1
    assert store.facts("posts")["batch"].tolist() == [second.sequence]


@pytest.mark.parametrize("layer", FACTS)
def test_frames_of_facts_have_the_same_columns_and_types_with_and_without_rows(
    store, layer
):
    store.record("posts", posts(("P1", "G1", "grid_leader", None, MIDNIGHT)))
    store.record("enterprises", enterprises(("E1", "tax", None)))
    store.record("sources", sources("S1"))
    given = {
        "posts": posts(("P2", "G1", "team", None, MIDNIGHT)),
        "enterprises": enterprises(("E2", "tax", None)),
        "duties": pd.DataFrame(
            {
                "duty_id": ["D"],
                "post_id": "P1",
                "holder_id": "L",
                "valid_from": MIDNIGHT,
            }
        ),
        "inspections": pd.DataFrame(
            {
                "inspection_id": ["I"],
                "place_id": "E1",
                "kind": "check",
                "valid_from": MIDNIGHT,
            }
        ),
        "rules": pd.DataFrame(
            {"rule_id": ["R"], "owner": "O", "body": "{}", "valid_from": MIDNIGHT}
        ),
        "stations": gpd.GeoDataFrame(
            {"station_id": ["S"], "kind": "emergency", "valid_from": MIDNIGHT},
            geometry=[shapely.Point(120.01, 30.005)],
            crs=CRS,
        ),
        "neighbours": neighbours(("330109", None, 120.12, 121)),
        "destinations": destinations("desk"),
        "sources": sources("S2"),
        "devices": devices(("V1", "S1", True)),
        "departments": departments("police"),
        "keys": keys(("K1", "steward")),
    }
    store.record(layer, given[layer])
    expected = empty_records(layer, CRS).dtypes.to_dict()
    assert store.records(layer).dtypes.to_dict() == expected
    del expected["cancelled"]
    assert store.facts(layer).dtypes.to_dict() == expected
    assert store.facts(layer, known_at=0).dtypes.to_dict() == expected
    assert type(store.facts(layer)) is type(empty_records(layer, CRS))


def test_every_layer_of_the_event_service_is_kept_and_verified(store):
    record_event_facts(store)
    [camera, sensor] = devices_of(store.facts("devices"))
    assert (camera.device_id, camera.in_home) == ("H1", True)
    assert (sensor.lon, sensor.lat) == (120.0, 30.0)
    [source] = sources_of(store.facts("sources"))
    assert (source.source, source.destination_id) == ("video", "desk")
    [police] = departments_of(store.facts("departments"))
    assert (police.rank, police.lon, police.post_id) == (1, None, None)
    [desk] = destinations_of(store.facts("destinations"))
    assert (desk.url, desk.is_disabled) == ("https://desk.example/pagoda", False)
    [key] = keys_of(store.facts("keys"))
    assert (key.key_id, key.role, key.grants) == ("K1", "steward", ())
    assert faults_of(store) == []


def test_digest_of_a_key_is_of_no_other_key_but_may_come_again_for_its_own(store):
    store.record("keys", keys(("K1", "steward")))
    again = keys(("K1", "auditor"))
    store.record("keys", again)
    with pytest.raises(InvalidLayerError, match="'sha256': is that of another key"):
        store.record("keys", again.assign(key_id="K2"))
    assert store.facts("keys")["role"].tolist() == ["auditor"]


def test_points_come_back_at_nine_decimals_and_absent_ones_none(store):
    rows = enterprises(("E1", "tax", "甲"), ("E2", "tax", "乙"))
    rows.geometry = [shapely.Point(120.12345678949, 30.5), None]
    store.record("enterprises", rows)
    first, second = store.facts("enterprises").geometry
    assert (first.x, first.y) == (120.123456789, 30.5)
    assert second is None


def test_polygons_come_back_as_multi_polygons_at_nine_decimals(store):
    hole = shapely.box(120.2, 30.2, 120.3, 30.3)
    around = shapely.Polygon(
        [(120, 30), (121.12345678949, 30), (121, 31), (120, 31)],
        [hole.exterior.coords],
    )
    parts = shapely.MultiPolygon([shapely.box(1, 1, 2, 2), shapely.box(3, 3, 4, 4)])
    rows = neighbours(("330106", "西湖区", 0, 1), ("330109", None, 1, 2))
    store.record("neighbours", rows.set_geometry([around, parts], crs=CRS))
    facts = store.facts("neighbours")
    first, second = facts.geometry
    assert facts["neighbour_id"].tolist() == ["330106", "330109"]
    assert facts["name"].fillna("").tolist() == ["西湖区", ""]
    assert first.geom_type == "MultiPolygon"
    assert first.geoms[0].exterior.coords[1] == (121.123456789, 30)
    assert len(first.geoms[0].interiors) == 1
    assert second.equals_exact(parts)
    assert [*verify(store.log(), store.store_id), *store.strays()] == []


def test_polygon_is_superseded_and_taken_back_without_another(store, clock):
    store.record("neighbours", neighbours(("330109", "萧山区", 121, 122)))
    clock.now = day(2)
    store.record("neighbours", neighbours(("330109", "萧山", 121, 123)))
    clock.now = day(3)
    back = neighbours(("330109", None, 0, 1)).assign(cancelled=True)
    store.record("neighbours", back.set_geometry([None], crs=CRS))
    bounds = [
        store.facts("neighbours", known_at=day(at)).geometry.bounds["maxx"].tolist()
        for at in (1, 2, 3)
    ]
    assert bounds == [[122], [123], []]
    assert len(store.records("neighbours")) == 3


BOW = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (None, "row 2, geometry: has no geometry"),
        (BOW, "row 2, geometry: is not valid"),
        (shapely.Point(0, 0), "1 are no polygons; expected polygons only"),
    ],
)
def test_neighbour_that_is_no_area_is_refused(store, shape, words):
    rows = neighbours(("330106", None, 0, 1), ("330109", None, 1, 2))
    rows = rows.set_geometry([rows.geometry[0], shape], crs=CRS)
    with pytest.raises(InvalidLayerError, match=words):
        store.record("neighbours", rows)
    assert store.last_link() is None


def test_sources_of_one_enterprise_stay_apart_and_their_conflicts_are_listed(store):
    code = "91330100MA27XXXX0F"
    rows = enterprises(
        ("E1", "tax", "甲公司"), ("E1", "fire", "甲"), ("", "labour", "甲")
    )
    store.record("enterprises", rows.assign(credit_code=code))
    facts = store.facts("enterprises")
    assert sorted(facts["source"]) == ["fire", "labour", "tax"]
    assert facts["place_id"].tolist().count(code) == 1
    assert conflicts(facts).to_dict("list") == {
        "enterprise_id": [code] * 3,
        "field": ["name"] * 3,
        "source": ["fire", "labour", "tax"],
        "value": ["甲", "甲", "甲公司"],
    }


BAD_ROWS = {
    "unknown column": ({"colour": "red"}, "'colour'"),
    "no owner": ({"owner": None}, "row 1, field 'owner'"),
    "no offset": ({"valid_from": "2026-01-01T00:00:00"}, "no offset"),
    "ends early": ({"valid_to": "1969-01-01T00:00Z"}, "not after its beginning"),
    "empty interval": ({"valid_to": MIDNIGHT}, "not after its beginning"),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_faulty_rule_is_refused_by_row_field_and_rule(store, name):
    changes, words = BAD_ROWS[name]
    row = {"rule_id": "R", "owner": "O", "body": "{}", "valid_from": MIDNIGHT}
    with pytest.raises(InvalidLayerError, match=words):
        store.record("rules", pd.DataFrame([row | changes]))
    assert store.last_link() is None
    assert store.facts("rules").empty


def test_repeated_key_and_unknown_place_are_refused_and_nothing_is_loaded(store):
    row = ("P1", "G1", "grid_leader", "L1", MIDNIGHT)
    with pytest.raises(InvalidLayerError, match="row 2, field 'post_id': 'P1' stands"):
        store.record("posts", posts(row, row))
    store.record("enterprises", enterprises(("E1", "tax", "甲")))
    visits = pd.DataFrame(
        {"inspection_id": ["I1", "I2"], "place_id": ["E1", "E9"]}
    ).assign(kind="check", valid_from=MIDNIGHT)
    with pytest.raises(InvalidLayerError, match="row 2, field 'place_id': 'E9' is not"):
        store.record("inspections", visits)
    assert store.facts("posts").empty
    assert store.facts("inspections").empty


def test_layer_that_is_not_one_of_facts_is_refused(store):
    for call in (
        lambda: store.facts("grids"),
        lambda: store.records("grids"),
        lambda: store.record("grids", pd.DataFrame()),
    ):
        with pytest.raises(InvalidLayerError, match="'grids' is no layer of facts"):
            call()


def rule_rows(*days, **changes):
    """The rule R as it holds since some days."""
    rows = [
        {
            "rule_id": "R",
            "owner": f"since {day}",
            "body": "{}",
            "valid_from": f"1970-01-{day:02}T00:00:00Z",
        }
        for day in days
    ]
    return pd.DataFrame(rows).assign(**changes)


def test_rule_of_a_later_day_leaves_the_one_before_to_the_days_before(store, clock):
    store.record("rules", rule_rows(1))
    clock.now = day(9)
    store.record("rules", rule_rows(5))
    owners = [store.facts("rules", valid_at=day(n))["owner"].tolist() for n in (2, 4)]
    assert [each[-1] for each in owners] == ["since 1", "since 5"]
    store.record("rules", rule_rows(5, cancelled=True))
    assert store.facts("rules", valid_at=day(4))["owner"].tolist() == ["since 1"]


def test_taking_back_a_rule_that_holds_since_no_such_day_is_refused(store):
    store.record("rules", rule_rows(1))
    with pytest.raises(InvalidLayerError, match=r"takes back 'R' since 1970-01-02"):
        store.record("rules", rule_rows(2, cancelled=True))
    assert store.facts("rules")["owner"].tolist() == ["since 1"]


def duties(*rows):
    columns = ["duty_id", "post_id", "holder_id", "valid_from", "valid_to"]
    return pd.DataFrame(rows, columns=columns)


def test_selected_facts_are_those_that_name_the_value_now(store, clock):
    names = [(f"P{n}", "G1", "team", "L1", MIDNIGHT) for n in (1, 2, 3)]
    store.record("posts", posts(*names))
    evening, night = "1970-01-01T18:00:00+08:00", "1970-01-01T23:00:00+08:00"
    first = [("D1", "P1"), ("D2", "P2"), ("D3", "P3")]
    store.record(
        "duties", duties(*((*names, "L1", MIDNIGHT, evening) for names in first))
    )
    clock.now = day(2)
    # D1 goes to another post, and D2 comes to this one
    moved = [("D1", "P2"), ("D2", "P1")]
    store.record("duties", duties(*((*names, "L1", evening, night) for names in moved)))
    for values in (["P1"], ["P2", "P3"], ["none"], []):
        for known_at in (None, day(1)):
            whole = store.facts("duties", known_at=known_at)
            expected = whole[whole["post_id"].isin(values)].reset_index(drop=True)
            pd.testing.assert_frame_equal(
                store.facts(
                    "duties", known_at=known_at, only=Selection("post_id", values)
                ),
                expected,
                check_index_type=False,
            )


def test_place_of_several_registers_is_selected_with_all_of_them(store):
    rows = enterprises(("E1", "a", "x"), ("E1", "b", "x"), ("E2", "a", "y"))
    store.record("enterprises", rows)
    facts = store.facts("enterprises", only=Selection("place_id", ["E1"]))
    assert facts["source"].tolist() == ["a", "b"]
    assert isinstance(facts, gpd.GeoDataFrame)


def test_second_leader_of_an_area_is_refused_unless_a_store_had_it(store):
    first = posts(("P1", "G1", "grid_leader", "L1", MIDNIGHT))
    second = posts(("P2", "G1", "grid_leader", "L2", MIDNIGHT))
    store.record("posts", first)
    before = store.last_link()
    with pytest.raises(InvalidLayerError, match="'G1' has the leader post 'P1'"):
        store.record("posts", second)
    assert store.last_link() == before
    store.record("posts", second, is_restored=True)
    assert store.facts("posts")["post_id"].tolist() == ["P1", "P2"]
    store.record("posts", second.assign(cancelled=True))
    assert store.facts("posts")["post_id"].tolist() == ["P1"]


def test_what_the_caller_found_is_named_with_what_the_store_finds(store):
    rows = posts(
        ("P1", "G1", "grid_leader", "L1", MIDNIGHT),
        ("P2", "G2", "boss", "L2", MIDNIGHT),
    )
    found = [RowFault(1, "area_id", "is nowhere"), RowFault(2, "role", "is none")]
    with pytest.raises(InvalidLayerError) as refused:
        store.record("posts", rows, faults=found)
    named = [(fault.row, fault.field) for fault in refused.value.faults]
    assert named == [(1, "area_id"), (2, "role")]
    assert "'boss' is not one of" in str(refused.value)
    with pytest.raises(InvalidLayerError, match="is nowhere"):
        store.record("posts", rows.head(1), faults=found[:1])
    assert store.last_link() is None
