"""Which tiles there are of a store, where they lie, and when they are drawn."""

import dataclasses
import datetime as dt
import threading
import time

import pytest

from api.service.facts.classes import ClassOrder, entry_of, set_class
from api.service.ogc import tilesets as module
from api.service.ogc.tilesets import Ground, Tilesets
from conftest import PATIENCE_S
from gis.access import Caller, Role
from gis.errors import InvalidLayerError
from layers.registry import Registries
from layers.schema.sharing import OPEN
from layers.stores import open_store
from layers.tiles import ZOOMS
from support.makers.store_history import Clock
from support.makers.tiled_town import FOUNDED, SIDE, draw, grids, instant, publish

LATER = FOUNDED + dt.timedelta(days=9)


@pytest.fixture
def clock():
    return Clock(instant(FOUNDED) + 1)


@pytest.fixture
def store(clock):
    store = open_store("memory:", now=clock)
    publish(store)
    yield store
    store.close()


class Drawings:
    """Draws in this process, once it may; keeps what."""

    def __init__(self):
        self.names = []
        self.error = None
        self.may_end = threading.Event()
        self.may_end.set()

    def run(self, what, limit, function, polygons, layers):
        self.may_end.wait(PATIENCE_S)
        if self.error is not None:
            raise self.error
        self.names.append({layer.name for layer in layers.values()})
        function(polygons, layers)


@pytest.fixture
def drawings(monkeypatch):
    drawings = Drawings()
    monkeypatch.setattr(module, "run_bounded", drawings.run)
    return drawings


def wait_until(condition):
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def edition_of(store, folder, name="grids"):
    edition = Tilesets(store, Registries(store), folder).edition(name)
    assert edition is not None
    return edition


def test_a_version_has_tiles_of_its_areas_and_a_system_of_its_grids(store, tmp_path):
    publish(store, prefix="B", system="beats")
    tilesets = Tilesets(store, Registries(store), tmp_path)
    names = ("grids", "circles", "communities", "grids-beats")
    editions = [tilesets.edition(name) for name in names]
    assert [edition.collection_id for edition in editions] == [*names]
    assert len({edition.name for edition in editions}) == 4
    assert len({tilesets.path(edition) for edition in editions}) == 4
    assert tilesets.edition("circles-beats") is None
    assert tilesets.edition("risk_grids") is None


def test_an_edition_is_named_by_digest_layer_fields_and_method(
    store, tmp_path, monkeypatch
):
    edition = edition_of(store, tmp_path)
    assert edition.name.startswith(edition.version.digest)
    opened = OPEN.under(frozenset({("grids", "residents", "open")}))
    more = dataclasses.replace(edition, classes=opened)
    assert [f.name for f in more.fields if f not in edition.fields] == ["residents"]
    names = {edition.name, more.name}
    names.add(edition_of(store, tmp_path, "circles").name)
    monkeypatch.setattr(module, "METHOD", 2)
    names.add(edition.name)
    assert len(names) == 4


def test_tiles_have_a_field_from_the_moment_it_is_open(store, tmp_path):
    registries = Registries(store)
    tilesets = Tilesets(store, registries, tmp_path)
    before = tilesets.edition("grids")
    entry = entry_of(registries, "grids", "residents")
    caller = Caller("K1", Role.STEWARD)
    set_class(store, registries, caller, ClassOrder(entry, "open", "a test"))
    draw(store, tilesets)
    after = tilesets.edition("grids")
    assert after.name != before.name
    assert {f.name for f in after.fields} - {f.name for f in before.fields} == {
        "residents"
    }
    assert tilesets.archive(after) is not None


def test_what_comes_into_force_is_current_then(store, clock, tmp_path):
    publish(store, LATER, prefix="N")
    tilesets = Tilesets(store, Registries(store), tmp_path)
    before = tilesets.edition("grids")
    clock.now = instant(LATER)
    after = tilesets.edition("grids")
    assert (before.version.version, after.version.version) == (1, 2)
    assert tilesets.last_edition("grids") == after


def test_nothing_is_current_before_the_first_version(clock, tmp_path):
    clock.now = instant(FOUNDED) - 1
    store = open_store("memory:", now=clock)
    publish(store)
    assert Tilesets(store, Registries(store), tmp_path).edition("grids") is None
    store.close()


def test_the_ground_of_a_version_is_that_of_its_grids():
    ground = Ground.of(grids().geometry)
    expected = (120.0, 30.0, 120 + 2 * SIDE, 30 + 2 * SIDE)
    assert ground.bounds == pytest.approx(expected, abs=1e-9)
    assert [*ground.limits] == [*ZOOMS]
    limits = ground.limits[14]
    # 0.1 degrees are 4.6 tiles across, from the middle of one
    assert limits.last_column - limits.first_column in (4, 5)
    assert limits.has(limits.first_row, limits.last_column)


def test_missing_tiles_are_drawn_once_however_often_they_are_asked_for(
    store, tmp_path, drawings
):
    tilesets = Tilesets(store, Registries(store), tmp_path)
    edition = tilesets.edition("grids")
    drawings.may_end.clear()
    assert [tilesets.archive(edition) for _ in range(9)] == [None] * 9
    drawings.may_end.set()
    wait_until(lambda: tilesets.archive(edition) is not None)
    assert drawings.names == [{"grids", "circles", "communities"}]
    assert not tilesets.has_failed(edition)
    assert tilesets.archive(edition) is tilesets.archive(edition)


def test_another_process_reads_what_one_has_drawn(store, tmp_path, drawings):
    tilesets = Tilesets(store, Registries(store), tmp_path)
    draw(store, Tilesets(store, Registries(store), tmp_path))
    assert tilesets.archive(tilesets.edition("circles")) is not None
    assert drawings.names == []


def test_a_file_that_is_damaged_is_drawn_again(store, tmp_path, drawings):
    tilesets = Tilesets(store, Registries(store), tmp_path)
    draw(store, Tilesets(store, Registries(store), tmp_path))
    edition = tilesets.edition("grids")
    tilesets.path(edition).write_bytes(b"half of it")
    assert tilesets.archive(edition) is None
    wait_until(lambda: tilesets.archive(edition) is not None)
    assert drawings.names == [{"grids"}]


def test_what_was_there_is_not_drawn_before_it_is_asked_for(store, tmp_path, drawings):
    tilesets = Tilesets(store, Registries(store), tmp_path)
    tilesets.refresh()
    publish(store, LATER, prefix="N")
    tilesets.refresh()
    wait_until(lambda: drawings.names)
    assert drawings.names == [{"grids", "circles", "communities"}]
    [version] = [v for v in store.history().standing() if v.version == 2]
    names = {path.name.split("-")[1] for path in tmp_path.glob("*.mbtiles")}
    wait_until(lambda: names <= {version.digest})


def test_a_drawing_that_fails_is_tried_again_later(
    store, tmp_path, drawings, monkeypatch, caplog
):
    drawings.error = InvalidLayerError("No memory for it; take a larger machine.")
    tilesets = Tilesets(store, Registries(store), tmp_path)
    edition = tilesets.edition("grids")
    assert tilesets.archive(edition) is None
    wait_until(lambda: tilesets.has_failed(edition))
    assert "take a larger machine" in caplog.text
    drawings.error = None
    # not at once
    assert tilesets.archive(edition) is None
    time.sleep(0.05)
    assert drawings.names == []
    monkeypatch.setattr(module, "PAUSE_S", 0.0)
    tilesets = Tilesets(store, Registries(store), tmp_path)
    drawings.error = ValueError("anything at all")
    assert tilesets.archive(edition) is None
    wait_until(lambda: tilesets.has_failed(edition))
    drawings.error = None
    wait_until(lambda: tilesets.archive(edition) is not None)
    wait_until(lambda: not tilesets.has_failed(edition))


def test_a_child_draws_within_its_limits(store, tmp_path):
    tilesets = Tilesets(store, Registries(store), tmp_path)
    edition = tilesets.edition("circles")
    wait_until(lambda: tilesets.archive(edition) or tilesets.has_failed(edition))
    assert not tilesets.has_failed(edition)
