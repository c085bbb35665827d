"""Open events follow the grids and posts in force, and their history says so."""

import pytest

from api.service.events.reassignment import Reassignment
from gis.events import Action, Changes
from layers.stores.loops import Entry
from support.makers.clocked_town import ClockedTown
from support.makers.square_town import post

MERGED = {"N": (0, 2), "G3": (2, 3), "G4": (3, 4)}
"""G1 and G2 became one."""
NEXT = "2026-10-01"


@pytest.fixture
def town() -> ClockedTown:
    return ClockedTown()


def assign_anew(town: ClockedTown) -> None:
    intake = town.intake
    work = Reassignment(town.store, intake.snapshots, intake.registries, intake.ids)
    while work.turn(town.store.now()):
        pass


def come_into_force(town: ClockedTown) -> None:
    town.squares.record("posts", post("N-L", "C", "station", "S001"))
    town.publish(MERGED, NEXT)
    town.pass_minutes(24 * 60)


def test_an_event_whose_grid_is_gone_gets_the_new_one_and_says_from_where(
    town: ClockedTown,
) -> None:
    event_id = town.report("1")
    come_into_force(town)
    assign_anew(town)
    loop = town.store.loop(event_id)
    assert (loop.grid_id, loop.area_path, loop.post_id) == ("N", "C/W/N/", "C-L")
    assert loop.version == 2
    [action] = town.actions(event_id, "reassign")
    assert action.request_key == f"version/2/{event_id}"
    assert action.request["from"]["grid_id"] == "G1"
    assert action.request["from"]["post_id"] == "G1-L"
    assert action.request["to"]["grid_id"] == "N"
    assert action.request["to"]["post_id"] == "C-L"


def test_its_tasks_go_along(town: ClockedTown) -> None:
    event_id = town.report("1")
    come_into_force(town)
    assign_anew(town)
    [action] = town.actions(event_id, "reassign")
    [task] = action.changes.tasks
    assert (task["area_path"], task["post_id"]) == ("C/W/N/", "C-L")


def test_an_event_whose_grid_stays_is_left_alone(town: ClockedTown) -> None:
    event_id = town.report("1", lon=120.025)
    come_into_force(town)
    assign_anew(town)
    assert town.actions(event_id, "reassign") == []


def test_a_pass_that_begins_again_assigns_nothing_twice(town: ClockedTown) -> None:
    event_id = town.report("1")
    come_into_force(town)
    for _ in range(3):
        assign_anew(town)
    assert len(town.actions(event_id, "reassign")) == 1


def test_an_event_of_a_sensitive_kind_is_not_left_out(town: ClockedTown) -> None:
    event_id = town.report("1", kind="dispute")
    come_into_force(town)
    assign_anew(town)
    assert len(town.actions(event_id, "reassign")) == 1


def test_what_a_person_transferred_stays_with_its_area(town: ClockedTown) -> None:
    event_id = town.report("1")
    changes = Changes({"grid_id": "G3", "area_path": "C/E/G3/", "post_id": "G3-L"})
    action = Action("T", event_id, "transfer", town.store.now(), changes=changes)
    town.store.append([Entry(actions=(action,))]).result()
    come_into_force(town)
    assign_anew(town)
    assert town.store.loop(event_id).post_id == "G3-L"
    assert town.actions(event_id, "reassign") == []


def test_an_event_of_a_post_that_is_gone_gets_another_in_the_same_version(
    town: ClockedTown,
) -> None:
    event_id = town.report("1")
    gone = post("G1-L", "G1", "grid_leader", "L001")
    town.squares.record("posts", gone | {"cancelled": True})
    town.intake.snapshots.refresh()
    assign_anew(town)
    assert town.store.loop(event_id).post_id == "C-L"
    [action] = town.actions(event_id, "reassign")
    assert action.request_key.startswith("revision/")


def test_an_event_outside_all_grids_comes_to_the_grid_that_is_new_there(
    town: ClockedTown,
) -> None:
    event_id = town.report("1", lon=120.045)
    assert town.store.loop(event_id).grid_id is None
    town.publish({"G1": (0, 1), "G2": (1, 2), "G3": (2, 3), "G4": (3, 5)}, NEXT)
    town.pass_minutes(24 * 60)
    assign_anew(town)
    assert town.store.loop(event_id).grid_id == "G4"
