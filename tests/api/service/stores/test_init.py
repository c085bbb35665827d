"""Stores that are made: empty, with a sample town, or from an export."""

from pathlib import Path

import pytest

from api.service.stores.connection import opened
from api.service.stores.export import export_store
from api.service.stores.init import STAGES, init_empty, init_export, init_sample
from gis.errors import StoreError
from layers.stores.facts import FACTS
from support.makers.square_town import SquareTown


def test_empty_store_has_nothing_and_is_made_once(tmp_path: Path) -> None:
    url = str(tmp_path / "town.gpkg")
    init_empty(url)
    with opened(url) as store:
        assert store.last_link() is None
        store_id = store.store_id
    with pytest.raises(StoreError, match="is there already"):
        init_empty(url)
    with opened(url) as store:
        assert store.store_id == store_id


def test_sample_has_a_version_every_fact_and_a_month(sample_store_url: str) -> None:
    with opened(sample_store_url) as store:
        assert [version.version for version in store.history().versions] == [1]
        empty = {layer for layer in FACTS if not len(store.facts(layer))}
        assert empty == {"neighbours", "keys"}
        assert len(store.events()) == 21_000


def test_x_town_has_three_systems_every_fact_and_a_month(tmp_path: Path) -> None:
    url, stages = str(tmp_path / "town.gpkg"), []
    init_sample(url, "Asia/Shanghai", 1.0, stages.append, "x_town")
    assert stages == list(STAGES)
    with opened(url) as store:
        assert store.systems() == ("main", "party_building", "public_order")
        empty = {layer for layer in FACTS if not len(store.facts(layer))}
        assert empty == {"neighbours", "keys"}
        assert len(store.events()) == 1_200
        assert set(store.facts("enterprises")["source"]) == {"x_town"}


def test_sample_is_not_made_over_a_store(tmp_path: Path) -> None:
    url, stages = str(tmp_path / "town.gpkg"), []
    init_empty(url)
    with pytest.raises(StoreError, match="is there already"):
        init_sample(url, "Asia/Shanghai", 1.0, stages.append)
    assert stages == []
    assert len(set(STAGES)) == 4


def test_store_made_from_an_export_has_its_id_and_head(
    eventful: SquareTown, tmp_path: Path
) -> None:
    export_store(eventful.store, tmp_path / "copy")
    url = str(tmp_path / "again.gpkg")
    init_export(url, str(tmp_path / "copy"))
    with opened(url) as store:
        assert store.store_id == eventful.store.store_id
        assert store.last_link() == eventful.store.last_link()


def test_export_that_was_changed_leaves_no_store(
    squares: SquareTown, tmp_path: Path
) -> None:
    export_store(squares.store, tmp_path / "copy")
    log = tmp_path / "copy" / "log.ndjson"
    log.write_bytes(log.read_bytes().replace(b"L001", b"L666"))
    url = tmp_path / "again.gpkg"
    with pytest.raises(StoreError, match="the export was changed"):
        init_export(str(url), str(tmp_path / "copy"))
    assert not url.exists()
