"""`pagoda init` and `pagoda export`: stores are made whole, and copied whole."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from api.service.facts.dictionary import data_dictionary
from api.service.stores.export import export_store
from gis.models import Instant
from layers.stores.memory import MemoryStore
from support.makers.three_grids import head, read

BEFORE = Path(__file__).parents[2] / "fixtures" / "stores_before_migrations"


def test_init_makes_an_empty_store_where_none_is(
    pagoda: Callable, tmp_path: Path
) -> None:
    url = tmp_path / "town.gpkg"
    assert pagoda("init", url).code == 0
    assert pagoda("versions", "--store", url).out.startswith("Nothing is published yet")
    again = pagoda("init", url)
    assert again.code == 2
    assert "is there already" in again.err


EXPORTS = {
    "GeoPackage": ("copy.gpkg",),
    "GeoParquet": ("copy",),
    "GeoJSON": ("copy", "--format", "geojson"),
}


@pytest.mark.parametrize("form", EXPORTS)
def test_export_is_restored_with_equal_digests_and_heads(
    full: Callable, form: str
) -> None:
    out, *more = EXPORTS[form]
    assert full("export", "--out", out, *more).code == 0
    assert full("init", "again.gpkg", "--from", out).code == 0
    assert head("again.gpkg") == head()
    first, again = read(), read("again.gpkg")
    assert again.history() == first.history()
    assert again.store_id == first.store_id
    assert again.events().equals(first.events())
    first.close()
    again.close()


def test_export_to_an_address_is_refused_without_its_password(
    on: Callable, files: Path
) -> None:
    answer = on("export", "--out", "postgresql://town:s3cret@db/pagoda")
    assert answer.code == 2
    assert "is written to files, found an address" in answer.err
    assert "s3cret" not in answer.err
    assert not list(files.glob("postgresql*"))


@pytest.mark.parametrize("form", ["geoparquet", "geojson"])
def test_export_to_a_folder_with_a_colon_is_written(
    on: Callable, files: Path, form: str
) -> None:
    answer = on("export", "--out", "town:2026", "--format", form)
    assert answer.code == 0, answer.err
    assert list((files / "town:2026").iterdir())


def test_export_onto_something_is_refused(on: Callable, files: Path) -> None:
    (files / "there").mkdir()
    for out in ("there", "pagoda.gpkg"):
        answer = on("export", "--out", out)
        assert answer.code == 2
        assert "is there already" in answer.err


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("log.ndjson", "L003", "L004"),
        ("log.ndjson", "G2-L", "G9-L"),
        ("grids.geojson", "120.2", "120.3"),
        ("grids.geojson", "G3", "G4"),
        ("log.ndjson", '"posts"', '"posts'),
        ("store.json", "pagoda-export/1", "pagoda-export/9"),
    ],
)
def test_changed_export_is_refused_and_no_store_is_left(
    full: Callable, files: Path, name: str, old: str, new: str
) -> None:
    full("export", "--out", "copy", "--format", "geojson")
    path = files / "copy" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    answer = full("init", "again.gpkg", "--from", "copy")
    assert answer.code == 2, answer.out
    assert answer.err.count("\n") == 1
    assert not list(files.glob("again.gpkg*"))


def test_export_with_an_id_that_would_be_a_path_of_areas_is_refused_by_its_row(
    full: Callable, files: Path
) -> None:
    full("export", "--out", "copy", "--format", "geojson")
    path = files / "copy" / "grids.geojson"
    text = path.read_text(encoding="utf-8").replace('"G1"', '"C1/G1"')
    path.write_text(text, encoding="utf-8")
    answer = full("init", "again.gpkg", "--from", "copy")
    assert answer.code == 2, answer.out
    assert "row 1, field 'grid_id': 'C1/G1' has '/'" in answer.err
    assert not list(files.glob("again.gpkg*"))


def test_whole_export_says_that_it_is_whole(full: Callable) -> None:
    assert "it is whole, closed fields too" in full("export", "--out", "copy").out


OPEN_NAMES = {
    "circles.geojson",
    "communities.geojson",
    "departments.csv",
    "duties.csv",
    "enterprises.csv",
    "grids.geojson",
    "neighbours.geojson",
    "posts.csv",
    "rules.csv",
    "sources.csv",
    "stations.csv",
    "versions.csv",
}


def test_open_export_has_open_layers_without_log_events_or_inspections(
    full: Callable, files: Path
) -> None:
    answer = full("export", "--out", "shared", "--format", "geojson", "--open")
    assert answer.code == 0, answer.err
    assert {path.name for path in (files / "shared").iterdir()} == OPEN_NAMES
    assert "open fields only, of grids, circles," in answer.out
    assert "whole" not in answer.out


def test_open_export_has_open_fields_only(full: Callable, files: Path) -> None:
    sharing = {(e.layer, e.name): e.sharing for e in data_dictionary()}
    added = {"lineage", "withdrawn_at", "withdrawn_because"}
    full("export", "--out", "shared", "--format", "geojson", "--open")
    for path in (files / "shared").glob("*.csv"):
        columns = path.read_text(encoding="utf-8").splitlines()[0].split(",")
        for name in set(columns) - added:
            assert sharing[path.stem, name] == "open", (path.stem, name)
    collection = json.loads((files / "shared" / "grids.geojson").read_bytes())
    for feature in collection["features"]:
        assert {sharing["grids", name] for name in feature["properties"]} == {"open"}
        assert feature["geometry"]
    everything = b"".join(p.read_bytes() for p in (files / "shared").iterdir())
    for inside in (b"L001", b"R001", b"planner", b"chief", b"register"):
        assert inside not in everything


def test_open_export_of_parquet_has_the_same_layers(
    full: Callable, files: Path
) -> None:
    assert full("export", "--out", "shared", "--open").code == 0
    names = {path.stem for path in (files / "shared").glob("*.parquet")}
    assert names == {Path(name).stem for name in OPEN_NAMES}


def test_open_export_as_a_geopackage_is_refused(full: Callable, files: Path) -> None:
    answer = full("export", "--out", "shared.gpkg", "--open")
    assert answer.code == 2
    assert "expected a new folder" in answer.err
    assert not list(files.glob("*shared*"))


def test_no_store_is_made_of_an_open_export(full: Callable, files: Path) -> None:
    full("export", "--out", "shared", "--open")
    answer = full("init", "again.gpkg", "--from", "shared")
    assert answer.code == 2
    assert "without --open" in answer.err
    assert not list(files.glob("again.gpkg*"))


def test_store_of_another_kind_is_exported_as_a_geopackage_too(
    full: Callable, files: Path
) -> None:
    memory = MemoryStore(now=lambda: Instant(0))
    export_store(memory, files / "empty.gpkg")
    assert not list(files.glob("empty.gpkg-*"))
    again = read("empty.gpkg")
    assert again.store_id == memory.store_id
    again.close()


def test_backup_is_read_back_and_restored(full: Callable, files: Path) -> None:
    for _ in range(2):
        answer = full("backup", "backups", "--keep", "1")
        assert answer.code == 0, answer.err
    assert answer.out.splitlines()[-1] == (
        "The folder has 1 backup of this store, 1 older went."
    )
    [copy] = (files / "backups").iterdir()
    assert f"Wrote backups/{copy.name} and read it back" in answer.out
    assert full("init", "again.gpkg", "--from", copy).code == 0
    assert head("again.gpkg") == head()
    assert full("audit", "verify", "--store", "again.gpkg").code == 0


def test_store_of_an_earlier_release_is_refused_tried_and_migrated(
    pagoda: Callable, tmp_path: Path
) -> None:
    url = shutil.copy(BEFORE / "store.gpkg", tmp_path / "town.gpkg")
    answer = pagoda("versions", "--store", url)
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert "has form 1 of an earlier release" in answer.err
    trial = pagoda("migrate", "--dry-run", "--store", url)
    assert "from form 1 to form 13: 002_walls.sql, 003_posts.sql" in trial.out
    assert "nothing was changed" in trial.out
    assert pagoda("versions", "--store", url).code == 2
    assert pagoda("migrate", "--store", url).out.startswith(f"Brought store {url} from")
    assert "nothing to do" in pagoda("migrate", "--store", url).out
    assert pagoda("versions", "--store", url).code == 0
    assert pagoda("audit", "verify", "--store", url).code == 0
