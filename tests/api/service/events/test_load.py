"""Events of a file: each with both answers, none where one is at fault."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import geopandas
import orjson
import pandas as pd
import pytest
import shapely
from pyproj import CRS

from api.service.assignment.replay import replay
from api.service.events import load
from api.service.events.load import EventJob, load_events
from gis.crs import convert, datum_of, parse_datum
from gis.errors import InvalidLayerError, StoreError
from layers.files import parts
from layers.files.heads import Naming
from layers.stores import clock, create_store, events
from layers.stores.event_history import EventHistory
from support.makers.contract_rows import GROUND
from support.makers.square_town import EVENTS, TIMEZONE, SquareTown, local
from support.makers.store_history import day, publish_grounds


def test_events_come_back_with_both_answers(eventful: SquareTown) -> None:
    events = eventful.store.events()
    assert events["source_id"].tolist() == ["e1", "e2", "e3", "e4"]
    assert events["grid_id"].fillna("-").tolist() == ["G1", "G2", "-", "-"]
    assert events["source"].unique().tolist() == ["hotline"]
    holders = [
        orjson.loads(events[name][1])["assignment"]["accountable"]["holder_id"]
        for name in ("at_occurrence", "acting")
    ]
    # the duty at G2 ended before the event was received
    assert holders == ["L002", "R001"]


def test_statuses_are_counted_and_events_outside_are_named(
    squares: SquareTown, tmp_path: Path
) -> None:
    report = squares.load(tmp_path)
    assert (report.rows, report.appended) == (4, 4)
    assert report.statuses == {"inside": 2, "outside": 1, "unlocated": 1}
    assert "1 event is at a place that no grid" in report.notices[1]
    assert "'e3' (row 3)" in report.notices[1]


def test_events_loaded_again_are_not_appended_again(
    eventful: SquareTown, tmp_path: Path
) -> None:
    link = eventful.store.last_link()
    assert eventful.load(tmp_path).appended == 0
    more = EVENTS + "e5,2026-09-30T08:00:00+08:00,2026-09-30T08:00:00+08:00,a,1,,,,\n"
    assert eventful.load(tmp_path, more).appended == 1
    assert eventful.store.last_link().sequence == link.sequence + 1


def test_columns_without_a_place_of_their_own_are_details(eventful: SquareTown) -> None:
    details = [orjson.loads(text) for text in eventful.store.events()["details"]]
    assert details == [{"note": "a, b"}, {}, {}, {"note": "no place"}]


def test_times_without_offset_or_without_receipt_are_told(
    squares: SquareTown, tmp_path: Path
) -> None:
    text = "source_id,occurred_at,lon,lat\ne1,2026-09-10T08:00,120.005,30.005\n"
    notices = squares.load(tmp_path, text).notices
    assert f"1 time has no offset: taken as local in {TIMEZONE}." in notices
    assert notices[-1].startswith("The events do not say when they were received")
    event = squares.store.event(squares.event_id("e1")).new.event
    assert event.occurred_at == event.captured_at == local("2026-09-10T08:00")
    assert event.received_at == squares.clock.now


FAULTS = {
    "no id": (",2026-09-10T08:00:00Z,1,5", "row 1, field 'source_id': is empty"),
    "no time": ("e1,soon,1,5", "field 'occurred_at': 'soon' is no time, expected"),
    "before any version": (
        "e1,2026-08-01T08:00:00Z,1,5",
        "no version covers 2026-08-01",
    ),
    "half a severity": ("e1,2026-09-10T08:00:00Z,1.5,5", "field 'severity': "),
    "accuracy with a comma": ('e1,2026-09-10T08:00:00Z,1,"1,5"', "'accuracy_m': '1,5'"),
    "accuracy of words": ("e1,2026-09-10T08:00:00Z,1,about 5", "field 'accuracy_m': "),
    "accuracy below zero": ("e1,2026-09-10T08:00:00Z,1,-5", "field 'accuracy_m': "),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faulty_row_is_named_and_no_event_is_appended(
    squares: SquareTown, tmp_path: Path, name: str
) -> None:
    row, sentence = FAULTS[name]
    head = "source_id,occurred_at,severity,accuracy_m,lon,lat\n"
    sound = "e9,2026-09-10T08:00:00Z,1,5,120.005,30.005\n"
    with pytest.raises(InvalidLayerError, match="Layer 'events' has 1 fault") as error:
        squares.load(tmp_path, f"{head}{row},120.005,30.005\n{sound}")
    assert sentence in str(error.value)
    assert squares.store.events().empty


def test_accuracy_with_its_unit_is_stored_in_metres(
    squares: SquareTown, tmp_path: Path
) -> None:
    head = "source_id,occurred_at,accuracy_m,lon,lat\n"
    squares.load(tmp_path, f"{head}e1,2026-09-10T08:00:00Z,±１５ 米,120.005,30.005\n")
    assert squares.store.event(squares.event_id("e1")).new.event.accuracy_m == 15


def test_event_that_stands_twice_is_appended_once(
    squares: SquareTown, tmp_path: Path
) -> None:
    row = "e1,2026-09-10T08:00:00Z,120.005,30.005\n"
    report = squares.load(tmp_path, f"source_id,occurred_at,lon,lat\n{row}{row}")
    assert (report.rows, report.appended) == (2, 1)


def test_event_that_stands_twice_with_other_content_is_refused_by_row(
    squares: SquareTown, tmp_path: Path
) -> None:
    head = "source_id,occurred_at,lon,lat\n"
    row, other = (f"e1,2026-09-10T08:0{n}:00Z,120.00{n},30.005\n" for n in (5, 6))
    with pytest.raises(InvalidLayerError, match="row 3, field 'source_id'") as refusal:
        squares.load(tmp_path, head + row + row + other)
    assert "other position, occurred_at, captured_at" in str(refusal.value)
    assert len(squares.store.events()) == 0


def test_event_that_is_known_with_other_content_is_refused_before_any_is_appended(
    squares: SquareTown, tmp_path: Path
) -> None:
    head = "source_id,occurred_at,lon,lat\n"
    row, other = (f"e1,2026-09-10T08:05:00Z,120.00{n},30.005\n" for n in (5, 6))
    squares.load(tmp_path, head + row)
    with pytest.raises(InvalidLayerError, match="row 2, field 'source_id'"):
        squares.load(tmp_path, head + row.replace("e1", "e2") + other)
    assert squares.store.events()["source_id"].tolist() == ["e1"]


def empty_store(kind: str, folder: Path, request: pytest.FixtureRequest) -> str:
    """The address of a store without a version."""
    if kind == "memory":
        return "memory:"
    url = str(folder / "town.gpkg")
    if kind == "postgis":
        url = request.getfixturevalue("postgis").fresh_url()
    create_store(url, now=clock).close()
    return url


@pytest.mark.parametrize("kind", ["memory", "geopackage", "postgis"])
def test_parts_of_a_file_leave_the_log_of_the_whole(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    kind: str,
) -> None:
    monkeypatch.setattr(load, "BATCH", 7)
    # ids by chance would be others each time
    monkeypatch.setattr(events, "os", SimpleNamespace(urandom=bytes))
    head = "source_id,occurred_at,received_at,severity,lon,lat,note\n"
    rows = [
        f"e{n},2026-09-{1 + n % 25:02d}T08:00:00Z,2026-09-29T08:00:00Z,{n % 5},"
        f"{120 + n % 9 * 0.005},30.005,{n % 3 or ''}\n"
        for n in range(40)
    ]
    digests, reports = [], []
    for size in (150, 10**6):
        monkeypatch.setattr(parts, "CSV_BLOCK_BYTES", size)
        folder = tmp_path / str(size)
        folder.mkdir()
        town = SquareTown(url=empty_store(kind, folder, request))
        reports.append(town.load(folder, head + "".join(rows)))
        links = [link for link, _ in town.store.log() if link.layer == "events"]
        assert [link.rows for link in links] == [7, 7, 7, 7, 7, 5]
        digests.append([link.digest for link in links])
        town.store.close()
    assert digests[0] == digests[1]
    assert reports[0] == reports[1]


def test_source_that_no_database_keeps_is_refused(
    squares: SquareTown, tmp_path: Path
) -> None:
    path = tmp_path / "events.csv"
    path.write_text("source_id,occurred_at,lon,lat\ne,2026-09-10T08:00:00Z,120,30\n")
    job = EventJob("\ud800", TIMEZONE, 1.0)
    with pytest.raises(InvalidLayerError, match=r"row 1, field 'source': .* keeps"):
        load_events(squares.store, path, job, local("2026-09-10 17:00"))


def test_row_is_counted_over_all_parts(
    squares: SquareTown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "CSV_BLOCK_BYTES", 150)
    head = "source_id,occurred_at,lon,lat\n"
    sound = [f"e{n},2026-09-10T08:00:00Z,120.005,30.005\n" for n in range(30)]
    text = head + "".join(sound)
    with pytest.raises(InvalidLayerError, match="row 31, field 'occurred_at': 'soon'"):
        squares.load(tmp_path, text + "f,soon,120.005,30.005\n" + sound[0])
    with pytest.raises(InvalidLayerError, match="row 31, field 'source_id': 'e7'"):
        squares.load(tmp_path, text + sound[7].replace(".005,", ".006,"))
    assert squares.store.events().empty
    far = "f,2026-09-10T08:00:00Z,120.9,30.005\n"
    report = squares.load(tmp_path, text + far)
    assert (report.rows, report.appended) == (31, 31)
    assert any("'f' (row 31)" in notice for notice in report.notices)


def test_empty_cells_are_filled_and_counted_over_all_parts(
    squares: SquareTown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "CSV_BLOCK_BYTES", 150)
    path = tmp_path / "events.csv"
    rows = [f"e{n},2026-09-10T08:00:00Z,,120.005,30.005\n" for n in range(20)]
    path.write_text("source_id,occurred_at,kind,lon,lat\n" + "".join(rows))
    naming = Naming(fills={"kind": "noise"})
    job = EventJob("hotline", TIMEZONE, 1.0, naming=naming)
    report = load_events(squares.store, path, job, local("2026-09-10 17:00"))
    assert "20 empty cells are taken as 'noise' in 'kind'." in report.notices
    assert {*squares.store.events()["kind"]} == {"noise"}


def test_number_ids_are_text_without_decimals(
    squares: SquareTown, tmp_path: Path
) -> None:
    rows = [("1001.0", "120.005"), ("1002.5", "120.015")]
    text = "".join(f"{i},2026-09-10T08:00:00Z,{x},30.005\n" for i, x in rows)
    with pytest.raises(InvalidLayerError, match=r"'1001.0' is a number that a spread"):
        squares.load(tmp_path, "source_id,occurred_at,lon,lat\n" + text)


def test_day_without_an_hour_is_stored_and_says_nobody_on_duty(
    squares: SquareTown, tmp_path: Path
) -> None:
    report = squares.load(
        tmp_path, "source_id,occurred_at,lon,lat\ne1,2026年9月10日,120.005,30.005\n"
    )
    [event] = squares.store.events().to_dict("records")
    assert event["occurred_at"] == pd.Timestamp("2026-09-10", tz=TIMEZONE)
    assert orjson.loads(event["details"]) == {"occurred_at": "2026年9月10日"}
    assert orjson.loads(event["at_occurrence"])["is_day"] is True
    assert "is_day" not in orjson.loads(event["acting"])
    assert all(answer.is_equal for answer in replay(squares.store, event["event_id"]))
    assert "1 event has a day without an hour" in " ".join(report.notices)


@pytest.mark.parametrize("column", ["captured_at", "received_at"])
def test_day_without_an_hour_of_a_device_is_refused(
    squares: SquareTown, tmp_path: Path, column: str
) -> None:
    text = f"source_id,occurred_at,{column},lon,lat\n"
    row = "e1,2026-09-10T08:00:00Z,2026-09-12,120.005,30.005\n"
    with pytest.raises(InvalidLayerError, match="is a day without an hour"):
        squares.load(tmp_path, text + row)


def test_event_received_before_it_occurred_is_refused_by_row(
    squares: SquareTown, tmp_path: Path
) -> None:
    text = "source_id,occurred_at,received_at,lon,lat\n"
    row = "e1,2026-09-10T08:00:01Z,2026-09-10T08:00:00Z,120.005,30.005\n"
    with pytest.raises(
        InvalidLayerError, match=r"row 1, field 'occurred_at'.*is after"
    ):
        squares.load(tmp_path, text + row)


def test_event_that_lies_ahead_is_refused_by_row(
    squares: SquareTown, tmp_path: Path
) -> None:
    row = "e1,2150-09-10T08:00:00Z,120.005,30.005\n"
    with pytest.raises(InvalidLayerError, match="expected no later"):
        squares.load(tmp_path, "source_id,occurred_at,lon,lat\n" + row)


def test_events_without_a_column_of_ids_are_refused(
    squares: SquareTown, tmp_path: Path
) -> None:
    text = "occurred_at,lon,lat\n2026-09-10T08:00:00Z,120.005,30.005\n"
    with pytest.raises(InvalidLayerError, match="have no column 'source_id'"):
        squares.load(tmp_path, text)


@pytest.mark.parametrize(
    ("crs", "ballpark_m"),
    [
        ("+proj=longlat +ellps=krass +towgs84=-12.6,155.4,79.5 +no_defs", None),
        ("+proj=longlat +ellps=krass +no_defs", 25.0),
        ("EPSG:2385", 40.0),
    ],
    ids=["parameters of its own", "no parameters", "Xian 1980"],
)
def test_events_in_a_crs_without_code_or_parameters_are_replayed(
    squares: SquareTown, tmp_path: Path, crs: str, ballpark_m: float | None
) -> None:
    datum = datum_of(CRS(crs), ballpark_m)
    [x], [y] = convert([120.005], [30.005], parse_datum("wgs84"), datum)
    times = ["2026-09-10T08:00:00+08:00"]
    frame = geopandas.GeoDataFrame(
        {"source_id": ["e1"], "occurred_at": times, "accuracy_m": [30.0]},
        geometry=[shapely.Point(x, y)],
        crs=crs,
    )
    path = tmp_path / "events.parquet"
    frame.to_parquet(path)
    job = EventJob("hotline", TIMEZONE, 1.0, ballpark_m=ballpark_m)
    load_events(squares.store, path, job, local("2026-09-10 09:00"))
    stored = squares.store.events()
    provenance = orjson.loads(stored["acting"][0])["assignment"]["provenance"]
    assert (stored["grid_id"][0], provenance["datum_error_m"]) == ("G1", ballpark_m)
    assert all(again.is_equal for again in replay(squares.store, stored["event_id"][0]))


def test_eastings_with_the_number_of_their_zone_are_told_with_their_crs(
    squares: SquareTown, tmp_path: Path
) -> None:
    text = "source_id,occurred_at,x,y\ne1,2026-09-10T08:00:00+08:00,40500482,3320700\n"
    report = squares.load(tmp_path, text)
    assert report.statuses == {"unlocated": 1}
    assert any("likely in EPSG:4528" in notice for notice in report.notices)


@pytest.mark.parametrize(("longest_s", "sizes"), [(60.0, [3, 1]), (-1.0, [1] * 4)])
def test_parts_share_a_transaction_while_others_can_wait(
    squares: SquareTown,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    longest_s: float,
    sizes: list[int],
) -> None:
    monkeypatch.setattr(load, "BATCH", 2)
    monkeypatch.setattr(load, "LINKS", 3)
    monkeypatch.setattr(load, "LONGEST_S", longest_s)
    append, transactions = squares.store.append_history, []

    def append_parts(parts: Iterable[EventHistory]) -> int:
        some = list(parts)
        transactions.append(len(some))
        return append(some)

    monkeypatch.setattr(squares.store, "append_history", append_parts)
    rows = [f"e{n},2026-09-10T08:00:00+08:00,120.005,30.005" for n in range(7)]
    text = "\n".join(["source_id,occurred_at,lon,lat", *rows])
    before = len(list(squares.store.log()))
    assert squares.load(tmp_path, text).appended == 7
    assert transactions == sizes
    links = [link.rows for link, _ in list(squares.store.log())[before:]]
    assert links == [2, 2, 2, 1]


def test_load_that_is_stopped_says_what_is_kept(
    squares: SquareTown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "BATCH", 2)
    monkeypatch.setattr(load, "LINKS", 1)
    append, seen = squares.store.append_history, []

    def append_once(parts: Iterable[EventHistory]) -> int:
        if seen:
            raise KeyboardInterrupt
        seen.append(parts)
        return append(parts)

    monkeypatch.setattr(squares.store, "append_history", append_once)
    rows = [f"e{n},2026-09-10T08:00:00+08:00,120.005,30.005" for n in range(7)]
    text = "\n".join(["source_id,occurred_at,lon,lat", *rows])
    words = "^The load was stopped: the first 2 of 7 events are kept, and"
    with pytest.raises(StoreError, match=words):
        squares.load(tmp_path, text)
    with pytest.raises(KeyboardInterrupt):  # nothing of this one is kept
        squares.load(tmp_path, text)
    monkeypatch.setattr(squares.store, "append_history", append)
    assert squares.load(tmp_path, text).appended == 5


def test_load_that_a_full_disk_stops_says_what_is_kept_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "BATCH", 2)
    monkeypatch.setattr(load, "LINKS", 1)
    store = create_store(str(tmp_path / "town.gpkg"), now=clock)
    publish_grounds(store, {day(0): GROUND}, base=None)
    events = tmp_path / "events.csv"
    notes = ["short", "short", "long" * 100_000]
    rows = [
        f"e{n},1970-01-02T08:00+08:00,120.01,30.001,{note}"
        for n, note in enumerate(notes)
    ]
    events.write_text("\n".join(["source_id,occurred_at,lon,lat,note", *rows]))
    job = EventJob("hotline", TIMEZONE, 0.0, datum="cgcs2000")
    writer = store._file._writer
    with closing(store):
        [[pages]] = writer.execute("PRAGMA page_count").fetchall()
        writer.execute(f"PRAGMA max_page_count = {pages + 20}")
        with pytest.raises(StoreError) as refusal:
            load_events(store, events, job, clock())
        assert str(refusal.value).startswith("The first 2 of 3 events are kept, the ")
        assert "the disk is full; make room" in str(refusal.value)
        assert len(store.events()) == 2
        writer.execute("PRAGMA max_page_count = 100000")
        assert load_events(store, events, job, clock()).appended == 1
        assert len(store.events()) == 3
