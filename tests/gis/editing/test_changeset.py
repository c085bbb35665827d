import json

import pytest

from gis.editing import Changeset, Workspace, changeset_of, replay
from gis.errors import EditError
from support.makers.edited_towns import WESTERN, community_town, points

ONE, TWO, FIVE = (f"{WESTERN}00{n}" for n in (1, 2, 5))


@pytest.fixture
def draft():
    """A draft with an edit that was taken back, and two that count."""
    workspace = Workspace(community_town(), base=3, base_digest="d3")
    with workspace.edit("wrong", author="planner") as e:
        e.split(FIVE, points((25, 20), (25, 40)))
    workspace.undo()
    with workspace.edit("too heavy", author="planner") as e:
        e.split(FIVE, points((35, 20), (36, 40)))
    with workspace.edit("one less", author="planner") as e:
        e.merge([ONE, TWO], keep=TWO)
        e.set_figures(TWO, residents=201)
    return workspace


def fresh(**options):
    values = {"base": 3, "base_digest": "d3", **options}
    return Workspace(community_town(), **values)


def changed(changeset, **values):
    return Changeset.from_dict({**changeset.to_dict(), **values})


def test_json_replays_to_the_same_digest(draft):
    text = json.dumps(changeset_of(draft).to_dict(), ensure_ascii=False)
    changeset = Changeset.from_dict(json.loads(text))
    again = replay(changeset, fresh())
    assert again.digest() == draft.digest() == changeset.digest
    assert again.planar.digest() == draft.planar.digest()
    assert [step.note for step in again.steps] == ["too heavy", "one less"]
    assert changeset_of(again) == changeset


def test_a_changeset_has_the_geometry_of_what_differs(draft):
    changeset = changeset_of(draft)
    new_id = f"{WESTERN}008"
    assert new_id in changeset.after.keys() - changeset.before.keys()
    assert ONE in changeset.before.keys() - changeset.after.keys()
    assert changeset.after[new_id]["type"] == "Polygon"


@pytest.mark.parametrize("options", [{"base": 4}, {"base_digest": "d4"}])
def test_a_stale_base_is_refused(draft, options):
    with pytest.raises(EditError, match="is for version 3 with digest 'd3'"):
        replay(changeset_of(draft), fresh(**options))


def test_a_draft_with_edits_takes_no_changeset(draft):
    with pytest.raises(EditError, match="has 2 edits"):
        replay(changeset_of(draft), draft)


def cut(values):
    values["edits"] = values["edits"][:1]


def moved(values):
    values["after"][TWO]["coordinates"][0][0][0] += 1e-9


def lost(values):
    del values["after"][TWO]


def forged(values):
    values["digest"] = "0" * 64


def refused(values):
    values["edits"][0]["operations"][0]["line"] = points((0, 0), (1, 1))


def reused(values):
    values["edits"][0]["operations"][0]["new_id"] = ONE


@pytest.mark.parametrize(
    ("spoil", "text"),
    [
        (cut, "another geometry before"),
        (moved, "another geometry after"),
        (lost, "another geometry after"),
        (forged, "its operations give"),
        (refused, "misses the grid"),
        (reused, "used before"),
    ],
)
def test_a_changeset_that_its_operations_do_not_give_is_refused(draft, spoil, text):
    values = json.loads(json.dumps(changeset_of(draft).to_dict()))
    spoil(values)
    target = fresh()
    before = target.planar.digest(), target.digest(), set(target.used_ids)
    with pytest.raises(EditError, match=text):
        replay(Changeset.from_dict(values), target)
    assert (target.planar.digest(), target.digest(), target.used_ids) == before
    assert target.steps == []
    with pytest.raises(EditError, match="nothing to redo"):
        target.redo()


@pytest.mark.parametrize(
    "values", [{"format": "another"}, {"edits": None}, {"edits": [{}]}, {"after": 3}]
)
def test_what_is_no_changeset_is_refused(draft, values):
    with pytest.raises(EditError, match="cannot be read"):
        changed(changeset_of(draft), **values)


@pytest.mark.parametrize("key", ["base", "base_digest", "digest", "snap_m", "after"])
def test_a_changeset_that_lacks_a_part_is_refused(draft, key):
    values = changeset_of(draft).to_dict()
    del values[key]
    with pytest.raises(EditError, match="may be cut"):
        Changeset.from_dict(values)
