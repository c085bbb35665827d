"""The file is a valid GeoPackage that GIS software opens."""

import re
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
import shapely
from pandas.testing import assert_frame_equal

from conftest import missing
from gis.errors import StoreError
from layers.stores import create_store, open_store, remove_store
from layers.stores.geopackage import GeoPackageStore
from layers.stores.geopackage import events as event_rows
from layers.stores.log import verify
from support.harness.geopackage_faults import filled_store, now
from support.harness.read_only import only_read
from support.makers.histories import event_history, plain_event
from support.makers.store_history import CRS, Clock, day, new_event

IO = Path("/proc/self/io")
VALIDATOR = Path("/usr/lib/python3/dist-packages/osgeo_utils/samples/validate_gpkg.py")
LAYERS = {
    "grids_now": "MultiPolygon",
    "circles_now": "MultiPolygon",
    "communities_now": "MultiPolygon",
    "enterprises_now": "Point",
    "stations_now": "Point",
    "neighbours_now": "MultiPolygon",
    "devices_now": "Point",
    "departments_now": "Point",
    "events_now": "Point",
}
TABLES = {
    *("posts_now", "duties_now", "inspections_now", "rules_now", "sources_now"),
    *("versions", "log", "outbox", "layer_styles"),
}
COMPUTED = re.compile(r"Req 5: table events_now has column \w+ of unexpected type ")
"""What older releases of SQLite do not say of what a view computes: its type."""
STANDARD_TYPES = {"INTEGER", "TEXT", "DOUBLE", "BOOLEAN", "DATETIME", "BLOB"}


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    """A store with something of every kind, exported while it is open."""
    folder = tmp_path_factory.mktemp("export")
    filled_store(folder / "town.gpkg")
    with closing(GeoPackageStore(folder / "town.gpkg", now=now)) as store:
        store.export(folder / "copy.gpkg")
    return folder / "copy.gpkg"


def query(path, statement):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def test_export_passes_the_validator_of_gdal(export):
    if not VALIDATOR.exists():
        missing("no GeoPackage validator of GDAL (Debian's python3-gdal)")
    run = subprocess.run(
        ["/usr/bin/python3", VALIDATOR, "-k", "--extra", "--warning-as-error", export],
        capture_output=True,
        text=True,
        check=False,
    )
    faults = [text for text in run.stdout.splitlines() if not COMPUTED.fullmatch(text)]
    assert faults == []


def test_live_file_shows_its_layers_to_ogrinfo(tmp_path):
    if shutil.which("ogrinfo") is None:
        missing("no ogrinfo (Debian's gdal-bin)")
    with closing(create_store(str(tmp_path / "town.gpkg"))) as store:
        store.append_events([new_event("1")])
        run = subprocess.run(
            ["ogrinfo", "-ro", "-so", tmp_path / "town.gpkg", "events_now"],
            capture_output=True,
            text=True,
            check=True,
        )
    assert "Geometry: Point" in run.stdout
    assert "Feature Count: 1" in run.stdout
    assert "CGCS2000" in run.stdout


def test_header_says_geopackage_1_3_and_no_write_ahead_log(export):
    head = export.read_bytes()[:100]
    assert head[68:72] == b"GPKG"
    assert int.from_bytes(head[60:64], "big") == 10300
    assert tuple(head[18:20]) == (1, 1)
    assert sorted(p.name for p in export.parent.glob("copy*")) == ["copy.gpkg"]


def test_gis_software_lists_layers_and_tables(export):
    kinds = dict(pyogrio.list_layers(export).tolist())
    assert {name: kind for name, kind in kinds.items() if kind} == LAYERS
    assert set(kinds) > TABLES


def test_gis_software_reads_what_the_store_answers(export, tmp_path):
    with closing(GeoPackageStore(Path(shutil.copy(export, tmp_path)), now=now)) as s:
        grids = s.grids()
        events = s.events()
    read = pyogrio.read_dataframe(export, layer="grids_now")
    assert read.crs == CRS
    assert read["grid_id"].tolist() == grids["grid_id"].tolist()
    assert shapely.equals(read.geometry.to_numpy(), grids.geometry.to_numpy()).all()
    told = pyogrio.read_dataframe(export, layer="events_now")
    assert told["event_id"].tolist() == events["event_id"].tolist()
    for name in ("occurred_at", "recorded_at"):
        assert pd.to_datetime(told[name], utc=True).tolist() == events[name].tolist()


def test_box_is_answered(export):
    west = pyogrio.read_dataframe(
        export, layer="grids_now", bbox=(120.001, 30.001, 120.002, 30.002)
    )
    everything = pyogrio.read_dataframe(export, layer="grids_now")
    assert 1 <= len(west) < len(everything)


def test_columns_have_types_of_the_standard(export):
    listed = {*LAYERS, *TABLES, "lineage", "withdrawals", "pagoda_store"}
    for name in listed - {"layer_styles", "events_now"}:
        found = {row[2] for row in query(export, f"PRAGMA table_info({name})")}
        geometry = {LAYERS[name].upper()} if name in LAYERS else set()
        assert found - STANDARD_TYPES == geometry, name


def test_times_are_written_as_the_standard_spells_them(export):
    pattern = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
    for name in {*LAYERS, *TABLES, "withdrawals"}:
        for _, column, kind, *_ in query(export, f"PRAGMA table_info({name})"):
            if kind == "DATETIME":
                for (text,) in query(export, f"SELECT {column} FROM {name}"):  # noqa: S608
                    assert text is None or pattern.fullmatch(text)


def test_bounds_of_layers_hold_their_geometry(export):
    asked = "SELECT min_x, min_y, max_x, max_y, table_name FROM gpkg_contents"
    [bounds] = [row[:4] for row in query(export, asked) if row[4] == "grids_now"]
    assert bounds == pytest.approx((120.0, 30.0, 120.12, 30.01), abs=1e-4)


def test_export_is_the_same_store_and_writes_on(export, tmp_path):
    source = GeoPackageStore(export.with_name("town.gpkg"), now=now)
    copy = GeoPackageStore(Path(shutil.copy(export, tmp_path)), now=now)
    with closing(source), closing(copy):
        assert copy.store_id == source.store_id
        assert copy.last_link() == source.last_link()
        for layer in ("posts", "enterprises"):
            assert_frame_equal(copy.records(layer), source.records(layer))
        assert_frame_equal(copy.events(), source.events())
        copy.append_events([new_event("later")])
        assert list(verify(copy.log(), copy.store_id)) == []


def test_export_while_events_are_appended_is_one_state(tmp_path):
    path = tmp_path / "town.gpkg"
    with closing(create_store(str(path), now=Clock(day(1)))) as store:
        store.append_events([new_event(str(n)) for n in range(50)])
        with closing(open_store(str(path), is_service=True)) as other:
            log = store.log()
            next(log)  # a reader that stays
            other.append_events([new_event("more")])
            store.export(tmp_path / "copy.gpkg")
            log.close()
    with closing(open_store(f"geopackage:{tmp_path / 'copy.gpkg'}")) as copy:
        assert len(copy.events()) == 51
        assert list(verify(copy.log(), copy.store_id)) == []


def test_export_over_a_file_is_refused(export, tmp_path):
    with closing(
        GeoPackageStore(Path(shutil.copy(export, tmp_path)), now=now)
    ) as store:
        for path in (export, tmp_path / "copy.gpkg", tmp_path / "no" / "copy.gpkg"):
            with pytest.raises(StoreError, match="choose a new name"):
                store.export(path)


def test_store_that_can_only_be_read_answers_and_is_exported(export, tmp_path):
    with closing(GeoPackageStore(Path(shutil.copy(export, tmp_path)), now=now)) as own:
        answers = own.grids(), own.facts("posts"), own.events(), own.last_link()
    with only_read(export) as path, closing(open_store(str(path))) as store:
        assert_frame_equal(store.grids(), answers[0])
        assert_frame_equal(store.facts("posts"), answers[1])
        assert_frame_equal(store.events(), answers[2])
        assert list(verify(store.log(), store.store_id)) == []
        copy = Path(tempfile.mkdtemp()) / "copy.gpkg"
        store.export(copy)
        with pytest.raises(StoreError, match="cannot be written; give this user"):
            store.append_events([new_event("later")])
        assert store.last_link() == answers[3]
    with closing(GeoPackageStore(copy, now=now)) as again:
        assert again.last_link() == answers[3]
    shutil.rmtree(copy.parent)


def test_address_that_no_store_has_is_refused(tmp_path):
    with pytest.raises(StoreError, match=r"No store is known at 'town\.db'"):
        open_store("town.db")
    with pytest.raises(StoreError, match="No store is at"):
        open_store(str(tmp_path / "town.gpkg"))
    assert list(tmp_path.iterdir()) == []


def test_store_that_is_removed_leaves_nothing_and_another_store_stays(tmp_path):
    path = tmp_path / "town.gpkg"
    create_store(str(path), store_id="S").close()
    with pytest.raises(StoreError, match="is 'S' where 'T' was to be removed"):
        remove_store(str(path), "T")
    with closing(open_store(str(path), is_service=True)) as store:
        store.append_events([new_event("1")])
    remove_store(f"geopackage:{path}", "S")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(StoreError, match="cannot be opened"):
        remove_store(str(path), "S")


def test_store_keeps_its_crs(tmp_path):
    with closing(create_store(str(tmp_path / "a.gpkg"), crs="EPSG:4326")) as store:
        assert store.crs == "EPSG:4326"
        assert store.grids().crs == store.events().crs == "EPSG:4326"


@pytest.mark.skipif(not IO.exists(), reason="the system does not count writes")
def test_no_page_of_a_history_is_written_to_undo_a_step(tmp_path, monkeypatch):
    """In a transaction nothing is written before its end."""
    inserted = []

    def insert(*arguments):
        before = written_bytes()
        insert_history(*arguments)
        inserted.append(written_bytes() - before)

    insert_history = event_rows.insert_history
    monkeypatch.setattr(event_rows, "insert_history", insert)
    events = [
        plain_event(str(number), grid_id=f"G{number * 7919 % 20_000}", details="")
        for number in range(20_000)
    ]
    store = create_store(str(tmp_path / "town.gpkg"), now=Clock(day(1)))
    with closing(store):
        parts = [event_history(events[:18_000]), event_history(events[18_000:])]
        assert store.append_history(parts) == len(events)
    assert len(inserted) == 2
    assert max(inserted) < 100_000


def written_bytes():
    """Return how many bytes this process wrote so far."""
    lines = IO.read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("wchar:"))
