"""Every word of an action is in its row of the log, and comes back from there."""

from dataclasses import fields, replace

import pytest

from gis.errors import StoreError
from gis.events import Action, Changes, StoredAction
from layers.stores.actions import (
    action_bytes,
    body_of,
    read_action,
    read_body,
    read_changes,
)

ACTION = Action(
    "A",
    "E",
    "assign",
    5,
    ("accepted", "assigned"),
    "E/1",
    "K",
    "operator",
    "P1",
    "因为",
    {"to": "P2"},
    Changes({"state": "assigned", "lon": 120.1}, ({"task_id": "E/1", "due_at": 9},)),
    "r-1",
    b"\x00\xff",
    200,
    b'{"a":1}\n\x00',
    ("hotline",),
)
OTHER = {
    "action_id": "B",
    "event_id": None,
    "action": "note",
    "at": 6,
    "path": (),
    "task_id": "",
    "key_id": "L",
    "role": "leader",
    "post_id": "P9",
    "reason": "",
    "request": {},
    "changes": Changes(),
    "request_key": "r-2",
    "fingerprint": b"",
    "status": 409,
    "answer": b"",
    "destinations": (),
}


def test_action_comes_back_from_its_row():
    assert read_action(action_bytes(StoredAction(ACTION, 1, 2, 3, 4))) == ACTION


def test_body_comes_back():
    assert read_body(body_of(ACTION)) == (ACTION.request, ACTION.changes)


@pytest.mark.parametrize("name", [f.name for f in fields(Action)])
def test_no_word_of_an_action_changes_unseen(name):
    changed = replace(ACTION, **{name: OTHER[name]})
    before, after = (StoredAction(a, 1, 2, 3, 4) for a in (ACTION, changed))
    assert action_bytes(before) != action_bytes(after)


@pytest.mark.parametrize("name", ["row", "seq", "recorded_at"])
def test_an_action_is_bound_to_its_place(name):
    stored = StoredAction(ACTION, 1, 2, 3, 4)
    assert action_bytes(replace(stored, **{name: 9})) != action_bytes(stored)


def test_what_an_action_does_is_read_alone():
    assert read_changes(1, body_of(ACTION)) == ACTION.changes


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"loop":{}}'])
def test_a_body_that_is_none_is_refused(body):
    with pytest.raises(StoreError, match="Action 7 is not as it was stored"):
        read_changes(7, body)
