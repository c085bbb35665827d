"""Places are read once, and again where something changed that they are made from."""

import threading

import pytest

from api.service.brief import place_desk
from gis.errors import NotReadyError, StoreUnavailableError
from gis.models import Instant
from layers.gazetteer import PlaceRegister
from support.makers.named_town import NamedTown
from support.makers.square_town import NOW, places, post

NEW = ("N9", "market", "actual", "新店", None, 120.005, 30.005)


def names(register: PlaceRegister) -> set[str | None]:
    return {*register.texts["name"]}


def test_what_changes_nothing_leaves_the_same_places(named: NamedTown) -> None:
    first = named.places.current
    named.town.record("posts", post("G4-L", "G4", "grid_leader", "L004"))
    assert named.places.current is first


def test_a_new_place_is_there_at_once(named: NamedTown) -> None:
    assert "新店" not in names(named.places.current)
    named.record(NEW)
    assert "新店" in names(named.places.current)


def test_a_place_comes_and_goes_by_the_clock(named: NamedTown) -> None:
    since, until = "2026-10-01T00:00:00+08:00", "2026-10-02T00:00:00+08:00"
    named.record(NEW, valid_from=since, valid_to=until)
    there = []
    for hours in (0, 5, 40):
        named.town.clock.now = Instant(NOW + hours * 3_600_000)
        there.append("新店" in names(named.places.current))
    assert there == [False, True, False]


def test_places_stand_in_the_grids_in_force(named: NamedTown) -> None:
    before = named.places.current
    named.town.publish({"G1": (0, 1), "G2": (1, 2), "G4": (2, 4)}, "2026-09-30")
    named.snapshots.refresh()
    after = named.places.current
    assert (before.version, after.version) == (1, 2)
    assert after.index is before.index
    assert {after.entry(row).grid_id for row in range(len(after))} == {
        "G1",
        "G2",
        "G4",
        None,
    }


def test_of_many_rows_the_last_are_there_while_new_ones_are_read(
    named: NamedTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place_desk, "MOST_WAITED", 2)
    first, go_on, read = named.places.current, threading.Event(), place_desk.read_places

    def slow(*arguments: object) -> PlaceRegister:
        assert go_on.wait(10)
        return read(*arguments)

    monkeypatch.setattr(place_desk, "read_places", slow)
    named.record(NEW)
    assert named.places.current is first
    assert named.places.current is first
    go_on.set()
    _await(lambda: "新店" in names(named.places.current))


def test_who_asks_while_places_are_read_first_does_not_wait_for_ever(
    named: NamedTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place_desk, "MOST_WAIT_S", 0.05)
    go_on, begun, read = threading.Event(), threading.Event(), place_desk.read_places

    def slow(*arguments: object) -> PlaceRegister:
        begun.set()
        assert go_on.wait(10)
        return read(*arguments)

    monkeypatch.setattr(place_desk, "read_places", slow)
    first = threading.Thread(target=lambda: named.places.current)
    first.start()
    assert begun.wait(10)
    with pytest.raises(NotReadyError, match="still being read"):
        named.places.current  # noqa: B018  it reads
    go_on.set()
    first.join(10)
    assert len(named.places.current) == 9


def test_places_that_cannot_be_read_leave_the_last_ones(
    named: NamedTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place_desk, "MOST_WAITED", 2)
    first, read, calls = named.places.current, place_desk.read_places, []

    def away_once(*arguments: object) -> PlaceRegister:
        calls.append(arguments)
        if len(calls) == 1:
            raise StoreUnavailableError("The store is away.")
        return read(*arguments)

    monkeypatch.setattr(place_desk, "read_places", away_once)
    named.record(NEW)
    assert named.places.current is first
    _await(lambda: "新店" in names(named.places.current))
    assert len(calls) >= 2


def test_places_of_the_square_town_are_all_there(named: NamedTown) -> None:
    assert {*places()["place_id"]} <= {*named.places.current.texts["place_id"]}


def _await(is_so) -> None:
    """Wait until something is so."""
    for _ in range(500):
        if is_so():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it never was so")
