"""One suite for every store: of two who write against each other one is refused."""

from functools import partial

import pandas as pd
import pytest

from api.service.facts.inspections import InspectionReport, record_inspection
from gis.errors import InvalidLayerError, StoreError, VersionConflictError
from support.harness.two_writers import at_once
from support.makers.contract_rows import GROUND, MIDNIGHT, enterprises, faults_of, posts
from support.makers.store_history import day, move, new_event, publish_grounds

ROUNDS = 4
MORNING = "1970-01-01T08:00:00+00:00"


@pytest.fixture
def staffed(store):
    """A store with grids, a post and a place."""
    publish_grounds(store, {day(0): GROUND}, base=None)
    store.record("posts", posts(("P1", "G1", "grid_leader", None, MIDNIGHT)))
    store.record("enterprises", enterprises(("E1", "tax", "甲")))
    return store


def refusals(outcomes, kind):
    """Return the errors of a kind; whatever else came out is an answer."""
    errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert all(isinstance(error, kind) for error in errors), errors
    return errors


def test_inspection_of_one_id_is_recorded_once(staffed):
    for number in range(ROUNDS):
        report = InspectionReport("E1", "check", day(1), inspection_id=f"I{number}")
        act = partial(record_inspection, inspection=report, now=day(1))
        [error] = refusals(at_once(staffed, act, act), StoreError)
        assert f"'I{number}' is recorded already" in str(error)
    assert len(staffed.records("inspections")) == ROUNDS
    assert faults_of(staffed) == []


def test_duties_of_one_post_do_not_overlap(staffed):
    def act(store, number, duty_id):
        start = pd.Timestamp(day(number), unit="ms", tz="UTC")
        duty = {"duty_id": [duty_id], "post_id": "P1", "holder_id": "L1"}
        span = {"valid_from": start, "valid_to": start + pd.Timedelta(hours=8)}
        return store.record("duties", pd.DataFrame(duty).assign(**span))

    for number in range(ROUNDS):
        acts = [partial(act, number=number, duty_id=f"{n}{number}") for n in "AB"]
        assert len(refusals(at_once(staffed, *acts), InvalidLayerError)) == 1
    assert len(staffed.records("duties")) == ROUNDS


def test_versions_on_one_base_are_one_version(staffed):
    for number in range(1, ROUNDS + 1):
        ground = {day(number): move(GROUND, "G1", number % 2)}
        act = partial(publish_grounds, grounds=ground, base=number, before=GROUND)
        [error] = refusals(at_once(staffed, act, act), VersionConflictError)
        assert "base" in str(error) or "head" in str(error)
    numbers = [version.version for version in staffed.history().versions]
    assert numbers == list(range(1, ROUNDS + 2))


def test_event_of_one_source_and_id_is_appended_once(staffed):
    for number in range(ROUNDS):
        events = [new_event(str(number))]
        act = partial(type(staffed).append_events, events=events)
        outcomes = at_once(staffed, act, act)
        assert sorted(receipt.is_new for [receipt] in outcomes) == [False, True]
        assert len({receipt for [receipt] in outcomes}) == 1
    assert len(staffed.events()) == ROUNDS


def test_of_two_rows_of_one_post_the_one_recorded_last_counts(staffed):
    rows = [posts(("P2", "G2", "grid_leader", h, MIDNIGHT)) for h in ("L1", "L2")]
    acts = [partial(type(staffed).record, layer="posts", rows=r) for r in rows]
    links = at_once(staffed, *acts)
    last = max(range(2), key=lambda n: links[n].sequence)
    [holder] = staffed.facts("posts").query("post_id == 'P2'")["holder_id"]
    assert holder == rows[last]["holder_id"][0]
    assert len(staffed.records("posts")) == 3


@pytest.mark.parametrize("layer", ["posts", "enterprises", "rules"])
def test_row_that_is_to_be_new_is_recorded_once(staffed, layer):
    rows = {
        "posts": posts(("P2", "G2", "grid_leader", None, MIDNIGHT)),
        "enterprises": enterprises(("E2", "tax", "乙")),
        "rules": pd.DataFrame(
            {"rule_id": ["R"], "owner": "O", "body": "{}", "valid_from": MORNING}
        ),
    }[layer]
    act = partial(type(staffed).record, layer=layer, rows=rows, is_new=True)
    [error] = refusals(at_once(staffed, act, act), StoreError)
    assert "is recorded already; report another" in str(error)
