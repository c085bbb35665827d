"""From what is known of an event to where its loop stands."""

import pytest

from api.service.events.draft import Arrival, drafted
from api.service.events.report import EventReport
from gis.events import Cluster, Loop, Near, fold
from support.makers.event_town import HERE, REPORTER, EventTown


@pytest.fixture(scope="module")
def town():
    return EventTown()


def sketch_of(town, kind="street_trading", **more):
    """What is known of a report of the hotline in G1."""
    report = EventReport("hotline", "H-1", kind, **(HERE | more))
    return town.intake._sketch(Arrival(report, REPORTER))


def test_a_draft_stands_where_its_changes_lead(town):
    near = Cluster("E-0", (Near("E-0", 4.2, 1.0),))
    draft = drafted(sketch_of(town), near)
    loop, tasks = fold(Loop(draft.loop.event_id), {}, draft.changes)
    assert (loop, tuple(tasks.values())) == (draft.loop, draft.tasks)
    assert (loop.cluster, draft.cluster) == ("E-0", near)
    assert loop.state == draft.path[-1] == "assigned"
    assert [t.department_id for t in draft.tasks] == [draft.route.lead]


def test_what_nobody_knows_waits_for_the_accountable_post(town):
    draft = drafted(sketch_of(town, kind="unheard_of"), Cluster("", ()))
    assert (draft.kind, draft.route.doubt, draft.loop.state) == (None, *["triage"] * 2)
    assert [(t.sort, t.post_id) for t in draft.tasks] == [
        ("verify", draft.loop.post_id)
    ]
    assert draft.loop.cluster == ""


def test_a_sketch_asks_for_reports_near_it_only_within_the_limits_of_its_kind(town):
    sketch = sketch_of(town)
    assert sketch.sighting.limits == sketch.kind.same_within
    assert sketch.sighting.scope == REPORTER.scope
    assert sketch_of(town, kind="unheard_of").sighting.limits is None
