"""Whose a position is in every grid system of a store."""

from datetime import UTC, datetime

import pytest
import shapely

from api.service.assignment.answer import AnswerDesk, Question
from api.service.assignment.systems import SystemDesk
from api.service.stores.sample import FOUNDED, SAMPLE_NOW, publish_merged
from gis.errors import SettingError
from gis.models import Instant, Position
from gis.synthetic import MergedTown, make_x_town
from layers.snapshots import PLAIN, Snapshots
from layers.stores import Store
from layers.stores.memory import MemoryStore
from layers.stores.protocol import Draft, Publication
from layers.stores.version_digest import draft_digest

NAMES = ("public_order", "main", "party_building")
ZONE = "Asia/Shanghai"


def at(instant: int) -> datetime:
    return datetime.fromtimestamp(instant / 1000, UTC)


@pytest.fixture(scope="module")
def merged() -> MergedTown:
    return make_x_town()


def desk_of(store: Store) -> SystemDesk:
    snapshots = Snapshots(store, now=store.now)
    return SystemDesk(store, AnswerDesk(snapshots, 1.0, ZONE, store.now), PLAIN)


@pytest.fixture
def store(merged: MergedTown) -> MemoryStore:
    store = MemoryStore(now=lambda: SAMPLE_NOW)
    publish_merged(store, merged)
    return store


def owners_of(store, merged, point):
    """Ids by brute force: of those that intersect the lowest."""
    layers = {"main": merged.town.grids, **merged.former}
    return [
        min(layers[name].loc[layers[name].intersects(point), "grid_id"])
        for name in NAMES
    ]


def test_owners_of_all_systems_are_those_that_hold_the_position(
    store: MemoryStore, merged: MergedTown
) -> None:
    desk = desk_of(store)
    corners = shapely.points(
        shapely.get_coordinates(merged.town.grids.geometry.iloc[9])
    )
    middles = shapely.point_on_surface(merged.former["public_order"].geometry)
    for point in [*middles, *corners[:5]]:
        question = Question(Position(point.x, point.y, "cgcs2000"))
        owners = desk.owners(NAMES, question)
        assert tuple(owner.system for owner in owners) == NAMES
        assert {owner.version for owner in owners} == {1}
        ids = [owner.assignment.grid_id for owner in owners]
        assert ids == owners_of(store, merged, point)
        assert ids[1] == desk.desk.reply(question).assignment.grid_id


def test_unknown_system_is_refused_and_a_doubled_one_answered_once(
    store: MemoryStore,
) -> None:
    desk, question = desk_of(store), Question(Position(120.3, 30.12, "cgcs2000"))
    with pytest.raises(SettingError, match="no grid system 'beats'"):
        desk.owners(["main", "beats"], question)
    assert len(desk.owners(["main", "main"], question)) == 1


def test_position_outside_and_none_at_all_have_no_owner(store: MemoryStore) -> None:
    desk = desk_of(store)
    [owner] = desk.owners(["public_order"], Question(Position(121.0, 30.0, "wgs84")))
    assert (owner.assignment.status, owner.assignment.grid_id) == ("outside", None)
    [owner] = desk.owners(["public_order"], Question(None))
    assert (owner.assignment.status, owner.assignment.reason) == (
        "unlocated",
        "missing",
    )


def publish(store, grids, valid_from, base, system="public_order"):
    draft = Draft(Instant(valid_from), draft_digest(grids), grids)
    store.publish(Publication((draft,), "planner", "chief", base, system=system))


def test_new_version_of_a_system_answers_at_once(
    store: MemoryStore, merged: MergedTown
) -> None:
    desk = desk_of(store)
    grids = merged.former["public_order"]
    point = grids.geometry.iloc[0].representative_point()
    question = Question(Position(point.x, point.y, "cgcs2000"))
    [before] = desk.owners(["public_order"], question)
    renamed = grids.assign(grid_id="N" + grids["grid_id"])
    publish(store, renamed, SAMPLE_NOW, 1)
    [after] = desk.owners(["public_order"], question)
    assert (after.version, after.assignment.grid_id) == (
        2,
        f"N{before.assignment.grid_id}",
    )
    past = Question(question.position, at(SAMPLE_NOW - 1))
    [then] = desk.owners(["public_order"], past)
    assert then == before


def test_time_before_any_version_is_a_reason(store: MemoryStore) -> None:
    question = Question(Position(120.3, 30.12, "cgcs2000"), at(FOUNDED - 1))
    for owner in desk_of(store).owners(NAMES, question):
        assert (owner.version, owner.assignment.reason) == (None, "no_version")


def test_system_that_lies_ahead_answers_from_then_on(
    store: MemoryStore, merged: MergedTown
) -> None:
    grids = merged.former["party_building"]
    publish(store, grids, SAMPLE_NOW + 1000, None, "spare")
    desk, point = desk_of(store), grids.geometry.iloc[3].representative_point()
    position = Position(point.x, point.y, "cgcs2000")
    [now] = desk.owners(["spare"], Question(position))
    assert (now.version, now.assignment.reason) == (None, "no_version")
    [before] = desk.owners(["spare"], Question(position, at(SAMPLE_NOW + 999)))
    assert before.version is None
    [then] = desk.owners(["spare"], Question(position, at(SAMPLE_NOW + 1000)))
    assert (then.version, then.assignment.grid_id) == (1, "PB-04")
