"""A store handed out as a folder or a GeoPackage, read back with equal heads."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import orjson
import pandas as pd
import pytest
import shapely

from api.service.stores.export import (
    ABOUT,
    LOG,
    export_open,
    export_store,
    opened_export,
)
from api.service.stores.restore import restore
from gis.errors import InputFileError, SettingError, StoreError
from layers.stores import create_store
from layers.stores.protocol import Draft, Publication
from layers.stores.version_digest import draft_digest
from support.harness.read_only import only_read
from support.harness.small_disk import on_a_small_disk
from support.makers.contract_rows import MIDNIGHT, neighbours, posts, record_event_facts
from support.makers.square_town import NOW, SquareTown, circles, local
from support.makers.square_town import squares as squares_of
from support.makers.store_history import CRS, new_event


@pytest.mark.parametrize("form", ["geoparquet", "geojson"])
def test_folder_restores_to_the_same_head(
    eventful: SquareTown, tmp_path: Path, form: str
) -> None:
    eventful.publish({"N1": (0, 2), "G3": (2, 3), "G4": (3, 4)}, "2026-10-01")
    export_store(eventful.store, tmp_path / "copy", form)
    with opened_export(str(tmp_path / "copy")) as origin:
        assert origin.store_id == eventful.store.store_id
        assert restore("memory:", origin) == eventful.store.last_link()
    assert [path.name for path in tmp_path.iterdir() if path.name != "events.csv"] == [
        "copy"
    ]


def test_geopackage_restores_to_the_same_head(
    eventful: SquareTown, tmp_path: Path
) -> None:
    path = tmp_path / "copy.gpkg"
    export_store(eventful.store, path)
    with opened_export(str(path)) as origin:
        assert origin.last_link() == eventful.store.last_link()
        assert len(origin.events()) == 4
    # an export that was read has no log beside it
    assert not path.with_name("copy.gpkg-wal").exists()


def test_every_layer_is_a_file_for_who_reads_it(
    eventful: SquareTown, tmp_path: Path
) -> None:
    export_store(eventful.store, tmp_path / "copy")
    grids = gpd.read_parquet(tmp_path / "copy" / "grids.parquet")
    assert grids["grid_id"].tolist() == ["G1", "G2", "G3", "G4"]
    assert set(grids["system"]) == {"main"}
    events = gpd.read_parquet(tmp_path / "copy" / "events.parquet")
    assert orjson.loads(events["acting"][0])["assignment"]["grid_id"] == "G1"
    duties = pd.read_parquet(tmp_path / "copy" / "duties.parquet")
    assert duties["duty_id"].tolist() == ["D0", "D1", "D2"]


def publish_attributes(town: SquareTown) -> None:
    """A version whose grids have an open and a closed further column."""
    texts = ['{"closed":{"version":"v9"},"open":{"n":1}}', '{"open":{"n":2}}', None]
    grids = squares_of({"N1": (0, 2), "G3": (2, 3), "G4": (3, 4)})
    grids = grids.sort_values("grid_id").assign(attributes=texts)
    digest = draft_digest(grids, circles())
    draft = Draft(local("2026-10-01"), digest, grids, circles())
    town.store.publish(Publication((draft,), "planner", "chief", 1))


@pytest.mark.parametrize("form", ["geoparquet", "geojson"])
def test_further_columns_are_columns_of_the_export_and_restored(
    squares: SquareTown, tmp_path: Path, form: str
) -> None:
    publish_attributes(squares)
    export_store(squares.store, tmp_path / "copy", form)
    [path] = (tmp_path / "copy").glob("grids.*")
    read = gpd.read_parquet if form == "geoparquet" else gpd.read_file
    grids = read(path).set_index("grid_id")
    assert grids["n"].dropna().tolist() == [1, 2]
    [renamed] = {name for name in grids if name not in ("version", "n")} & {
        name for name in grids if "version" in name
    }
    assert grids[renamed].dropna().tolist() == ["v9"]
    with opened_export(str(tmp_path / "copy")) as origin:
        assert restore("memory:", origin) == squares.store.last_link()


@pytest.mark.parametrize("is_old", [False, True], ids=["of today", "of before"])
def test_further_column_that_became_one_of_the_layer_is_restored(
    squares: SquareTown, tmp_path: Path, *, is_old: bool
) -> None:
    """A release before knew no households: the town's own were a further column."""
    texts = ['{"closed":{"households":40}}', '{"closed":{"households":41}}', None]
    grids = squares_of({"N1": (0, 2), "G3": (2, 3), "G4": (3, 4)})
    grids = grids.sort_values("grid_id").assign(attributes=texts)
    digest = draft_digest(grids, circles())
    draft = Draft(local("2026-10-01"), digest, grids, circles())
    squares.store.publish(Publication((draft,), "planner", "chief", 1))
    export_store(squares.store, tmp_path / "copy")
    path = tmp_path / "copy" / "grids.parquet"
    if is_old:
        frame = gpd.read_parquet(path).drop(columns="households")
        renamed = frame.rename(columns={"pagoda_households": "households"})
        renamed.to_parquet(path)
    with opened_export(str(tmp_path / "copy")) as origin:
        assert restore("memory:", origin) == squares.store.last_link()


@pytest.mark.parametrize(
    "name",
    ["x.shp", "x.xlsx", "x.GeoJSON", "x.csv", "x.parquet", "x.fgb", "x.gpkg.zip"],
)
def test_name_of_a_file_is_no_folder(
    squares: SquareTown, tmp_path: Path, name: str
) -> None:
    out = tmp_path / name
    with pytest.raises(SettingError, match="a new folder, whose files are of --format"):
        export_store(squares.store, out)
    with pytest.raises(SettingError, match="a new folder, whose files are of --format"):
        export_open(squares.store, out, NOW)
    assert not out.exists()


@pytest.mark.parametrize("name", ["town", "town.2026-11", "v1.2", "town.d", "a.csv.d"])
def test_folder_may_have_a_dot(squares: SquareTown, tmp_path: Path, name: str) -> None:
    export_store(squares.store, tmp_path / name)
    assert (tmp_path / name).is_dir()


def test_open_export_has_open_further_columns_alone(
    squares: SquareTown, tmp_path: Path
) -> None:
    publish_attributes(squares)
    export_open(squares.store, tmp_path / "open", local("2026-10-02"))
    grids = gpd.read_parquet(tmp_path / "open" / "grids.parquet")
    assert grids["n"].dropna().tolist() == [1, 2]
    assert "attributes" not in grids
    assert "v9" not in grids.drop(columns="geometry").to_csv()


def test_name_that_is_taken_is_refused(squares: SquareTown, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    with pytest.raises(SettingError, match="is there already; choose another name"):
        export_store(squares.store, tmp_path / "copy")
    assert list((tmp_path / "copy").iterdir()) == []


def test_export_that_cannot_be_written_leaves_nothing(
    squares: SquareTown, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(StoreError, match="cannot be written"):
        export_store(squares.store, tmp_path / "file" / "copy")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_export_of_a_store_that_is_closed_leaves_nothing(
    squares: SquareTown, tmp_path: Path
) -> None:
    squares.store.close()
    with pytest.raises(StoreError, match="closed"):
        export_store(squares.store, tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


def without_about(folder: Path) -> None:
    (folder / ABOUT).unlink()


def of_another_format(folder: Path) -> None:
    about = orjson.loads((folder / ABOUT).read_bytes())
    (folder / ABOUT).write_bytes(orjson.dumps(about | {"format": "pagoda-export/9"}))


def with_a_cut_log(folder: Path) -> None:
    (folder / LOG).write_bytes((folder / LOG).read_bytes()[:-20])


def without_grids(folder: Path) -> None:
    (folder / "grids.parquet").unlink()


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (without_about, "has no file 'store.json'"),
        (of_another_format, "has the format 'pagoda-export/9'"),
        (with_a_cut_log, "'log.ndjson' of the export .* is cut or damaged"),
        (without_grids, "has no layer 'grids'; take a whole one"),
    ],
)
def test_folder_that_is_not_whole_is_refused(
    squares: SquareTown,
    tmp_path: Path,
    damage: Callable[[Path], None],
    sentence: str,
) -> None:
    export_store(squares.store, tmp_path / "copy")
    damage(tmp_path / "copy")
    with (
        opened_export(str(tmp_path / "copy")) as origin,
        pytest.raises(InputFileError, match=sentence),
    ):
        restore("memory:", origin)


def test_geopackage_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(StoreError, match="cannot be read"),
        opened_export(str(tmp_path / "none.gpkg")),
    ):
        pass


def test_export_that_can_only_be_read_is_restored(tmp_path: Path) -> None:
    source = tmp_path / "export.gpkg"
    with closing(create_store(str(tmp_path / "town.gpkg"))) as store:
        store.record("posts", posts(("P1", "G1", "team", "L1", MIDNIGHT)))
        export_store(store, source)
        end = store.last_link()
    with only_read(source) as path, opened_export(str(path)) as origin:
        assert restore("memory:", origin) == end


def test_export_on_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    url = tmp_path / "town.gpkg"
    with closing(create_store(str(url))) as store:
        store.append_events([new_event(str(n)) for n in range(2000)])
    report = on_a_small_disk("exports", "1m", url, tmp_path / "disk")
    assert report["left"] == ["ballast"]
    assert len(report["said"]) == 2
    assert "No space left on device" in report["said"][0]
    assert "the disk is full" in report["said"][1]


@pytest.mark.parametrize("name", ["copy.gpkg", "geoparquet", "geojson"])
def test_neighbours_of_every_form_are_restored_and_drawn(
    eventful: SquareTown, tmp_path: Path, name: str
) -> None:
    with_hole = shapely.box(119, 29, 120, 31) - shapely.box(119.2, 30, 119.3, 30.1)
    rows = neighbours(("330106", "西湖区", 0, 1), ("330109", None, 121, 122))
    shapes = [with_hole, rows.geometry[1]]
    eventful.store.record("neighbours", rows.set_geometry(shapes, crs=CRS))
    path = tmp_path / name
    export_store(eventful.store, path, "geojson" if name == "geojson" else "geoparquet")
    with opened_export(str(path)) as origin:
        assert restore("memory:", origin) == eventful.store.last_link()
    if name != "copy.gpkg":
        [path] = path.glob("neighbours.*")
    read = gpd.read_parquet if path.suffix == ".parquet" else gpd.read_file
    layer = {"layer": "neighbours_now"} if path.suffix == ".gpkg" else {}
    drawn = read(path, **layer)
    assert drawn["neighbour_id"].tolist() == ["330106", "330109"]
    assert drawn.geometry[0].equals(with_hole)


def test_open_export_has_neighbours_without_their_times(
    eventful: SquareTown, tmp_path: Path
) -> None:
    eventful.store.record("neighbours", neighbours(("330109", "甲", 121, 122)))
    names = export_open(eventful.store, tmp_path / "open", eventful.clock.now)
    assert "neighbours" in names
    areas = gpd.read_parquet(tmp_path / "open" / "neighbours.parquet")
    assert areas.columns.tolist() == ["neighbour_id", "name", "geometry"]


@pytest.mark.parametrize("form", ["geoparquet", "geojson"])
def test_folder_has_closed_layers_and_rows_on_its_log_alone(
    eventful: SquareTown, tmp_path: Path, form: str
) -> None:
    record_event_facts(eventful.store)
    export_store(eventful.store, tmp_path / "copy", form)
    names = {path.stem for path in (tmp_path / "copy").iterdir()}
    assert {"sources", "devices", "departments"} <= names
    assert names.isdisjoint({"keys", "destinations"})
    [devices] = (tmp_path / "copy").glob("devices.*")
    read = gpd.read_parquet if form == "geoparquet" else gpd.read_file
    assert read(devices)["device_id"].tolist() == ["V1"]
    with opened_export(str(tmp_path / "copy")) as origin:
        assert restore("memory:", origin) == eventful.store.last_link()


def test_open_export_has_neither_devices_nor_keys_nor_destinations(
    eventful: SquareTown, tmp_path: Path
) -> None:
    record_event_facts(eventful.store)
    names = export_open(eventful.store, tmp_path / "open", eventful.clock.now)
    assert {"sources", "departments"} <= set(names)
    assert {"devices", "keys", "destinations"}.isdisjoint(names)
    sources = pd.read_parquet(tmp_path / "open" / "sources.parquet")
    assert "destination_id" not in sources
    for path in (tmp_path / "open").iterdir():
        assert b"desk" not in path.read_bytes()
