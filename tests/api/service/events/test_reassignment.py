"""Open events follow the grids and posts in force, and their history says so."""

from pathlib import Path

import pytest

from api.service.events.reassignment import Reassignment
from gis.editing import Edit
from gis.events import Action, Changes, OpenEvents
from gis.models import Post, PostId
from gis.roster import PostsPlan
from layers.stores import create_store
from layers.stores.loops import Entry
from support.makers.change_files import publish_edit
from support.makers.clocked_town import ClockedTown
from support.makers.square_town import SquareTown, local, post

MERGED = {"N": (0, 2), "G3": (2, 3), "G4": (3, 4)}
"""G1 and G2 became one."""
NEXT = "2026-10-01"
LATER = "2026-10-02"
IN_G5 = 120.008
"""East of where G1 is split."""
ENDED = "本应保留原归属，因原岗位已终止而重新分派"
KEEP, MOVE = OpenEvents.KEEP, OpenEvents.MOVE


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


IN_G3 = {"grid_id": "G3", "area_path": "C/E/G3/", "post_id": "G3-L"}
IN_G2 = {"grid_id": "G2", "area_path": "C/W/G2/", "post_id": "G2-L"}


def put(town: ClockedTown, event_id: str, *steps: tuple[str, dict]) -> None:
    """Append what people did to an event."""
    actions = tuple(
        Action(f"P{n}", event_id, name, town.store.now(), changes=Changes(values))
        for n, (name, values) in enumerate(steps)
    )
    town.store.append([Entry(actions=actions)]).result()


@pytest.mark.parametrize(
    "steps",
    [
        [("override", IN_G3)],
        [("transfer", IN_G3), ("override", {"kind": "noise"})],
        [("override", IN_G3), ("correct", {"kind": "noise"})],
    ],
)
@pytest.mark.parametrize("lon", [120.005, 120.045])
def test_what_a_person_put_into_a_grid_stays_whatever_its_kind_and_position(
    town: ClockedTown, steps: list, lon: float
) -> None:
    event_id = town.report("1", lon=lon)
    put(town, event_id, *steps)
    come_into_force(town)
    assign_anew(town)
    assert town.store.loop(event_id).grid_id == "G3"
    assert town.actions(event_id, "reassign") == []


def test_what_a_person_put_into_a_grid_that_is_gone_goes_where_it_lies(
    town: ClockedTown,
) -> None:
    event_id = town.report("1", lon=120.025)
    put(town, event_id, ("override", IN_G2))
    come_into_force(town)
    assign_anew(town)
    assert town.store.loop(event_id).grid_id == "G3"


def test_what_got_another_position_after_it_was_put_goes_where_it_lies(
    town: ClockedTown,
) -> None:
    event_id = town.report("1")
    put(town, event_id, ("override", IN_G3), ("relocate", {**IN_G2, "lon": 120.015}))
    come_into_force(town)
    assign_anew(town)
    assert town.store.loop(event_id).grid_id == "N"


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


@pytest.fixture(params=["memory", "geopackage"])
def planned(request: pytest.FixtureRequest, tmp_path: Path) -> ClockedTown:
    """The town in a store of each kind, in which a planner changes grids."""
    if request.param == "memory":
        return ClockedTown()
    path = tmp_path / "town.gpkg"
    create_store(str(path)).close()
    return ClockedTown(SquareTown(url=str(path)))


def split_g1(edit: Edit) -> None:
    """G1 gives its east part to G5."""
    edit.split("G1", [(120.006, 30.0), (120.006, 30.01)], new_id="G5")


def retire_g3(edit: Edit) -> None:
    """G4 takes all of G3, whose post ends."""
    edit.merge(["G3", "G4"], keep="G4")


SPLIT = (split_g1, PostsPlan(vacant=frozenset({"G5"})))
RETIRED = (
    retire_g3,
    PostsPlan(
        ended=frozenset({PostId("G3-L")}),
        created=(Post(PostId("G4-L"), "G4", "grid_leader", "L003"),),
    ),
)


def change(town: ClockedTown, edit: tuple, mode: OpenEvents, day: str = NEXT) -> None:
    """Publish a planner's edit, and let its day come."""
    operate, plan = edit
    publish_edit(town.store, operate, plan, local(day), mode)
    town.squares.clock.now = local(day)
    town.intake.snapshots.refresh()


def owner(town: ClockedTown, event_id: str) -> tuple[str | None, str]:
    loop = town.store.loop(event_id)
    return loop.grid_id, loop.post_id


def test_open_events_move_to_the_grids_of_a_change(planned: ClockedTown) -> None:
    east, west = planned.report("1", lon=IN_G5), planned.report("2", lon=120.002)
    change(planned, SPLIT, MOVE)
    assign_anew(planned)
    assert owner(planned, east) == ("G5", "C-L")
    assert owner(planned, west) == ("G1", "G1-L")
    [action] = planned.actions(east, "reassign")
    assert action.reason == ""
    assert planned.store.facts("rules")["rule_id"].tolist() == ["imprint"]


def test_open_events_stay_where_the_rule_keeps_them(planned: ClockedTown) -> None:
    event_id = planned.report("1", lon=IN_G5)
    change(planned, SPLIT, KEEP)
    for _ in range(2):
        assign_anew(planned)
    assert owner(planned, event_id) == ("G1", "G1-L")
    assert planned.actions(event_id, "reassign") == []
    after = planned.report("2", lon=IN_G5)
    assert owner(planned, after) == ("G5", "C-L")


def test_kept_event_moves_once_its_post_ends_and_says_so(
    planned: ClockedTown,
) -> None:
    event_id = planned.report("1", lon=120.025)
    assert owner(planned, event_id) == ("G3", "G3-L")
    change(planned, RETIRED, KEEP)
    for _ in range(2):
        assign_anew(planned)
    assert owner(planned, event_id) == ("G4", "G4-L")
    [action] = planned.actions(event_id, "reassign")
    assert action.reason.startswith(ENDED)
    assert action.request["from"]["post_id"] == "G3-L"
    assert action.request["to"]["grid_id"] == "G4"


def test_later_version_without_the_rule_moves_what_was_kept(
    planned: ClockedTown,
) -> None:
    event_id = planned.report("1", lon=IN_G5)
    change(planned, SPLIT, KEEP)
    assign_anew(planned)
    change(planned, RETIRED, MOVE, LATER)
    assign_anew(planned)
    assert owner(planned, event_id) == ("G5", "C-L")
    [action] = planned.actions(event_id, "reassign")
    assert (action.request_key, action.reason) == (f"version/3/{event_id}", "")


def test_two_versions_that_keep_leave_an_event_where_it_was(
    planned: ClockedTown,
) -> None:
    event_id = planned.report("1", lon=IN_G5)
    change(planned, SPLIT, KEEP)
    change(planned, RETIRED, KEEP, LATER)
    assign_anew(planned)
    assert owner(planned, event_id) == ("G1", "G1-L")


def test_what_an_earlier_version_owed_is_made_up_for(planned: ClockedTown) -> None:
    event_id = planned.report("1", lon=IN_G5)
    change(planned, SPLIT, MOVE)
    # nobody looks while that version is in force
    change(planned, RETIRED, KEEP, LATER)
    for _ in range(2):
        assign_anew(planned)
    assert owner(planned, event_id) == ("G5", "C-L")
    [action] = planned.actions(event_id, "reassign")
    assert action.request_key == f"version/2/{event_id}"


def test_event_that_came_after_the_change_is_not_kept(planned: ClockedTown) -> None:
    operate, plan = SPLIT
    publish_edit(planned.store, operate, plan, local(NEXT), KEEP)
    planned.squares.clock.now = local(NEXT) + 1
    # the service has not looked yet
    event_id = planned.report("1", lon=IN_G5)
    assert owner(planned, event_id) == ("G1", "G1-L")
    planned.intake.snapshots.refresh()
    assign_anew(planned)
    assert owner(planned, event_id) == ("G5", "C-L")


def test_transfer_after_the_change_stays_where_a_person_put_it(
    planned: ClockedTown,
) -> None:
    event_id = planned.report("1", lon=IN_G5)
    change(planned, SPLIT, KEEP)
    changes = Changes({"grid_id": "G2", "area_path": "C/W/G2/", "post_id": "G2-L"})
    action = Action("T", event_id, "transfer", planned.store.now(), changes=changes)
    planned.store.append([Entry(actions=(action,))]).result()
    assign_anew(planned)
    assert owner(planned, event_id) == ("G2", "G2-L")
