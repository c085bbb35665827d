"""A store built again: every link comes out the same, or it is refused."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from api.service.stores.connection import opened
from api.service.stores.export import export_store, opened_export
from api.service.stores.restore import LinkClock, restore
from gis.access import EVERYWHERE, Scope
from gis.errors import StoreError, TreeError
from gis.events import Changes
from gis.models import Instant
from layers.stores import Store, create_store, open_store
from layers.stores.log import Batch
from layers.stores.loops import Entry, LoopQuery, TaskQuery
from layers.stores.outbox import Delivery, DeliveryState
from layers.stores.protocol import MAIN_SYSTEM, Draft, Publication, VersionLayers
from layers.stores.version_digest import draft_digest
from support.makers.loop_entries import action_of, intake_of
from support.makers.square_town import CRS, SquareTown, circles, local, post
from support.makers.square_town import squares as squares_of
from support.makers.store_history import Clock, day, new_event, play


@dataclass(frozen=True)
class ChangedOrigin:
    """A store in whose log one text was replaced."""

    store: Store
    old: bytes
    new: bytes

    @property
    def store_id(self) -> str:
        return self.store.store_id

    @property
    def crs(self) -> str:
        return self.store.crs

    def log(self, after: int = 0) -> Iterator[Batch]:
        for link, rows in self.store.log(after):
            yield link, [row.replace(self.old, self.new) for row in rows]

    def version_layers(self, version: int, system: str = MAIN_SYSTEM) -> VersionLayers:
        return self.store.version_layers(version, system)

    def deliveries(
        self, state: DeliveryState | None, *, after: int = 0, limit: int = 100
    ) -> tuple[Delivery, ...]:
        return self.store.deliveries(state, after=after, limit=limit)


def test_store_in_memory_comes_out_with_the_same_end(eventful: SquareTown) -> None:
    assert restore("memory:", eventful.store) == eventful.store.last_link()


def test_corrections_and_withdrawals_come_out_the_same() -> None:
    clock = Clock(0)
    store = open_store("memory:", now=clock)
    play(store, clock)
    store.append_events([new_event("E1"), new_event("E2", position=None)])
    layers = {link.layer for link, _ in store.log()}
    assert layers == {"versions", "withdrawals", "events"}
    assert restore("memory:", store) == store.last_link()


def test_versions_with_an_outline_of_their_own_come_out_the_same(
    squares: SquareTown, tmp_path: Path
) -> None:
    """The outline is not stored: what was published is what was to be filled."""
    store = squares.store
    hole = shapely.box(120.012, 30.004, 120.014, 30.006)
    for base, columns in (
        (1, {"G1": (0, 1), "G2": (1, 2), "G3": (2, 3)}),
        (2, {"G1": (0, 2), "G3": (2, 5)}),
    ):
        grids = squares_of(columns)
        grids = grids.assign(geometry=grids.geometry.difference(hole))
        draft = Draft(
            local(f"2026-1{base}-01"),
            draft_digest(grids, circles()),
            grids,
            circles(),
            outline=shapely.union_all(grids.geometry.to_numpy()),
        )
        store.publish(Publication((draft,), "planner", "chief", base))
    assert restore("memory:", store) == store.last_link()
    export_store(store, tmp_path / "copy", "geojson")
    with opened_export(str(tmp_path / "copy")) as origin:
        assert restore("memory:", origin) == store.last_link()


def test_circles_that_a_former_release_dissolved_wrongly_keep_their_head(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Corners on a neighbour's edge: shapely joins them to a broken polygon."""
    rows = {1: 1, 2: 2, 3: 1}
    boxes = {
        f"G{row}{n}": shapely.box(120 + n / count, row, 120 + (n + 1) / count, row + 1)
        for row, count in rows.items()
        for n in range(count)
    }
    grids = gpd.GeoDataFrame(
        {"grid_id": list(boxes), "parent_id": "W", "community_id": "K1"},
        geometry=list(boxes.values()),
        crs=CRS,
    )
    tree = circles().query("circle_id != 'E'")
    draft = Draft(local("2026-09-01"), draft_digest(grids, tree), grids, tree)
    store = open_store("memory:")
    with monkeypatch.context() as before:
        joined = shapely.coverage_union_all
        before.setattr("layers.stores.versions.dissolve", joined)
        before.setattr("gis.pagoda.dissolve", joined)
        store.publish(Publication((draft,), "planner", "chief"))
    assert not store.circles(valid_at=local("2026-09-02")).geometry.is_valid.any()
    assert restore("memory:", store) == store.last_link()
    export_store(store, tmp_path / "copy", "geojson")
    with opened_export(str(tmp_path / "copy")) as origin:
        assert restore("memory:", origin) == store.last_link()


def test_what_a_former_release_let_stand_keeps_its_head(
    monkeypatch: pytest.MonkeyPatch, squares: SquareTown, tmp_path: Path
) -> None:
    """Grids with the ids of circles, and two leaders of one area."""
    store = squares.store
    second = pd.DataFrame([post("G1-N", "G1", "grid_leader", "L009")])
    second["valid_from"] = "2026-09-01T00:00:00+08:00"
    store.record("posts", second, is_restored=True)
    grids = squares_of({"G1": (0, 1), "W": (1, 2), "G3": (2, 3), "C": (3, 4)})
    digest = draft_digest(grids, circles())
    draft = Draft(local("2026-10-01"), digest, grids, circles())
    with monkeypatch.context() as before:
        before.setattr("gis.pagoda._refuse_shared_ids", lambda ids: None)
        store.publish(Publication((draft,), "planner", "chief", 1))
    assert restore("memory:", store) == store.last_link()
    export_store(store, tmp_path / "copy", "geojson")
    with opened_export(str(tmp_path / "copy")) as origin:
        assert restore("memory:", origin) == store.last_link()


def test_store_with_shared_ids_answers_and_publishes_none_again(
    monkeypatch: pytest.MonkeyPatch, squares: SquareTown
) -> None:
    shared = {"G1": (0, 1), "W": (1, 2), "G3": (2, 4)}
    with pytest.raises(TreeError, match=r"1 id is of a grid and of a circle.*\['W'\]"):
        squares.publish(shared, "2026-10-01")
    with monkeypatch.context() as before:
        before.setattr("gis.pagoda._refuse_shared_ids", lambda ids: None)
        squares.publish(shared, "2026-10-01")
    snapshot = squares.snapshot(local("2026-10-02"))
    assert snapshot.assigner.assign(120.015, 30.005).grid_id == "W"
    squares.publish({"G1": (0, 1), "G8": (1, 2), "G3": (2, 4)}, "2026-10-03")


def test_empty_store_comes_out_empty() -> None:
    assert restore("memory:", open_store("memory:")) is None


def test_facts_and_events_are_those_of_the_origin(
    eventful: SquareTown, tmp_path: Path
) -> None:
    url = str(tmp_path / "again.gpkg")
    restore(url, eventful.store)
    with opened(url) as replica:
        for layer in ("posts", "duties", "enterprises", "inspections", "rules"):
            ours, theirs = eventful.store.facts(layer), replica.facts(layer)
            assert ours.equals(theirs), layer
        ours, theirs = eventful.store.events(), replica.events()
        assert ours["event_id"].tolist() == theirs["event_id"].tolist()
        assert ours["acting"].tolist() == theirs["acting"].tolist()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (b"L001", b"L666", "Link 2 of layer 'posts' has the head"),
        (b'"G1-L"', b'"G1-L', "Link 2 of layer 'posts' cannot be read back"),
    ],
    ids=["another holder", "no JSON"],
)
def test_row_that_was_changed_is_found_in_its_link(
    squares: SquareTown, old: bytes, new: bytes, sentence: str
) -> None:
    with pytest.raises(StoreError, match=sentence):
        restore("memory:", ChangedOrigin(squares.store, old, new))


def test_clock_of_a_link_shows_its_instant() -> None:
    clock = LinkClock(Instant(5))
    assert clock() == 5
    clock.instant = Instant(7)
    assert clock() == 7


def make_acted(url: str, clock: Clock) -> Store:
    """Return a store with a history, events in the loop, audit and deliveries."""
    store = create_store(url, now=clock)
    history, _ = store.append_events([new_event("H1"), new_event("H2")])
    clock.now += 5
    first = intake_of("1", destinations=("police", "desk"), answer=bytes(range(256)))
    event_id = first.actions[0].event_id
    task = {"task_id": f"{event_id}/1", "due_at": 5, "department_id": "police"}
    step = action_of(event_id, "accept", changes=Changes({"state": "b"}, (task,)))
    audit = action_of(None, "write_fact", key_id="K", request_key="r")
    begun = action_of(history.event_id, "report", destinations=("desk",))
    calls = [
        [intake_of("0"), first, Entry(new_event("H3")), Entry(None, (step,))],
        [Entry(None, (audit,)), Entry(None, (begun,))],
    ]
    for call in calls:
        clock.now += 5
        store.append(call).result()
    delivered = store.delivery(1)
    assert delivered is not None
    delivered = replace(delivered, state="delivered", attempts=1, at=9, next_at=None)
    store.record_delivery(delivered)
    return store


def state_of(store: Store) -> list[object]:
    """Return all that follows from actions, and how far deliveries are."""
    scope = Scope(EVERYWHERE)
    return [
        store.last_link(),
        store.loops(LoopQuery(), scope),
        store.tasks(TaskQuery(), scope),
        [entry for entry, _ in store.changes(0, 99, scope)],
        store.audit(0, 99),
        store.deliveries(None),
    ]


@pytest.mark.parametrize("way", ["store", "folder", "geopackage"])
@pytest.mark.parametrize("kind", ["memory", "geopackage", "postgis"])
def test_actions_and_deliveries_come_out_the_same(
    kind: str, way: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    urls = {"memory": "memory:", "geopackage": str(tmp_path / "town.gpkg")}
    if kind == "postgis":
        urls[kind] = request.getfixturevalue("postgis").fresh_url()
    with closing(make_acted(urls[kind], Clock(day(1)))) as store:
        expected = state_of(store)
        assert all(expected)
        source = {"folder": tmp_path / "out", "geopackage": tmp_path / "out.gpkg"}
        replica = str(tmp_path / "replica.gpkg")
        if way == "store":
            restore(replica, store)
        else:
            export_store(store, source[way])
            with opened_export(str(source[way])) as origin:
                restore(replica, origin)
    with opened(replica) as again:
        assert state_of(again) == expected
        assert again.rebuild_loops() == 0


def test_database_restored_from_a_geopackage_has_what_was_done(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgis").fresh_url()
    with closing(make_acted(str(tmp_path / "town.gpkg"), Clock(day(1)))) as store:
        restore(url, store)
        with opened(url) as again:
            assert state_of(again) == state_of(store)
            assert again.strays() == ()
