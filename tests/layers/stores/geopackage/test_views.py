"""The views of a file say what the store answers now; its columns have their words."""

# ruff: noqa: S608  the names of views are ours

import sqlite3
from contextlib import closing
from dataclasses import replace

import orjson
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.models import Instant
from layers.stores import create_store, open_store
from layers.stores.facts import FACTS
from layers.stores.geopackage.connections import connect
from layers.stores.geopackage.encoding import instant_texts, read_instants
from layers.stores.geopackage.tables import TABLES
from layers.stores.town_clock import KeptClock
from layers.stores.versions import VERSION_LAYERS
from support.makers.contract_rows import (
    enterprises,
    neighbours,
    posts,
    record_event_facts,
)
from support.makers.loop_entries import intake_of
from support.makers.store_history import (
    DAY_MS,
    Clock,
    day,
    follow,
    move,
    new_event,
    play,
    publish_grounds,
)

LISTED = [
    n for n in TABLES if n not in FACTS or FACTS[n].schema.key_sharing != "closed"
]


def rows_of(path, view):
    """Rows of a view by column."""
    with closing(connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        cursor = connection.execute(f"SELECT * FROM {view} ORDER BY fid")
        return [dict(row) for row in cursor]


def now_of(path):
    with closing(connect(path)) as connection:
        [(text,)] = connection.execute("SELECT at FROM store_now")
    return read_instants([text])[0]


def plain(frame, fields):
    """Rows of a frame of the store with the values that SQLite has."""
    columns = {}
    for field in fields:
        column = frame[field.name]
        if field.kind == "instant":
            bare = column.dt.tz_convert("UTC").dt.tz_localize(None)
            columns[field.name] = instant_texts(bare.to_numpy("datetime64[ms]"))
        else:
            columns[field.name] = [None if pd.isna(v) else v for v in column.tolist()]
    names = [field.name for field in fields]
    return sorted(zip(*(columns[name] for name in names), strict=True), key=repr)


def seen(path, view, fields):
    names = [field.name for field in fields]
    return sorted(
        (tuple(row[name] for name in names) for row in rows_of(path, view)), key=repr
    )


def assert_equal_to_answers(path):
    """What every view shows is what the store answers for the time it shows."""
    with closing(open_store(str(path))) as store:
        at = store.now()
        assert now_of(path) == at
        for schema in VERSION_LAYERS:
            frame = getattr(store, schema.name)()
            view = f"{schema.name}_now"
            assert seen(path, view, schema.fields) == plain(frame, schema.fields)
            assert {row["version"] for row in rows_of(path, view)} == set(
                frame["version"]
            )
        for name, layer in FACTS.items():
            if name not in LISTED:
                continue
            fields = [f for f in layer.fields if f.name not in ("batch", "cancelled")]
            frame = store.facts(name, valid_at=at)
            if layer.schema.closed_where is not None:
                frame = frame[~frame[layer.schema.closed_where].fillna(value=False)]
            assert seen(path, f"{name}_now", fields) == plain(frame, fields), name


@pytest.mark.parametrize("name", LISTED)
def test_view_has_every_field_of_its_layer_and_those_of_its_times(tmp_path, name):
    path = tmp_path / "town.gpkg"
    create_store(str(path)).close()
    with closing(connect(path)) as connection:
        columns = [
            row[1] for row in connection.execute(f"PRAGMA table_info({name}_now)")
        ]
    left_out = {"system", "batch", "cancelled"}
    expected = {"fid", *TABLES[name].columns} - left_out
    assert columns[0] == "fid"
    assert set(columns) == expected


def test_versions_in_force_are_those_of_every_time_in_a_long_history(tmp_path):
    path, clock = tmp_path / "town.gpkg", Clock(day(30))
    with closing(create_store(str(path), now=clock)) as store:
        replay = play(store, clock)
        ground = replay.seen(day(999))[1]
        for number in (400, 500, 600):
            follow(store, replay, {day(number): move(ground, min(ground), -1)})
        store.withdraw(replay.head, reason="postponed", reviewer="chief")
        replay.withdraw(replay.head, clock())
        last = store.last_link().recorded_at
    dates = [at for at in replay.timeline(day(-999)) if at > last] + [day(600)]
    assert len(dates) >= 3
    for at in (last, *(Instant(at + step) for at in dates for step in (-1, 0))):
        with closing(open_store(str(path))) as store:
            store.keep_clock(KeptClock(Instant(at)))
        version, ground = replay.seen(at)
        rows = rows_of(path, "grids_now")
        assert {row["grid_id"] for row in rows} == set(ground)
        assert {row["version"] for row in rows} == {version}
    assert_equal_to_answers(path)


DAYS = st.integers(0, 6)
ROW = st.tuples(
    st.sampled_from("AB"), DAYS, st.none() | DAYS.map(lambda n: n + 7), st.booleans()
)
BATCH = st.lists(ROW, min_size=1, max_size=3, unique_by=lambda row: row[0])


@settings(max_examples=12, deadline=None)
@given(batches=st.lists(BATCH, max_size=4), at=st.integers(0, 15 * DAY_MS))
def test_facts_in_force_are_those_of_the_store(tmp_path_factory, batches, at):
    path = tmp_path_factory.mktemp("town") / "town.gpkg"
    clock = Clock(0)
    with closing(create_store(str(path), now=clock)) as store:
        for number, batch in enumerate(batches):
            frame = enterprises(
                *((key, f"tax{n}", str(number)) for key, n, *_ in batch)
            )
            frame = frame.assign(
                valid_from=[times(first) for _, first, *_ in batch],
                valid_to=[None if end is None else times(end) for *_, end, _ in batch],
                cancelled=[is_cancelled for *_, is_cancelled in batch],
                address_kind=[None, "actual", None][: len(batch)],
            )
            store.record("enterprises", frame)
            more = posts(*((key, "G1", "team", None, times(n)) for key, n, *_ in batch))
            store.record("posts", more.assign(cancelled=[row[3] for row in batch]))
        store.keep_clock(KeptClock(Instant(at)))
    assert_equal_to_answers(path)


def times(number):
    return pd.Timestamp(day(number), unit="ms", tz="UTC").isoformat()


def test_every_layer_shows_what_was_recorded(tmp_path):
    path, clock = tmp_path / "town.gpkg", Clock(day(1))
    with closing(create_store(str(path), now=clock)) as store:
        publish_grounds(store, {day(0): {"G1": (0, 12)}}, base=None)
        publish_grounds(store, {day(0): {"X1": (0, 12)}}, base=None, system="former")
        record_event_facts(store)
        store.record("neighbours", neighbours(("330109", None, 120.12, 121)))
        store.record(
            "enterprises", enterprises(("E1", "tax", "店"), ("E2", "tax", None))
        )
        store.keep_clock(KeptClock(day(2)))
    assert_equal_to_answers(path)
    assert [row["grid_id"] for row in rows_of(path, "grids_now")] == ["G1"]
    assert [row["name"] for row in rows_of(path, "enterprises_now")] == ["店", None]
    assert [row["device_id"] for row in rows_of(path, "devices_now")] == ["V1"]


def test_row_that_no_link_names_is_in_no_view(tmp_path):
    path = tmp_path / "town.gpkg"
    with closing(create_store(str(path), now=Clock(day(1)))) as store:
        store.record("posts", posts(("P1", "G1", "team", "L1", times(0))))
    with closing(connect(path)) as connection:
        connection.execute(
            "INSERT INTO posts SELECT fid + 1, post_id, area_id, role, 'L666', "
            "valid_from, valid_to, cancelled, recorded_at, batch + 1, title, "
            "department, phone FROM posts"
        )
    assert [row["holder_id"] for row in rows_of(path, "posts_now")] == ["L1"]


IMPRINTS = {
    "none": None,
    "synthetic": {"is_synthetic": True},
    "real": {"is_synthetic": False},
}


@pytest.mark.parametrize("has_clock", [False, True])
@pytest.mark.parametrize("imprint", IMPRINTS)
def test_time_is_that_of_the_town(tmp_path, imprint, has_clock):
    path = tmp_path / "town.gpkg"
    with closing(create_store(str(path), now=Clock(day(100)))) as store:
        if IMPRINTS[imprint] is not None:
            body = orjson.dumps(IMPRINTS[imprint]).decode()
            rule = {"rule_id": ["imprint"], "owner": "O", "body": body}
            store.record("rules", pd.DataFrame(rule).assign(valid_from=times(0)))
        if has_clock:
            store.keep_clock(KeptClock(Instant(day(300) + 7)))
    with closing(open_store(str(path))) as store:
        before = store.now()
        at = now_of(path)
        assert before <= at <= store.now()


def test_clock_that_runs_is_read_as_it_runs(tmp_path):
    path = tmp_path / "town.gpkg"
    with closing(create_store(str(path))) as store:
        store.keep_clock(KeptClock(day(300), 60.0, since=Instant(1_700_000_000_123)))
        before = store.now()
        at = now_of(path)
        assert before <= at <= store.now()


@settings(max_examples=120)
@given(st.integers(-(10**12), 4 * 10**12))
def test_instant_is_written_to_the_millisecond(instant):
    with closing(sqlite3.connect(":memory:")) as connection:
        [(text,)] = connection.execute(
            "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', ? / 1000.0, 'unixepoch')", [instant]
        )
    assert read_instants([text]) == [instant]


def answer(status, grid_id, chain, post_id):
    accountable = {"post_id": post_id}
    return orjson.dumps(
        {
            "assignment": {
                "status": status,
                "grid_id": grid_id,
                "chain": chain,
                "accountable": accountable,
                "community_id": "K1",
            }
        }
    )


def test_events_have_status_grid_circles_and_post_as_columns(tmp_path):
    path = tmp_path / "town.gpkg"
    with closing(create_store(str(path), now=Clock(day(40)))) as store:
        inside = answer("inside", "G1", ["C3", "C2", "C1"], "G1-L")
        outside = answer("outside", None, [], "C1-L")
        answers = {"1": inside, "2": outside, "3": b"\xff{"}
        for source_id, text in answers.items():
            grid_id = "G1" if text is inside else None
            event = replace(new_event(source_id), at_occurrence=text, grid_id=grid_id)
            store.append_events([event])
        stands = {"status": "inside", "grid_id": "G9", "area_path": "C1/C8/G9/"}
        store.append([intake_of("4", loop={**stands, "post_id": "P4"})]).result()
        store.append([intake_of("5", loop={"area_path": "C1/C8/"})]).result()
    names = ("source_id", "status", "state", "grid_id", "circles", "post_id")
    rows = [tuple(row[n] for n in names) for row in rows_of(path, "events_now")]
    assert rows == [
        ("1", "inside", None, "G1", "C1/C2/C3", "G1-L"),
        ("2", "outside", None, None, None, "C1-L"),
        ("3", None, None, None, None, None),
        ("4", "inside", "collected", "G9", "C1/C8", "P4"),
        ("5", None, "collected", "G1", "C1/C8", "P1"),
    ]
