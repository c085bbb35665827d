"""Bad input of every kind is named by row and rule in every store; nothing is kept."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gis.codes import credit_check_digit, organisation_check_digit
from gis.errors import InvalidLayerError, StoreError, VersionConflictError
from gis.models import Position
from layers.stores.facts import FACTS
from layers.stores.version_digest import draft_digest
from support.makers.store_history import (
    CRS,
    day,
    draft,
    layers_of,
    new_event,
    publication,
    publish_grounds,
)

GROUND = {"G1": (0, 4), "G2": (4, 8), "G3": (8, 12)}
SINCE = "1970-01-01T00:00:00+00:00"
POST = {"post_id": "P1", "area_id": "G1", "role": "team", "holder_id": "L1"}
DUTY = {"duty_id": "D1", "post_id": "P1", "holder_id": "L1"}
PLACE = {"place_id": "E1", "scene": "street_shop", "is_coded": True, "source": "tax"}
VISIT = {"inspection_id": "I1", "place_id": "E1", "kind": "check"}
RULE = {"rule_id": "R1", "owner": "bureau", "body": "{}"}
SOURCE = {"source": "S1", "name_zh": "热线", "sort": "hotline", "owner": "office"}
DEVICE = {"device_id": "V1", "source": "S0", "sort": "camera", "in_home": False}
BODY = {"department_id": "police", "name_zh": "公安", "rank": 1}
DESK = {
    "destination_id": "desk",
    "url": "https://desk.example/",
    "secret_id": "DESK_SECRET",
}
KEY = {"key_id": "K1", "sha256": "0" * 64, "role": "auditor"}
OTHER = "1" * 64
ROWS = {
    "sources": SOURCE,
    "devices": DEVICE,
    "departments": BODY,
    "destinations": DESK,
    "keys": KEY,
    "posts": POST,
    "duties": DUTY,
    "enterprises": PLACE,
    "inspections": VISIT,
    "rules": RULE,
}


def credit_code(*, nested_digit=None):
    organisation = "79965505"
    digit = nested_digit or organisation_check_digit(organisation)
    body = f"91330100{organisation}{digit}"
    return body + credit_check_digit(body)


@pytest.fixture
def town(store):
    """A store with a version from day 0, a post and a place."""
    publish_grounds(store, {day(0): GROUND}, base=None)
    for layer in ("posts", "enterprises"):
        store.record(layer, rows_of(layer, {}))
    store.record("sources", rows_of("sources", {"source": "S0"}))
    return store


def rows_of(layer, *changes):
    """Return rows of a layer that are sound but for the changes."""
    said = [ROWS[layer] | {"valid_from": SINCE} | change for change in changes]
    rows = pd.DataFrame(said, dtype=object)
    if FACTS[layer].schema.geometry is None:
        return rows
    return gpd.GeoDataFrame(rows, geometry=[None] * len(rows), crs=CRS)


BAD_ROWS = {
    "unknown column": ("posts", {"salary": "1"}, r"1 columns .*\['salary'\]"),
    "duplicate id": ("posts", {"post_id": "P0"}, "field 'post_id': 'P0' stands"),
    "unknown role": ("posts", {"role": "boss"}, "field 'role': 'boss' is not one of"),
    "duty of an unknown post": ("duties", {"post_id": "P9"}, "'P9' is not in layer"),
    "duty that ends before it starts": (
        "duties",
        {"valid_to": "1969-12-31T00:00:00+00:00"},
        "field 'valid_to': is not after its beginning",
    ),
    "invalid credit code": (
        "enterprises",
        {"credit_code": credit_code()[:-1] + "?"},
        "field 'credit_code': .* is no credit code: .* does not fit its pattern",
    ),
    "wrong check digit": (
        "enterprises",
        {"credit_code": "91350100M000100Y44"},
        "ends in '4' where its check digit is '3'",
    ),
    "scene outside the eight": (
        "enterprises",
        {"scene": "hotel"},
        "field 'scene': 'hotel' is not one of .*crowded_place",
    ),
    "unknown hazard": ("enterprises", {"hazard": "huge"}, "field 'hazard': 'huge' is"),
    "address of no kind": ("enterprises", {"address_kind": "old"}, "'old' is not one"),
    "inspection of an unknown place": (
        "inspections",
        {"place_id": "E9"},
        "field 'place_id': 'E9' is not in layer 'enterprises'",
    ),
    "inspection of no kind": ("inspections", {"kind": "look"}, "'look' is not one of"),
    "result that is none": ("inspections", {"result": "good"}, "'good' is not one of"),
    "finding without severity": (
        "inspections",
        {"findings": '[{"finding_id": "F1", "about": "exit locked"}]'},
        "field 'findings': .* finding 'F1' with severity None, expected one of",
    ),
    "finding of unknown severity": (
        "inspections",
        {"findings": '[{"finding_id": "F1", "severity": ["minor"]}]'},
        r"with severity \['minor'\]",
    ),
    "finding without id": (
        "inspections",
        {"findings": '[{"severity": "minor"}]'},
        "holds the id None of a finding",
    ),
    "finding with an unknown key": (
        "inspections",
        {"findings": '[{"finding_id": "F1", "severity": "minor", "photo": 1}]'},
        r"unknown keys \['photo'\]",
    ),
    "finding that is text": ("inspections", {"findings": '["F1"]'}, "no JSON object"),
    "finding about a number": (
        "inspections",
        {"findings": '[{"finding_id": "F1", "severity": "minor", "about": 1}]'},
        "'about' that is no text",
    ),
    "finding listed twice": (
        "inspections",
        {
            "findings": str([{"finding_id": "F", "severity": "minor"}] * 2).replace(
                "'", '"'
            )
        },
        "holds 'F' twice",
    ),
    "findings that are no list": ("inspections", {"findings": "{}"}, "no JSON list"),
    "findings that are not JSON": ("inspections", {"findings": "[F1"}, "is not JSON"),
    "fixed twice": ("inspections", {"fixed": '["F1", "F1"]'}, "holds 'F1' twice"),
    "fixed by number": ("inspections", {"fixed": "[7]"}, "holds the id 7"),
    "rule without an owner": ("rules", {"owner": None}, "field 'owner': is empty"),
    "rule with a blank owner": ("rules", {"owner": " "}, "field 'owner': is empty"),
    "rule that is no object": ("rules", {"body": "[]"}, "field 'body': .* no JSON obj"),
    "rule that is not JSON": ("rules", {"body": "{x"}, "field 'body': .* is not JSON"),
    "source of no sort": ("sources", {"sort": "pigeon"}, "'pigeon' is not one of"),
    "source of no datum": ("sources", {"datum": "mars"}, "'mars' is no datum"),
    "source without owner": ("sources", {"owner": " "}, "field 'owner': is empty"),
    "trust beyond 1": ("sources", {"trust": 1.5}, "field 'trust': 1.5 is no share"),
    "accuracy below 0": ("sources", {"accuracy_m": -1}, "'accuracy_m': -1 is negative"),
    "source of no destination": (
        "sources",
        {"destination_id": "desk"},
        "field 'destination_id': 'desk' is not in layer 'destinations'",
    ),
    "kinds that are no JSON": (
        "sources",
        {"kind_map": "{x"},
        "'kind_map': .* not JSON",
    ),
    "kinds in a list": ("sources", {"kind_map": "[]"}, "'kind_map': .* no JSON object"),
    "kind that is a number": ("sources", {"kind_map": '{"a": 1}'}, "gives 'a' no kind"),
    "kind that is blank": ("sources", {"kind_map": '{"a": " "}'}, "gives 'a' no kind"),
    "word that stands twice": (
        "sources",
        {"kind_map": '{"a": "noise", "a": "theft"}'},
        "has the word 'a' twice",
    ),
    "device of no source": ("devices", {"source": "S9"}, "'S9' is not in layer 'sour"),
    "device that hides a home": ("devices", {"in_home": None}, "'in_home': is empty"),
    "device of no sort": ("devices", {"sort": "phone"}, "'phone' is not one of"),
    "department of no post": (
        "departments",
        {"post_id": "P9"},
        "'P9' is not in layer 'posts'",
    ),
    "department above the first": ("departments", {"rank": 0}, "'rank': 0 is no rank"),
    "team of no type": ("departments", {"team": "rescue"}, "'rescue' is not one of"),
    "address of no webhook": ("destinations", {"url": "ftp://a.b"}, "is no address"),
    "secret for its name": ("destinations", {"secret_id": "whsec_Zm9v"}, "is no name"),
    "key that is no digest": ("keys", {"sha256": "k" * 64}, "is no SHA-256"),
    "key of no role": ("keys", {"role": "king"}, "'king' is not one of"),
    "leader who is nobody": (
        "keys",
        {"role": "leader", "sha256": OTHER},
        "field 'holder_id': is empty, expected a value for the role 'leader'",
    ),
    "key of no department": (
        "keys",
        {"role": "department", "sha256": OTHER},
        "field 'department_id': is empty",
    ),
    "key of an unknown department": (
        "keys",
        {"role": "department", "department_id": "army"},
        "'army' is not in layer 'departments'",
    ),
    "key of no source": (
        "keys",
        {"role": "source", "sha256": OTHER},
        "field 'source': is empty",
    ),
    "auditor of a source": (
        "keys",
        {"source": "S0", "sha256": OTHER},
        "field 'source': is 'S0', expected none for the role 'auditor'",
    ),
    "auditor with a holder": (
        "keys",
        {"holder_id": "L001", "sha256": OTHER},
        "field 'holder_id': is 'L001', expected none",
    ),
    "kind granted twice": ("keys", {"grants": "dispute;dispute"}, "no list of kinds"),
    "name of a person": (
        "keys",
        {"role": "leader", "holder_id": "somebody"},
        "is no staff number",
    ),
    "digest of another key": ("keys", {}, "is that of another key"),
    "NUL": ("rules", {"owner": "a\0b"}, "field 'owner': .* no database keeps"),
    "half a pair": ("posts", {"area_id": "\ud800"}, "field 'area_id': .* no database"),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_faulty_fact_is_named_by_row_and_rule_and_its_batch_is_not_kept(town, name):
    layer, changes, words = BAD_ROWS[name]
    schema = FACTS[layer].schema
    # two rows: the first is sound, so that half of the batch could have been kept
    rows = rows_of(layer, {schema.key: "P0"}, changes)
    before = town.last_link(), town.records(layer)
    place = "" if name == "unknown column" else "row 2, "
    with pytest.raises(InvalidLayerError, match=f"(?s){place}.*{words}") as caught:
        town.record(layer, rows)
    assert len(caught.value.faults) == (0 if name == "unknown column" else 1)
    assert "\n" not in str(caught.value)
    assert town.last_link() == before[0]
    pd.testing.assert_frame_equal(town.records(layer), before[1])


def test_every_faulty_row_is_counted(town):
    rows = rows_of("rules", {"owner": None}, {"rule_id": "R2", "body": "?"}, {})
    with pytest.raises(
        InvalidLayerError, match=r"has 2 faults: row 1, .*row 2"
    ) as found:
        town.record("rules", rows)
    assert [fault.row for fault in found.value.faults] == [1, 2]


def test_credit_code_with_an_unusual_nested_code_is_kept(town):
    right = organisation_check_digit("79965505")
    code = credit_code(nested_digit="7" if right != "7" else "8")
    town.record("enterprises", rows_of("enterprises", {"credit_code": code}))
    assert code in town.facts("enterprises")["credit_code"].tolist()


def test_what_an_inspection_may_hold_is_kept_as_it_came(town):
    findings = '[{"finding_id": "F1", "severity": "critical", "about": "出口锁闭"}]'
    told = {"findings": findings, "campaign": "c1", "valid_from": SINCE}
    drill = {"inspection_id": "I2", "kind": "drill", "result": "failed"}
    fixed = {"inspection_id": "I3", "fixed": '["F1"]'}
    town.record("inspections", rows_of("inspections", told, drill, fixed))
    kept = town.facts("inspections")
    assert kept["findings"].tolist()[0] == findings
    assert kept["kind"].tolist() == ["check", "drill", "check"]
    assert kept["result"].fillna("-").tolist() == ["-", "failed", "-"]
    assert kept["fixed"].fillna("-").tolist() == ["-", "-", '["F1"]']


def coded(community_ids):
    """Return grids with division codes in communities."""
    grids, circles = layers_of(GROUND)
    ids = [f"33019910100100{number}" for number in range(len(grids))]
    return grids.assign(grid_id=ids, community_id=community_ids), circles


def with_grids(made, grids, circles):
    digest = draft_digest(grids, circles)
    return replace(made, grids=grids, circles=circles, digest=digest)


def published(town, **changes):
    """Publish the grids of the head with changes."""
    grids, circles = layers_of(GROUND)
    made = with_grids(draft(GROUND, day(20)), grids.assign(**changes), circles)
    return town.publish(publication(made, base=1))


def test_code_that_does_not_match_its_parent_is_refused(town):
    grids, circles = coded(["330199101001", "330199101002", "330199101003"])
    made = with_grids(draft(GROUND, day(20)), grids, circles)
    with pytest.raises(InvalidLayerError, match="has 2 codes that do not fit") as found:
        town.publish(publication(made, base=1))
    assert [fault.row for fault in found.value.faults] == [2, 3]
    assert len(town.history().versions) == 1


def test_reused_id_is_refused(town):
    publish_grounds(town, {day(10): {"G1": (0, 4), "G4": (4, 12)}}, base=1)
    with pytest.raises(StoreError, match=r"\['G2', 'G3'\] \(2 in all\) were retired"):
        publish_grounds(town, {day(20): GROUND}, base=2)
    assert len(town.history().versions) == 2


BAD_PUBLICATIONS = {
    "back-dated without the correction form": (
        publication(draft(GROUND, day(-5)), base=1),
        StoreError,
        "publish it as a correction",
    ),
    "digest that does not match": (
        publication(replace(draft(GROUND, day(20)), digest="0" * 64), base=1),
        StoreError,
        "was reviewed with digest '0000",
    ),
    "not on the head": (
        publication(draft(GROUND, day(20)), base=7),
        VersionConflictError,
        "based on version 7",
    ),
    "note with NUL": (
        publication(replace(draft(GROUND, day(20)), note="a\0"), base=1),
        InvalidLayerError,
        "no database keeps",
    ),
}


@pytest.mark.parametrize("name", BAD_PUBLICATIONS)
def test_faulty_publication_is_refused(town, name):
    made, error, words = BAD_PUBLICATIONS[name]
    before = town.last_link()
    with pytest.raises(error, match=words):
        town.publish(made)
    assert town.last_link() == before


def test_repeated_grid_id_is_refused_by_row(town):
    grids, circles = layers_of(GROUND)
    twice = grids.assign(grid_id=["G1", "G2", "G1"])
    with pytest.raises(InvalidLayerError, match="row 3, field 'grid_id': 'G1' stands"):
        draft_digest(twice, circles)


@pytest.mark.parametrize(
    ("residents", "words"),
    [(-1, "row 1, field 'residents': -1 is negative"), (1.5, "1.5 is not a whole")],
)
def test_residents_that_are_no_count_are_refused(town, residents, words):
    with pytest.raises(InvalidLayerError, match=words):
        published(town, residents=[residents, 1, 1])
    assert len(town.history().versions) == 1


def test_residents_come_back_as_whole_numbers_and_absent_ones_absent(town):
    [version] = published(town, residents=[7, 0, None], registered=["12", None, None])
    grids = town.version_layers(version.version).grids
    assert grids["residents"].dtype == "Int64"
    assert grids["residents"].fillna(-1).tolist() == [7, 0, -1]
    assert grids["registered"].fillna(-1).tolist() == [12, -1, -1]
    bare = town.version_layers(1).grids
    assert bare["residents"].isna().all()
    assert bare.dtypes.to_dict() == grids.dtypes.to_dict()
    assert dict(town.grids(valid_at=day(20)).dtypes)["residents"] == "Int64"


def test_draft_without_residents_has_the_digest_that_it_had():
    grids, circles = layers_of(GROUND)
    nobody_asked = grids.assign(residents=None, registered=None)
    assert draft_digest(nobody_asked, circles) == draft_digest(grids, circles)
    counted = grids.assign(residents=[1, 2, 3])
    assert draft_digest(counted, circles) != draft_digest(grids, circles)


BAD_EVENTS = {
    "severity beyond 64 bits": (new_event("1", severity=2**63), "field 'severity'"),
    "severity far below": (new_event("1", severity=-(2**70)), "beyond 64 bits"),
    "before the year 1": (new_event("1", occurred_at=-(10**17)), "the years 1 to 9999"),
    "after the year 9999": (new_event("1", received_at=2**70), "field 'received_at'"),
    "accuracy that is no number": (
        new_event("1", accuracy_m=float("nan")),
        "field 'accuracy_m': nan is no radius",
    ),
    "kind with NUL": (new_event("1", kind="a\0"), "field 'kind': stands with"),
    "datum with NUL": (
        new_event("1", position=Position(120.0, 30.0, "wgs84\0")),
        "field 'datum': stands with",
    ),
    "destination with NUL": (
        replace(new_event("1"), destinations=("police\0",)),
        "field 'destinations': stands with",
    ),
    "negative accuracy": (new_event("1", accuracy_m=-1.0), "-1.0 is no radius"),
}


@pytest.mark.parametrize("name", BAD_EVENTS)
def test_event_with_a_number_that_no_store_holds_is_named(town, name):
    event, words = BAD_EVENTS[name]
    before = town.last_link()
    with pytest.raises(InvalidLayerError, match=f"1 fault: row 2, .*{words}"):
        town.append_events([new_event("good"), event])
    assert town.last_link() == before
    assert town.events().empty


def test_place_without_a_point_is_kept(town):
    point = rows_of("enterprises", {"place_id": "E2"}).set_geometry(
        [shapely.Point(120, 30)], crs=CRS
    )
    town.record("enterprises", point)
    assert town.facts("enterprises").geometry.isna().tolist() == [True, False]
