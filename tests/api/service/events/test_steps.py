"""Every step of the loops, by whom; and where those that name something lead."""

import orjson
import pytest

from api.service.events.dossier import suggestion_of
from gis.errors import LoopError, UnknownEventError
from gis.models import Position
from support.makers.event_town import (
    AUDITOR,
    CHIEF,
    CITIZEN,
    LEADER,
    MEMBER,
    NO_KEYS,
    OPERATOR,
    POLICE,
    SOURCE,
    STEWARD,
    URBAN,
    EventTown,
)

EVERYBODY = {
    "steward": STEWARD,
    "operator": OPERATOR,
    "leader": LEADER,
    "member": MEMBER,
    "urban": URBAN,
    "source": SOURCE,
    "auditor": AUDITOR,
}
ABOVE = {"operator", "leader"}
STATES = {
    "triage": {"kind": "witchcraft"},
    "to_verify": {"certainty": 0.1},
    "accepted": {"certainty": 0.1},
    "assigned": {},
    "handled": {},
    "verified": {},
    "closed": {},
    "evaluated": {},
}
WAY = ("handle", "verify", "close", "evaluate")
WALKERS = {"handle": URBAN, "verify": OPERATOR, "close": OPERATOR, "evaluate": CITIZEN}
REASON = {"reason": "因为"}
TO = {"transfer": "G2", "override": "illegal_parking"}


@pytest.fixture(scope="module")
def town():
    return EventTown()


def event_in(town, state):
    """A new event that stands in a state of the loop of S town."""
    event_id = town.report(**STATES[state])
    if state == "accepted":
        town.act(event_id, OPERATOR, "accept")
    order = ["assigned", "handled", "verified", "closed", "evaluated"]
    if state in order:
        for action in WAY[: order.index(state)]:
            town.act(event_id, WALKERS[action], action)
    assert town.loop(event_id).state == state
    return event_id


ROWS = [
    ("triage", "accept", "accepted", {*ABOVE, "member"}),
    ("to_verify", "accept", "accepted", {*ABOVE, "member"}),
    ("accepted", "assign", "assigned", ABOVE),
    ("assigned", "handle", "handled", {"urban"}),
    ("accepted", "handle", "handled", {"leader", "member"}),
    ("handled", "verify", "verified", ABOVE),
    ("verified", "close", "closed", {*ABOVE, "member"}),
    ("closed", "evaluate", "evaluated", {"operator", "source"}),
    ("evaluated", "evaluate", "evaluated", {"operator", "source"}),
    ("closed", "reopen", "assigned", {"operator", "source"}),
    ("evaluated", "reopen", "assigned", {"operator", "source"}),
    ("handled", "return", "assigned", ABOVE),
    ("assigned", "transfer", "assigned", ABOVE),
    ("assigned", "override", "assigned", ABOVE),
    ("assigned", "skip", "handled", ABOVE),
    ("triage", "withdraw", "withdrawn", ABOVE | {"source"}),
    ("assigned", "supervise", "assigned", ABOVE),
    ("assigned", "note", "assigned", ABOVE),
    ("closed", "correct", "closed", {"steward", "source"}),
]
CASES = [(*row, name) for row in ROWS for name in EVERYBODY]


@pytest.mark.parametrize(("state", "action", "end", "parties", "name"), CASES)
def test_each_step_is_for_whom_the_loop_says(town, state, action, end, parties, name):
    event_id = event_in(town, state)
    form = REASON | ({"to": TO[action]} if action in TO else {})
    if name in parties:
        town.act(event_id, EVERYBODY[name], action, **form)
        assert town.loop(event_id).state == end
        return
    with pytest.raises((LoopError, UnknownEventError)) as refused:
        town.act(event_id, EVERYBODY[name], action, **form)
    assert getattr(refused.value, "reason", "not_yours") == "not_yours"
    assert town.loop(event_id).state == state


@pytest.mark.parametrize(
    ("state", "action"),
    [
        *(("assigned", a) for a in ("return", "transfer", "relocate", "override")),
        *(("assigned", a) for a in ("skip", "withdraw")),
        *(("closed", a) for a in ("reopen",)),
    ],
)
@pytest.mark.parametrize("reason", ["", " \n"])
def test_steps_off_the_way_need_a_reason(town, state, action, reason):
    event_id = event_in(town, state)
    with pytest.raises(LoopError) as refused:
        town.act(event_id, OPERATOR, action, reason=reason, to=TO.get(action, ""))
    assert refused.value.reason == "no_reason"


@pytest.mark.parametrize("action", ["accept", "assign", "verify", "close", "reopen"])
def test_a_step_of_another_state_is_refused(town, action):
    event_id = event_in(town, "assigned")
    with pytest.raises(LoopError) as refused:
        town.act(event_id, NO_KEYS, action, **REASON)
    assert refused.value.reason == "wrong_state"


def test_a_leader_closes_from_the_tier_of_the_kind_up(town):
    event_id = town.report("illegal_mining")
    town.act(event_id, OPERATOR, "skip", to="verified", **REASON)
    town.act(event_id, LEADER, "close")
    assert town.loop(event_id).closed_tier == 3


def test_the_body_of_a_kind_handles_what_waited_for_a_person(town):
    event_id = event_in(town, "accepted")
    town.act(event_id, OPERATOR, "assign")
    [task] = [t for t in open_tasks(town, event_id) if t.sort == "handle"]
    assert task.department_id == "urban_management"


def test_a_person_may_name_another_body_to_handle_it(town):
    event_id = event_in(town, "accepted")
    town.act(event_id, LEADER, "assign", to="police")
    assert debtors(town, event_id) == ["police"]
    town.act(event_id, POLICE, "handle")


@pytest.mark.parametrize("to", ["nobody", "G1", "closed"])
def test_a_body_that_is_not_registered_handles_nothing(town, to):
    event_id = event_in(town, "accepted")
    with pytest.raises(LoopError) as refused:
        town.act(event_id, OPERATOR, "assign", to=to)
    assert refused.value.reason == "no_target"


def test_a_step_that_leads_to_nobody_takes_no_body(town):
    event_id = event_in(town, "handled")
    with pytest.raises(LoopError, match="leave it out"):
        town.act(event_id, OPERATOR, "verify", to="police")


def test_transfer_hands_the_event_to_the_grid_next_door(town):
    event_id = event_in(town, "handled")
    town.act(event_id, LEADER, "transfer", to="G2", **REASON)
    loop = town.loop(event_id)
    assert (loop.grid_id, loop.area_path) == ("G2", "C/W/G2/")
    assert loop.post_id == "C-L"  # nobody leads G2 or the circle above it by now
    assert {t.area_path for t in open_tasks(town, event_id)} == {"C/W/G2/"}
    assert [t.post_id for t in open_tasks(town, event_id)] == ["C-L"]


@pytest.mark.parametrize("to", ["G3", "G1", "W", "nowhere"])
def test_transfer_leads_to_neighbours_only(town, to):
    event_id = event_in(town, "assigned")
    with pytest.raises(LoopError, match=r"a neighbour of grid 'G1': \['G2'\]"):
        town.act(event_id, OPERATOR, "transfer", to=to, **REASON)


def test_an_event_in_no_grid_is_transferred_nowhere(town):
    event_id = town.report(lon=119.5, lat=30.0, datum="wgs84")
    with pytest.raises(LoopError) as refused:
        town.act(event_id, OPERATOR, "transfer", to="G1", **REASON)
    assert refused.value.reason == "no_target"


def test_another_position_assigns_the_event_anew(town):
    event_id = event_in(town, "assigned")
    place = position(120.025, 30.005)
    town.act(event_id, OPERATOR, "relocate", position=place, **REASON)
    loop = town.loop(event_id)
    assert (loop.grid_id, loop.area_path, loop.post_id) == ("G3", "C/E/G3/", "G3-L")
    assert (loop.lon, loop.lat, loop.status) == (120.025, 30.005, "inside")
    assert {t.area_path for t in open_tasks(town, event_id)} == {"C/E/G3/"}


def test_a_position_outside_every_grid_is_of_the_intake_post(town):
    event_id = event_in(town, "assigned")
    place = position(119.5, 30.0)
    town.act(event_id, OPERATOR, "relocate", position=place, **REASON)
    loop = town.loop(event_id)
    assert (loop.grid_id, loop.area_path, loop.post_id) == (None, "C/", "C-L")
    assert loop.status == "outside"


def test_a_position_that_is_nowhere_is_refused(town):
    event_id = event_in(town, "assigned")
    place = position(500.0, 30.0)
    with pytest.raises(LoopError) as refused:
        town.act(event_id, OPERATOR, "relocate", position=place, **REASON)
    assert refused.value.reason == "no_position"


def test_another_kind_keeps_what_was_suggested_first(town):
    event_id = event_in(town, "assigned")
    town.act(event_id, OPERATOR, "override", to="water_supply", **REASON)
    loop = town.loop(event_id)
    assert (loop.kind, loop.pack, loop.template) == ("water_supply",) + ("repair",) * 2
    assert (loop.state, loop.phase, loop.is_overridden) == (
        "handed_over",
        "assigned",
        True,
    )
    suggestion = suggestion_of(town.store.actions(event_id))
    assert (suggestion["kind"], suggestion["lead"], suggestion["grid_id"]) == (
        "street_trading",
        "urban_management",
        "G1",
    )
    assert loop.rule_id == suggestion["rule_id"]


def test_a_kind_gives_the_event_to_its_body(town):
    event_id = event_in(town, "assigned")
    town.act(event_id, OPERATOR, "override", to="theft", **REASON)
    assert debtors(town, event_id) == ["police"]


def test_an_unknown_kind_is_named_and_then_goes_its_way(town):
    event_id = event_in(town, "triage")
    town.act(event_id, OPERATOR, "override", to="street_trading", **REASON)
    assert town.loop(event_id).state == "triage"
    town.act(event_id, OPERATOR, "accept")
    town.act(event_id, OPERATOR, "assign")
    assert debtors(town, event_id) == ["urban_management"]


def test_a_body_chosen_before_anybody_had_to_act_gets_the_event(town):
    event_id = event_in(town, "to_verify")
    town.act(event_id, OPERATOR, "override", to="police", **REASON)
    town.act(event_id, OPERATOR, "accept")
    town.act(event_id, OPERATOR, "assign")
    assert debtors(town, event_id) == ["police"]


def test_another_body_takes_over_at_once(town):
    event_id = event_in(town, "assigned")
    town.act(event_id, OPERATOR, "override", to="police", **REASON)
    assert debtors(town, event_id) == ["police"]
    with pytest.raises(LoopError):
        town.act(event_id, URBAN, "handle")


def test_another_grid_need_be_no_neighbour(town):
    event_id = event_in(town, "assigned")
    town.act(event_id, OPERATOR, "override", to="G3", **REASON)
    loop = town.loop(event_id)
    assert (loop.grid_id, loop.post_id, loop.is_overridden) == ("G3", "G3-L", True)


@pytest.mark.parametrize("to", ["street_trading", "G1", "nothing", "W"])
def test_an_override_leads_to_something_else(town, to):
    event_id = event_in(town, "assigned")
    with pytest.raises(LoopError) as refused:
        town.act(event_id, OPERATOR, "override", to=to, **REASON)
    assert refused.value.reason == "no_target"


def test_its_source_corrects_kind_and_position_and_the_event_stays(town):
    event_id = event_in(town, "assigned")
    before = town.store.event(event_id)
    place = position(120.025, 30.005)
    town.act(event_id, SOURCE, "correct", to="noise", position=place, **REASON)
    loop = town.loop(event_id)
    assert (loop.kind, loop.grid_id, loop.is_overridden) == ("noise", "G3", False)
    assert town.store.event(event_id) == before


@pytest.mark.parametrize("to", ["street_trading", "witchcraft"])
def test_a_correction_names_another_kind_that_there_is(town, to):
    event_id = event_in(town, "assigned")
    with pytest.raises(LoopError) as refused:
        town.act(event_id, STEWARD, "correct", to=to, **REASON)
    assert refused.value.reason == "no_target"


@pytest.mark.parametrize("is_earlier", [True, False])
def test_linked_events_share_a_cluster_and_stay_two(is_earlier):
    town = EventTown()
    first = event_in(town, "assigned")
    town.pass_minutes(1)
    second = town.report("theft")
    assert {town.loop(e).cluster for e in (first, second)} == {""}
    pair = (first, second) if is_earlier else (second, first)
    town.act(pair[0], OPERATOR, "link", to=pair[1])
    loops = [town.loop(event_id) for event_id in (first, second)]
    assert {loop.cluster for loop in loops} == {first}
    assert [loop.kind for loop in loops] == ["street_trading", "theft"]
    assert town.store.rebuild_loops() == 0


def test_events_are_linked_with_others_within_sight(town):
    event_id = event_in(town, "assigned")
    far = town.report(lon=120.025, lat=30.005, datum="cgcs2000")
    texts = set()
    for other in (far, "nobody", event_id):
        with pytest.raises(LoopError) as refused:
            town.act(event_id, LEADER, "link", to=other)
        assert refused.value.reason == "no_target"
        texts.add(str(refused.value).replace(other, ""))
    assert len(texts) == 1


@pytest.mark.parametrize("action", ["whistle", "check_in", "solve", "rate"])
def test_steps_with_a_door_of_their_own_are_sent_there(town, action):
    event_id = event_in(town, "assigned")
    with pytest.raises(LoopError, match="has a door of its own, expected POST"):
        town.act(event_id, NO_KEYS, action, **REASON)


def test_a_task_that_is_not_there_is_refused(town):
    event_id = event_in(town, "assigned")
    with pytest.raises(LoopError) as refused:
        town.act(event_id, OPERATOR, "note", note="x", task_id=f"{event_id}/99")
    assert refused.value.reason == "no_task"


@pytest.mark.parametrize("to", ["collected", "accepted"])
def test_return_goes_back_to_a_state_by_name(town, to):
    event_id = event_in(town, "handled")
    town.act(event_id, LEADER, "return", to=to, **REASON)
    assert town.loop(event_id).state == to


def test_what_was_asked_is_kept_with_what_it_was_before(town):
    event_id = event_in(town, "assigned")
    town.act(event_id, CHIEF, "transfer", to="G2", note="fax", **REASON)
    action = town.store.actions(event_id)[-1].action
    assert action.reason == "因为"
    assert action.request["to"] == "G2"
    assert action.request["note"] == "fax"
    before = {"kind": "street_trading", "grid_id": "G1", "post_id": "G1-L"}
    assert orjson.loads(orjson.dumps(action.request["before"])) == before


def open_tasks(town, event_id):
    dossier = town.office.dossiers.open(event_id, OPERATOR)
    return [task for task in dossier.tasks if task.is_open]


def debtors(town, event_id):
    tasks = open_tasks(town, event_id)
    return [t.department_id for t in tasks if t.sort == "handle"]


def position(lon, lat):
    return Position(lon, lat, "cgcs2000")
