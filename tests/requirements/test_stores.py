"""Rows of README.md here that a store keeps, each by its own check."""

import datetime as dt

import geopandas as gpd
import orjson
import pandas as pd
import pytest
import shapely

from api.schemas.assignment import PositionIn, assignment_bytes
from api.service.assignment.answer import AnswerDesk
from api.service.assignment.replay import replay
from api.service.facts.defaults import FactJob
from api.service.facts.dictionary import data_dictionary
from api.service.facts.load import record_frame
from api.service.stores.export import export_store, opened_export
from api.service.stores.restore import restore
from api.service.stores.sample import FOUNDED, SAMPLE_NOW, sample_store
from gis.errors import InvalidLayerError
from gis.models import Instant
from gis.synthetic import make_x_town
from gis.versions import Lineage
from layers.figures.period_events import PeriodEvents
from layers.rating.day import read_risk_day
from layers.rating.facts import Cutoff
from layers.reports import community_ledgers, daily_figures
from layers.snapshots import Snapshots
from layers.stores import clock, open_store
from layers.stores.facts import FACTS
from layers.stores.protocol import MAIN_SYSTEM, Draft, Publication
from layers.stores.version_digest import draft_digest

LAST = dt.date(2026, 9, 30)


@pytest.fixture(scope="module")
def store(s_town_store):
    return s_town_store


@pytest.fixture(scope="module")
def event_id(store):
    """An event inside a grid."""
    events = store.events(limit=50)
    return events.loc[events["grid_id"].notna(), "event_id"].iloc[0]


def plain(frame):
    return pd.DataFrame(frame).drop(columns="geometry")


def test_row_0_03_history_under_the_old_codes_of_two_merged_systems_answers():
    merged = make_x_town()
    store = open_store("memory:")
    for system, grids in merged.former.items():
        alone = grids[["grid_id", "geometry"]]
        draft = Draft(FOUNDED, draft_digest(alone), alone)
        store.publish(Publication((draft,), "planner", "chief", system=system))
    town = merged.town
    rows = merged.lineage
    lineage = tuple(
        Lineage(row["from_id"], row["to_id"], row["share"], row["system"])
        for row in rows.to_dict("records")
    )
    layers = (town.grids, plain(town.circles), plain(town.communities))
    draft = Draft(FOUNDED, draft_digest(*layers), *layers, lineage=lineage)
    store.publish(Publication((draft,), "planner", "chief"))
    history = store.history()
    for row in rows.to_dict("records"):
        former = (row["system"], row["from_id"])
        assert former in history.ancestors(row["to_id"])
    shares = rows.groupby(["system", "from_id"])["share"].sum()
    assert shares.tolist() == pytest.approx([1.0] * len(shares), abs=1e-5)
    assert set(store.systems()) == {MAIN_SYSTEM, *merged.former}


def test_row_1_06_three_times_are_stored_apart_and_the_first_decides(store, event_id):
    stored = store.event(event_id).new
    event = stored.event
    assert event.occurred_at <= event.captured_at <= event.received_at
    assert orjson.loads(stored.at_occurrence)["at"] == event.occurred_at
    assert orjson.loads(stored.acting)["at"] == event.received_at


def test_row_1_15_dictionary_has_every_field_of_every_layer(store):
    entries = {(entry.layer, entry.name) for entry in data_dictionary()}
    frames = {name: store.facts(name) for name in FACTS}
    frames |= {
        "grids": store.grids(valid_at=SAMPLE_NOW),
        "circles": store.circles(valid_at=SAMPLE_NOW),
        "communities": store.communities(valid_at=SAMPLE_NOW),
        "events": store.events(limit=1),
    }
    own = {"geometry", "row"}
    missing = {
        (layer, column)
        for layer, frame in frames.items()
        for column in frame.columns
        if column not in own and (layer, column) not in entries
    }
    assert missing == set()


def test_row_1_19_an_event_tells_every_owner_and_boundary_version(store, event_id):
    stored = store.event(event_id).new
    for text in (stored.at_occurrence, stored.acting):
        answer = orjson.loads(text)["assignment"]
        assert answer["grid_id"] == stored.grid_id
        assert answer["accountable"]["post_id"]
        assert answer["provenance"]["version"] == 1
        assert len(answer["provenance"]["digest"]) == 64
    assert all(one.is_equal for one in replay(store, event_id))


def daily(store, cutoff):
    day = read_risk_day(store, cutoff)
    return daily_figures(day, PeriodEvents(store, day).within)


def test_row_2_12_a_report_made_again_later_has_equal_figures(s_town):
    store = sample_store(s_town, "Asia/Shanghai")
    cutoff = Cutoff(LAST, known_at=store.now())
    before = daily(store, cutoff).to_json()
    late = pd.DataFrame(
        {
            "inspection_id": ["late"],
            "place_id": "E00001",
            "kind": "check",
            "findings": '[{"finding_id": "F", "severity": "critical"}]',
            "valid_from": "2026-09-30T09:00:00+08:00",
        }
    )
    link = store.record("inspections", late)
    assert link.recorded_at > cutoff.known_at
    again = daily(store, cutoff).to_json()
    assert again == before
    now = Cutoff(LAST, known_at=Instant(link.recorded_at))
    assert daily(store, now).to_json() != before


def test_row_1_08_ledger_of_a_community_opens_with_chinese_headings(store):
    rated = read_risk_day(store, Cutoff(LAST))
    ledgers = community_ledgers(rated, daily(store, Cutoff(LAST)))
    assert len(ledgers) > 43
    for content in ledgers.values():
        text = content.decode("utf-8-sig")
        assert content.startswith(b"\xef\xbb\xbf")
        heading = text.splitlines()[0].split(",")
        assert all(any("一" <= sign <= "鿿" for sign in name) for name in heading)


def test_row_3_01_whole_state_is_exported_and_imported_with_equal_hashes(
    store, tmp_path
):
    export_store(store, tmp_path / "out", "geojson")
    copied = str(tmp_path / "copy.gpkg")
    with opened_export(str(tmp_path / "out")) as exported:
        restore(copied, exported)
    copy = open_store(copied)
    try:
        assert copy.last_link() == store.last_link()
        assert [v.digest for v in copy.history().versions] == [
            v.digest for v in store.history().versions
        ]
    finally:
        copy.close()


def test_row_3_09_catalogue_names_owner_unit_and_class_of_every_field():
    entries = data_dictionary()
    layers = {entry.layer for entry in entries}
    assert {"grids", "circles", "communities", "events", *FACTS} <= layers
    for entry in entries:
        assert entry.owner
        assert entry.description.endswith(".")
        assert entry.sharing in {"open", "conditional", "closed"}


@pytest.mark.parametrize("owner", ["", None])
def test_row_3_23_a_rule_without_an_owner_cannot_be_activated(owner):
    store = open_store("memory:")
    rule = pd.DataFrame(
        {"rule_id": ["holidays"], "owner": [owner], "body": '{"days": []}'}
    )
    job = FactJob("rules", FOUNDED, "Asia/Shanghai")
    with pytest.raises(InvalidLayerError, match="'owner'"):
        record_frame(store, rule, job)
    assert store.facts("rules").empty


@pytest.fixture(scope="module")
def bordered():
    """X town in a store, its neighbours west of its outline loaded as a file is."""
    town = make_x_town().town
    store = open_store("memory:")
    layers = (town.grids, plain(town.circles), plain(town.communities))
    draft = Draft(FOUNDED, draft_digest(*layers), *layers)
    store.publish(Publication((draft,), "planner", "chief"))
    xy = shapely.get_coordinates(shapely.coverage_union_all(town.grids.geometry))
    x, y = xy[xy[:, 0].argmin()]
    north, south = (shapely.box(x - 1, y + side, x, y + side + 1) for side in (0, -1))
    areas = gpd.GeoDataFrame(
        {"neighbour_id": ["330199", "330109"], "name": ["north", "south"]},
        geometry=[north, south],
        crs="EPSG:4490",
    )
    record_frame(store, areas, FactJob("neighbours", FOUNDED, "Asia/Shanghai"))
    return store, x - 5 / 96_400, y


def asked(store, x, y):
    """What `POST /assign` answers, as JSON."""
    desk = AnswerDesk(Snapshots(store, now=clock), 1.0, "Asia/Shanghai", clock)
    position = PositionIn(lon=x, lat=y, datum="cgcs2000")
    return orjson.loads(
        assignment_bytes(position, desk.reply(position.question()), has_persons=True)
    )


def test_row_3_30_point_5_m_outside_names_grid_distance_and_neighbour(bordered):
    store, x, y = bordered
    answer = asked(store, x, y + 1e-5)
    assert (answer["status"], answer["grid_id"]) == ("outside", None)
    assert answer["reason"].startswith("nearest:")
    assert answer["distance_m"] == pytest.approx(5, abs=0.5)
    assert (answer["neighbour_id"], answer["neighbour"]) == ("330199", "north")
    assert "330199" in answer["text"]
    assert "330199" in answer["text_zh"]


def test_row_0_12_point_over_the_line_is_of_the_city_that_holds_it(bordered):
    store, x, y = bordered
    codes = [asked(store, x, y + step)["neighbour_id"] for step in (1e-5, -1e-5, 0)]
    # on the line between two neighbours the lowest code
    assert codes == ["330199", "330109", "330109"]
    assert asked(store, x - 2, y)["neighbour_id"] is None
