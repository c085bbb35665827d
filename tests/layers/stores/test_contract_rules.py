"""One suite for every store: rules across rows are the store's, whoever records."""

import pandas as pd
import pytest

from gis.errors import InvalidLayerError
from support.makers.contract_rows import MIDNIGHT, enterprises, posts
from support.makers.store_history import day

NOON, NEXT_DAY = "1970-01-01T12:00:00+00:00", "1970-01-02T00:00:00+00:00"


def duties(*rows, post_id="P1"):
    names = ["duty_id", "holder_id", "valid_from", "valid_to"]
    return pd.DataFrame(rows, columns=names).assign(post_id=post_id)


@pytest.fixture
def manned(store):
    """A store with two posts and a duty of a day."""
    store.record(
        "posts",
        posts(
            ("P1", "G1", "grid_leader", None, MIDNIGHT),
            ("P2", "G2", "grid_leader", None, MIDNIGHT),
        ),
    )
    store.record("duties", duties(("D1", "L1", MIDNIGHT, NEXT_DAY)))
    return store


def refused(store, layer, rows):
    """The faults of rows that are refused, and nothing is kept."""
    before = store.last_link()
    with pytest.raises(InvalidLayerError) as caught:
        store.record(layer, rows)
    assert store.last_link() == before
    return [(fault.row, fault.field, fault.rule) for fault in caught.value.faults]


def test_duty_beside_a_known_one_of_the_post_is_refused(manned):
    rows = duties(("D2", "L2", NEXT_DAY, None), ("D3", "L3", NOON, NEXT_DAY))
    rule = "duty 'D3' overlaps 'D1' of post 'P1'"
    assert refused(manned, "duties", rows) == [(2, "valid_from", rule)]


def test_two_duties_of_one_batch_on_one_post_are_refused(manned):
    rows = duties(("D2", "L2", NEXT_DAY, None), ("D3", "L3", NEXT_DAY, None))
    [(row, field, rule)] = refused(manned, "duties", rows)
    assert (row, field) == (2, "valid_from")
    assert "overlaps" in rule


def test_duty_without_end_leaves_no_room_behind_it(manned):
    manned.record("duties", duties(("D2", "L2", NEXT_DAY, None)))
    far = duties(("D3", "L3", "2026-01-01T00:00:00+00:00", None))
    assert len(refused(manned, "duties", far)) == 1


def test_duties_that_meet_and_duties_of_other_posts_stand_beside_each_other(manned):
    manned.record("duties", duties(("D2", "L2", NEXT_DAY, None)))
    manned.record("duties", duties(("D3", "L1", MIDNIGHT, None), post_id="P2"))
    assert manned.facts("duties")["duty_id"].tolist() == ["D1", "D2", "D3"]


def test_superseded_and_cancelled_duties_make_room(manned):
    manned.record("duties", duties(("D1", "L1", MIDNIGHT, NOON)))
    manned.record("duties", duties(("D2", "L2", NOON, NEXT_DAY)))
    gone = duties(("D2", "L2", NOON, NEXT_DAY)).assign(cancelled=True)
    manned.record("duties", gone)
    manned.record("duties", duties(("D3", "L3", NOON, None)))
    assert manned.facts("duties")["duty_id"].tolist() == ["D1", "D3"]


def inspection(done_at):
    names = ["inspection_id", "place_id", "kind", "valid_from"]
    return pd.DataFrame([("I1", "E1", "check", done_at)], columns=names)


def test_inspection_of_tomorrow_is_refused(store, clock):
    store.record("enterprises", enterprises(("E1", "tax", None)))
    clock.now = day(1)
    [(row, field, rule)] = refused(
        store, "inspections", inspection("1970-01-02T00:00:00.001+00:00")
    )
    assert (row, field) == (1, "valid_from")
    assert "is in the future" in rule
    store.record("inspections", inspection(NEXT_DAY))
    assert len(store.facts("inspections")) == 1


def test_rule_that_the_service_cannot_read_is_refused(store):
    rows = pd.DataFrame(
        {
            "rule_id": ["safety", "holidays"],
            "owner": "town",
            "body": ['{"scenes": 7}', '{"days": ["2026-10-01"]}'],
            "valid_from": MIDNIGHT,
        }
    )
    faults = refused(store, "rules", rows)
    assert {(row, field) for row, field, _ in faults} == {(1, "body")}
