"""An event is taken in once, whole, and says whose it is and who must move."""

from dataclasses import replace

import orjson
import pytest

from api.service.events.intake import REPORT
from api.service.events.report import EventReport
from gis.access import EVERYTHING, Scope
from gis.errors import ChangedRequestError, SourceError
from gis.events import fold_all
from gis.events.loop import Loop
from layers.stores.loops import LoopQuery
from support.makers.event_town import REPORTER, EventTown
from support.makers.square_town import NOW, local

HERE = {"lon": 120.005, "lat": 30.005, "datum": "cgcs2000"}


@pytest.fixture
def town():
    return EventTown()


def report(source_id="H-1", kind="street_trading", source="hotline", **values):
    return EventReport(source, source_id, kind, **(HERE | values))


def nowhere(source_id="H-1", kind="street_trading", source="hotline", **values):
    return EventReport(source, source_id, kind, **values)


def taken_in(town, sent, reporter=REPORTER):
    draft = town.intake.draft(sent, reporter)
    [receipt] = town.intake.append(draft, b'{"event_id":"x"}').result()
    return draft, receipt


def test_an_event_in_a_grid_is_assigned_at_once(town):
    draft, receipt = taken_in(town, report())
    loop = town.store.loop(receipt.event.event_id)
    assert loop == receipt.loop == replace(draft.loop, row=receipt.event.row)
    assert (loop.state, loop.grid_id, loop.area_path) == ("assigned", "G1", "C/W/G1/")
    assert loop.post_id == "G1-L"
    assert draft.path == ("collected", "accepted", "assigned")
    [task] = draft.tasks
    assert (task.sort, task.department_id) == ("handle", "urban_management")
    assert task.due_at == draft.clocks.handle_by > NOW
    assert [t.department_id for t in draft.route.departments] == [
        "urban_management",
        "market_supervision",
    ]


def test_the_first_action_alone_makes_the_loop_again(town):
    draft, receipt = taken_in(town, report())
    [stored] = receipt.actions
    assert stored.action.action == REPORT
    loop, tasks = fold_all(
        Loop(draft.loop.event_id, receipt.event.row), [stored.action.changes]
    )
    assert loop == receipt.loop
    assert tuple(tasks.values()) == receipt.tasks
    assert town.store.rebuild_loops() == 0


def test_sent_again_it_gets_the_first_answer(town):
    _, first = taken_in(town, report())
    town.town.clock.now = NOW + 60_000
    draft = town.intake.draft(report(), REPORTER)
    [again] = town.intake.append(draft, b"another answer").result()
    assert again.actions[0].action.answer == first.actions[0].action.answer
    assert (first.is_new, again.is_new) == (True, False)
    assert len(town.store.events()) == 1


def test_other_content_under_the_same_id_is_refused(town):
    taken_in(town, report())
    with pytest.raises(ChangedRequestError):
        taken_in(town, report(text="other"))


def test_a_source_that_nobody_registered_is_refused(town):
    with pytest.raises(SourceError, match="'stranger' is not registered"):
        town.intake.draft(report(source="stranger"), REPORTER)


def test_words_of_a_source_are_kinds(town):
    draft, _ = taken_in(town, report(kind="占道"))
    assert draft.loop.kind == "street_trading"
    assert orjson.loads(draft.event.details)["reported"] == {"kind": "占道"}


@pytest.mark.parametrize(
    ("sent", "flag"),
    [
        (report(kind="witchcraft"), "unknown_kind"),
        (nowhere(source="camera", device_id="CAM-9"), "unknown_device"),
        (nowhere(device_id="CAM-1"), "foreign_device"),
        (nowhere(community_id="K9"), "unknown_community"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_known_waits_for_a_person(town, sent, flag):
    draft, _ = taken_in(town, sent)
    assert draft.loop.state == "triage"
    assert flag in draft.flags
    assert draft.loop.post_id


def test_an_event_outside_every_grid_is_of_the_intake_post(town):
    draft, _ = taken_in(town, report(lon=119.5))
    assert (draft.loop.state, draft.loop.area_path) == ("triage", "C/")
    assert draft.loop.post_id == "C-L"


def test_a_device_gives_its_place_and_accuracy(town):
    draft, _ = taken_in(town, nowhere(source="camera", device_id="CAM-1"))
    assert (draft.loop.grid_id, draft.event.event.accuracy_m) == ("G1", 15.0)
    assert "place_of_device" in draft.flags


def test_a_source_gives_datum_and_accuracy_where_the_event_says_none(town):
    draft, _ = taken_in(town, report(source="camera", datum=None))
    assert draft.event.event.position.datum == "gcj02"
    assert draft.event.event.accuracy_m == 20.0


def test_a_radius_of_95_percent_is_brought_to_68(town):
    draft, _ = taken_in(town, report(accuracy_m=24.477, confidence=0.95))
    assert draft.event.event.accuracy_m == pytest.approx(15.096)
    assert orjson.loads(draft.event.details)["reported"]["accuracy_m"] == 24.477


def test_a_community_is_enough_where_the_lowest_circle_has_a_leader(town):
    draft, _ = taken_in(town, nowhere(kind="public_opinion", community_id="K1"))
    assert (draft.loop.status, draft.loop.grid_id) == ("community", None)
    assert draft.loop.area_path == "C/W/"
    assert draft.loop.state == "assigned"


def test_a_clock_ahead_of_ours_is_that_of_the_receipt(town):
    later = NOW + 3_600_000
    draft, _ = taken_in(town, report(occurred_at=later))
    assert draft.event.event.occurred_at == NOW
    assert "clock_ahead" in draft.flags
    assert orjson.loads(draft.event.details)["reported"]["occurred_at"] == later


def test_a_time_before_any_version_is_that_of_the_receipt(town):
    draft, _ = taken_in(town, report(occurred_at=local("2020-01-01")))
    assert draft.event.event.occurred_at == NOW
    assert "before_any_version" in draft.flags


def test_three_times_are_stored_apart(town):
    occurred_at, captured_at = local("2026-09-30T10:00"), local("2026-09-30T11:00")
    draft, receipt = taken_in(
        town, report(occurred_at=occurred_at, captured_at=captured_at)
    )
    event = town.store.event(receipt.event.event_id).new.event
    assert (event.occurred_at, event.captured_at, event.received_at) == (
        occurred_at,
        captured_at,
        NOW,
    )
    assert orjson.loads(draft.event.at_occurrence)["at"] == occurred_at
    assert orjson.loads(draft.event.acting)["at"] == NOW


def test_low_certainty_is_verified_first(town):
    draft, _ = taken_in(
        town, report(source="camera", kind="street_trading", certainty=0.3)
    )
    assert draft.loop.state == "to_verify"
    draft, _ = taken_in(
        town, report("H-2", source="camera", kind="street_trading", certainty=0.95)
    )
    assert draft.loop.state == "assigned"


def test_reports_of_one_spot_are_suggested_and_not_merged(town):
    first, _ = taken_in(town, report("1"))
    for number, source in enumerate(("camera", "citizen", "told"), start=2):
        draft, _ = taken_in(town, report(str(number), source=source))
        assert draft.cluster.cluster_id == first.loop.event_id
    loops = town.store.loops(LoopQuery(), EVERYTHING)
    assert {loop.cluster for loop in loops} == {"", first.loop.event_id}
    assert len(loops) == 4


def test_near_events_beyond_the_scope_are_not_told_of(town):
    taken_in(town, report("1"))
    stranger = type(REPORTER)("K2", "source", Scope(sources=("citizen",)))
    draft, _ = taken_in(town, report("2", source="citizen"), stranger)
    assert draft.cluster.near == ()


def test_who_is_to_be_told_waits_in_the_outbox(town):
    taken_in(town, report(source="told"))
    taken_in(town, report("H-2"))
    assert [d.destination for d in town.store.waiting(NOW, 9)] == ["desk"]


def test_a_bell_makes_a_task_for_each_responder(town):
    draft, _ = taken_in(town, report(kind="consultation"))
    responders = draft.kind.responders
    bells = [task for task in draft.tasks if task.sort == "bell"]
    assert [task.department_id for task in bells] == list(responders)
    assert len({task.task_id for task in draft.tasks}) == len(draft.tasks)


def test_disputes_go_to_the_team_on_shift(town):
    draft, _ = taken_in(town, report(kind="dispute"))
    assert draft.route.lead == "mediation_team"
    assert draft.loop.is_sensitive
    assert town.store.loops(LoopQuery(), EVERYTHING) == ()
