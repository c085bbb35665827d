"""Layers of facts from files: read back as they were, or refused row by row."""

import csv
from pathlib import Path

import numpy as np
import pytest

from api.service.facts.defaults import FactJob
from api.service.facts.load import (
    FactReport,
    duty_frame,
    load_facts,
    load_rotations,
    record_frame,
)
from gis.errors import InvalidLayerError, RowFault, SettingError
from gis.models import Instant, PostId
from gis.roster import Duty
from layers.files.layer_columns import FILE_LAYERS
from layers.files.template import example_of
from layers.stores.facts import FACTS
from support.makers.contract_rows import neighbours
from support.makers.square_town import FOUNDED, TIMEZONE, SquareTown, local

POLYGONS = {"neighbours"}
PLACES = "place_id,scene,is_coded,lon,lat\n"
ROTATION = "rotation_id,post_id,members,first_at,until,every_days,recorded_at\n"
WEEKS = "R1,G3-L,a;b,2026-10-01T08:00,{until}T08:00,7,2026-09-01T00:00:00+08:00\n"


def load(
    town: SquareTown, folder: Path, layer: str, text: str, **options: str
) -> FactReport:
    """Load a layer of a CSV text."""
    path = folder / f"{layer}.csv"
    path.write_text(text, encoding="utf-8")
    return load_facts(town.store, path, FactJob(layer, FOUNDED, TIMEZONE, **options))


def rotate(town: SquareTown, folder: Path, rows: str) -> FactReport:
    """Load rotations of a CSV text."""
    path = folder / "rotations.csv"
    path.write_text(ROTATION + rows, encoding="utf-8")
    return load_rotations(town.store, path, TIMEZONE)


def test_rows_are_read_back_and_hold_since_the_job_says(
    squares: SquareTown, tmp_path: Path
) -> None:
    text = "post_id,area_id,role,holder_id\nG4-L,G4,grid_leader,L004\n"
    report = load(squares, tmp_path, "posts", text)
    facts = squares.store.facts("posts").set_index("post_id")
    assert facts.loc["G4-L", "holder_id"] == "L004"
    assert facts.loc["G4-L", "valid_from"].timestamp() * 1000 == FOUNDED
    assert report.link == squares.store.last_link()
    assert report.notices[-1].startswith("The rows do not say since when they hold")


def test_points_are_brought_to_the_store_and_places_may_have_none(
    squares: SquareTown, tmp_path: Path
) -> None:
    text = PLACES + "P8,street_shop,true,120.005,30.005\nP9,street_shop,false,,\n"
    load(squares, tmp_path, "enterprises", text, source="tax", datum="gcj02")
    places = squares.store.facts("enterprises").set_index("place_id")
    point = places.geometry["P8"]
    # GCJ-02 lies about 500 m off there
    assert 0.001 < abs(point.x - 120.005) < 0.01
    assert places.geometry["P9"] is None
    assert places.loc[["P8", "P9"], "source"].tolist() == ["tax", "tax"]


def test_enterprises_without_register_are_refused(
    squares: SquareTown, tmp_path: Path
) -> None:
    with pytest.raises(SettingError, match="have no column 'source'"):
        load(squares, tmp_path, "enterprises", PLACES + "P9,street_shop,true,,\n")


def test_empty_cells_are_as_a_column_that_is_not_there_and_counted(
    squares: SquareTown, tmp_path: Path
) -> None:
    text = (
        "place_id,scene,is_coded,source,valid_from,lon,lat\n"
        "P8,street_shop,,fire,2026-09-03,,\nP9,school, ,,,,\n"
    )
    report = load(squares, tmp_path, "enterprises", text, source="tax")
    places = squares.store.facts("enterprises").set_index("place_id")
    assert places.loc[["P8", "P9"], "source"].tolist() == ["fire", "tax"]
    assert places.loc[["P8", "P9"], "is_coded"].tolist() == [True, False]
    since = [at.timestamp() * 1000 for at in places.loc[["P8", "P9"], "valid_from"]]
    assert since == [local("2026-09-03"), FOUNDED]
    assert "1 empty cell is taken as 'tax' in 'source'." in report.notices
    [about] = [text for text in report.notices if text.endswith("in 'valid_from'.")]
    assert about.startswith("1 empty cell is taken as '2026-")
    assert any("2 rows do not say whether" in text for text in report.notices)


@pytest.mark.parametrize("layer", sorted((set(FACTS) & set(FILE_LAYERS)) - POLYGONS))
def test_no_column_that_may_be_left_out_is_refused_where_it_is_empty(
    squares: SquareTown, tmp_path: Path, layer: str
) -> None:
    columns = FILE_LAYERS[layer]
    example = example_of(columns) | {columns.key: "X1"}
    row = [example[f.name] if f.required else "" for f in columns.fields]
    path = tmp_path / f"{layer}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow([field.name for field in columns.fields])
        rows.writerow(row)
    job = FactJob(layer, FOUNDED, TIMEZONE, source="tax")
    refused: list[RowFault] = []
    try:
        load_facts(squares.store, path, job)
    except InvalidLayerError as error:  # what the example names is not there
        refused += error.faults
    assert not [fault for fault in refused if fault.rule.startswith("is empty")]


def test_register_that_a_row_lacks_is_asked_for_by_its_option(
    squares: SquareTown, tmp_path: Path
) -> None:
    text = "place_id,scene,source,lon,lat\nP9,street_shop,,,\n"
    rule = "'source': is empty, expected text, or the option --source"
    with pytest.raises(InvalidLayerError, match=rule):
        load(squares, tmp_path, "enterprises", text)


def test_time_of_an_inspection_that_is_empty_is_what_the_option_says(
    squares: SquareTown, tmp_path: Path
) -> None:
    text = "inspection_id,place_id,kind,inspected_at\nI8,P1,check,\n"
    report = load(squares, tmp_path, "inspections", text)
    done = squares.store.facts("inspections").set_index("inspection_id")
    assert done.loc["I8", "valid_from"].timestamp() * 1000 == FOUNDED
    assert report.notices[0].startswith("The rows do not say since when they hold")


def test_start_of_a_duty_that_is_empty_stays_refused(
    squares: SquareTown, tmp_path: Path
) -> None:
    text = "duty_id,post_id,holder_id,starts_at,ends_at\nD9,G3-L,N1,,2026-10-02 08:00\n"
    with pytest.raises(InvalidLayerError, match="'starts_at': is empty, expected an"):
        load(squares, tmp_path, "duties", text)


def test_record_that_does_not_say_since_when_it_was_known_is_the_last(
    squares: SquareTown, tmp_path: Path
) -> None:
    text = (
        "duty_id,post_id,holder_id,starts_at,ends_at,recorded_at\n"
        "D9,G3-L,N1,2026-10-01T00:00,2026-10-02T00:00,\n"
        "D9,G3-L,N2,2026-10-01T00:00,2026-10-02T00:00,2026-09-01T00:00:00Z\n"
    )
    load(squares, tmp_path, "duties", text)
    duties = squares.store.facts("duties").set_index("duty_id")
    assert duties.loc["D9", "holder_id"] == "N1"


@pytest.mark.parametrize("recorded", ["", ",recorded_at"], ids=["no column", "empty"])
def test_rotation_that_does_not_say_since_when_it_is_known_is_known_now(
    squares: SquareTown, tmp_path: Path, recorded: str
) -> None:
    path = tmp_path / "rotations.csv"
    head = ROTATION.replace(",recorded_at", recorded)
    row = "R1,G3-L,a;b,2026-10-01T08:00,2026-10-22T08:00,7" + recorded[:1]
    path.write_text(f"{head}{row}\n", encoding="utf-8")
    report = load_rotations(squares.store, path, TIMEZONE)
    duties = squares.store.facts("duties")
    assert duties["duty_id"].str.startswith("R1/").sum() == 3
    assert not any("'recorded_at'" in notice for notice in report.notices)


def test_points_that_are_persons_are_refused(
    squares: SquareTown, tmp_path: Path
) -> None:
    text = "place_id,scene,is_coded,性别,lon,lat\nP9,street_shop,true,男,120,30\n"
    with pytest.raises(InvalidLayerError, match="persons are never stored as points"):
        load(squares, tmp_path, "enterprises", text, source="tax")
    assert len(squares.store.facts("enterprises")) == 4


def test_position_that_is_no_number_names_its_row(
    squares: SquareTown, tmp_path: Path
) -> None:
    text = PLACES + "P8,street_shop,true,,\nP9,street_shop,true,abc,30\n"
    with pytest.raises(InvalidLayerError, match="no pair of numbers") as error:
        load(squares, tmp_path, "enterprises", text, source="tax")
    assert [(f.row, f.field) for f in error.value.faults] == [(2, "geometry")]


def test_last_record_of_a_key_counts_and_the_rest_are_told(
    squares: SquareTown, tmp_path: Path
) -> None:
    text = (
        "duty_id,post_id,holder_id,starts_at,ends_at,recorded_at\n"
        "D9,G3-L,N1,2026-10-01T00:00,2026-10-02T00:00,2026-09-02T00:00:00Z\n"
        "D9,G3-L,N2,2026-10-01T00:00,2026-10-02T00:00,2026-09-01T00:00:00Z\n"
    )
    report = load(squares, tmp_path, "duties", text)
    duties = squares.store.facts("duties").set_index("duty_id")
    assert duties.loc["D9", "holder_id"] == "N1"
    assert duties.loc["D9", "valid_from"].timestamp() * 1000 == local("2026-10-01")
    assert "leaves 1 superseded row out" in report.notices[0]
    assert any("'valid_from' has no offset" in notice for notice in report.notices)


def test_fault_names_the_row_that_the_file_has(
    squares: SquareTown, tmp_path: Path
) -> None:
    text = (
        "duty_id,post_id,holder_id,starts_at,ends_at,recorded_at\n"
        "D9,NO,N2,2026-10-01T00:00,2026-10-02T00:00,2026-09-01T00:00:00Z\n"
        "D8,G3-L,a,2026-10-01T00:00,2026-10-02T00:00,2026-09-01T00:00:00Z\n"
        "D9,NO,N1,2026-10-01T00:00,2026-10-02T00:00,2026-09-02T00:00:00Z\n"
    )
    with pytest.raises(InvalidLayerError) as error:
        load(squares, tmp_path, "duties", text)
    assert [(fault.row, fault.field) for fault in error.value.faults] == [
        (3, "post_id")
    ]
    assert len(squares.store.facts("duties")) == 3


def test_turns_of_a_rotation_are_duties_and_go_when_it_is_shortened(
    squares: SquareTown, tmp_path: Path
) -> None:
    rotate(squares, tmp_path, WEEKS.format(until="2026-10-22"))
    duties = squares.store.facts("duties")
    turns = duties[duties["duty_id"].str.startswith("R1/")]
    assert turns["holder_id"].tolist() == ["a", "b", "a"]
    rotate(squares, tmp_path, WEEKS.format(until="2026-10-08"))
    duties = squares.store.facts("duties")
    assert duties["duty_id"].str.startswith("R1/").sum() == 1
    # what is no turn of it stays
    assert {"D0", "D1", "D2"} < set(duties["duty_id"])


def test_rotation_that_overlaps_a_duty_is_named_by_its_row(
    squares: SquareTown, tmp_path: Path
) -> None:
    sound = WEEKS.format(until="2026-10-22")
    overlap = sound.replace("R1,G3-L", "R2,G1-L")
    with pytest.raises(InvalidLayerError, match="Layer 'rotations'") as error:
        rotate(squares, tmp_path, sound + overlap)
    assert {fault.row for fault in error.value.faults} == {2}
    assert len(squares.store.facts("duties")) == 3


def test_duties_come_back_from_their_frame(squares: SquareTown) -> None:
    start, end = local("2026-10-01"), local("2026-10-02")
    duty = Duty("D9", PostId("G3-L"), "L003", start, end, Instant(0))
    cancelled = Duty("D1", PostId("G1-L"), "L001", start, end, Instant(0), True)
    job = FactJob("duties", FOUNDED, TIMEZONE)
    record_frame(squares.store, duty_frame([duty, cancelled]), job)
    duties = squares.store.facts("duties").set_index("duty_id")
    assert sorted(duties.index) == ["D0", "D2", "D9"]
    times = duties.loc["D9", ["valid_from", "valid_to"]]
    assert [time.timestamp() * 1000 for time in times] == [start, end]


def test_neighbours_are_areas_in_the_crs_of_the_store(
    squares: SquareTown, tmp_path: Path
) -> None:
    areas = neighbours(("330106", "西湖区", 119.9, 120)).drop(columns="valid_from")
    path = tmp_path / "neighbours.geojson"
    areas.to_crs("EPSG:4326").to_file(path)
    job = FactJob("neighbours", FOUNDED, TIMEZONE)
    report = load_facts(squares.store, path, job)
    [row] = squares.store.facts("neighbours").to_dict("records")
    assert (row["neighbour_id"], row["name"]) == ("330106", "西湖区")
    assert row["valid_from"].timestamp() * 1000 == FOUNDED
    assert row["geometry"].equals(areas.geometry[0])
    assert report.link == squares.store.last_link()
    assert any("The neighbours declare" in notice for notice in report.notices)


def test_neighbour_that_stands_in_two_rows_is_refused(
    squares: SquareTown, tmp_path: Path
) -> None:
    areas = neighbours(("330106", None, 118, 119), ("330106", None, 119, 120))
    path = tmp_path / "neighbours.geojson"
    areas.drop(columns="valid_from").to_file(path)
    with pytest.raises(InvalidLayerError, match="row 2, field 'neighbour_id'"):
        load_facts(squares.store, path, FactJob("neighbours", FOUNDED, TIMEZONE))
    assert squares.store.facts("neighbours").empty


def test_places_of_other_kinds_than_the_scenes_are_said(
    squares: SquareTown, tmp_path: Path
) -> None:
    rows = "R1,住宅小区,false,,\nR2,住宅小区,false,,\nR3,school,false,,\n"
    text = PLACES + rows + "P9,street_shop,false,,\n"
    report = load(squares, tmp_path, "enterprises", text, source="tax")
    notice = "3 places are of 2 kinds beside the eight scenes, such as '住宅小区' (2)"
    assert any(said.startswith(notice) for said in report.notices)


def test_sources_devices_and_departments_are_loaded_from_their_files(
    squares: SquareTown, tmp_path: Path
) -> None:
    load(
        squares,
        tmp_path,
        "destinations",
        "destination_id,url,secret_id\ndesk,https://desk.example/,DESK_SECRET\n",
    )
    load(
        squares,
        tmp_path,
        "sources",
        "source,name_zh,sort,owner,datum,kind_map,destination_id\n"
        'video,视频,camera,office,gcj02,"{""占道"": ""street_trading""}",desk\n',
    )
    devices = "device_id,source,sort,in_home,lon,lat\nV1,video,camera,false,{}\n"
    load(squares, tmp_path, "devices", devices.format("120.005,30.005"), datum="bd09")
    bodies = "department_id,name_zh,rank,post_id\npolice,公安,1,C-L\n"
    load(squares, tmp_path, "departments", bodies)
    store = squares.store
    assert store.facts("sources")["destination_id"].tolist() == ["desk"]
    [camera] = store.facts("devices").geometry
    # bd09 lies about a kilometre north east of wgs84
    assert 600 < np.hypot(*(np.array([120.005, 30.005]) - camera.coords[0])) * 1e5 < 2e3
    assert store.facts("departments").geometry.tolist() == [None]


@pytest.mark.parametrize(
    ("layer", "text", "words"),
    [
        (
            "devices",
            "device_id,source,sort,in_home,lon,lat\nV1,none,camera,false,120,30\n",
            "row 1, field 'source': 'none' is not in layer 'sources'",
        ),
        (
            "departments",
            "department_id,name_zh,rank,post_id\npolice,公安,1,P9\n",
            "row 1, field 'post_id': 'P9' is not in layer 'posts'",
        ),
    ],
)
def test_device_of_no_source_and_department_of_no_post_are_refused(
    squares: SquareTown, tmp_path: Path, layer: str, text: str, words: str
) -> None:
    with pytest.raises(InvalidLayerError, match=words):
        load(squares, tmp_path, layer, text, datum="cgcs2000")
    assert squares.store.facts(layer).empty
