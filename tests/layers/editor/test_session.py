"""What the browser holds is the draft, after any edits, also refused ones."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.editing import Operation, Workspace, changeset_of, replay
from gis.editing.sizing import SizingRule
from gis.errors import EditError
from layers.editor import EditorContext, EditorSession, SnapLines
from layers.editor.session import ANSWERS, base_arcs_of
from support.makers.edit_proposals import NAMES, propose
from support.makers.edited_towns import WESTERN, community_town, points
from support.makers.laned_grids import squares
from support.oracles.plain_browser import PlainBrowser, arcs_of, plain_state

ONE, TWO, FIVE = (f"{WESTERN}00{n}" for n in (1, 2, 5))
CUT = points((35, 20), (35, 40))


@pytest.fixture
def draft():
    return Workspace(community_town())


@pytest.fixture
def session(draft):
    return EditorSession(draft)


def state_of(draft):
    return plain_state(draft.planar.arcs), draft.ids()


def as_message(operation):
    """An operation as the browser sends it: without the id of a new grid."""
    values = {k: v for k, v in operation.values.items() if k != "new_id"}
    return {"name": operation.name, **values}


@given(st.integers(0, 10**6), st.integers(4, 10))
def test_the_browser_holds_the_draft_after_any_edits(seed, count):
    rng = np.random.default_rng(seed)
    draft = Workspace(community_town())
    browser = PlainBrowser(EditorSession(draft))
    base = browser.base
    for _ in range(count):
        kind = str(rng.choice(["preview", "apply", "apply", "undo", "redo"]))
        operation = propose(draft, str(rng.choice(NAMES)), rng)
        if kind in ("preview", "apply"):
            if operation is None:
                continue
            before = state_of(draft)
            answer, _ = browser.ask(kind, operation=as_message(operation))
            if kind == "preview" or answer["type"] == "refused":
                assert state_of(draft) == before
        else:
            browser.ask(kind)
        assert browser.state() == state_of(draft)
    again = PlainBrowser(EditorSession(draft))
    assert again.state() == state_of(draft)
    assert sorted(map(repr, plain_state(dict(enumerate(again.base))).values())) == (
        sorted(map(repr, plain_state(dict(enumerate(base))).values()))
    )
    for grid, (x, y) in browser.labels.items():
        assert shapely.contains_xy(draft.planar.polygons[grid], x, y)


def test_a_split_is_answered_with_what_it_changes(session, draft):
    browser = PlainBrowser(session)
    split = {"name": "split", "grid": FIVE, "line": CUT}
    answer, _ = browser.ask("apply", operation=split, note="too heavy")
    new_id = next(iter(set(draft.ids()) - set(draft.base_rows)))
    assert {FIVE, new_id} <= {row["id"] for row in answer["grids"]}
    assert answer["gone"] == []
    assert (answer["canUndo"], answer["canRedo"]) == (True, False)
    assert answer["text"]["zh"] == f"已拆分 {FIVE}，新网格为 {new_id}"
    assert any(new_id in warning["zh"] for warning in answer["warnings"])
    assert draft.steps[-1].note == "too heavy"
    assert {row["grid"] for row in answer["figures"]} >= {FIVE, new_id}
    undone, _ = browser.ask("undo")
    assert undone["gone"] == [new_id]
    assert [row["grid"] for row in undone["figures"]] == [FIVE]
    assert undone["text"]["en"] == "Taken back: too heavy"
    assert (undone["canUndo"], undone["canRedo"]) == (False, True)


def test_a_preview_shows_figures_and_borders_and_uses_no_id(session, draft):
    browser = PlainBrowser(session)
    used = set(draft.used_ids)
    answer, buffers = browser.ask(
        "preview", operation={"name": "split", "grid": FIVE, "line": CUT}
    )
    arcs = arcs_of(buffers, answer["names"])
    new = next(name for name in answer["names"] if name not in draft.base_rows)
    assert {FIVE, new} in [set(arc.faces) for arc in arcs]
    assert draft.used_ids == used
    rows = {row["grid"]: row for row in answer["figures"]}
    people = rows[FIVE]["after"]["residents"] + rows[new]["after"]["residents"]
    assert people == rows[FIVE]["before"]["residents"]


def test_a_refusal_has_grids_place_stretch_and_both_languages(session, draft):
    line = points((20, 30), (35, 30), (35, 200))
    before = state_of(draft)
    for kind in ("preview", "apply"):
        answer, _ = session.receive(
            {
                "type": kind,
                "seq": 7,
                "operation": {"name": "split", "grid": FIVE, "line": line},
            }
        )
        assert answer["type"] == "refused"
        assert answer["seq"] == 7
        assert answer["grids"] == [FIVE]
        assert answer["at"] is not None
        assert len(answer["line"] or ()) >= 2
        assert "请" in answer["zh"]
        assert answer["en"].endswith(".")
    assert state_of(draft) == before


def test_nothing_to_undo_is_refused(session):
    answer, _ = session.receive({"type": "undo", "seq": 1})
    assert answer["type"] == "refused"
    assert answer["zh"].startswith("没有可以撤销的操作")


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"type": "nothing"},
        {"type": "apply"},
        {"type": "apply", "operation": 3},
        {"type": "follow", "from": [1], "to": "x"},
        {"type": "figures"},
    ],
    ids=str,
)
def test_what_cannot_be_read_is_an_error_in_both_languages(session, draft, message):
    before = state_of(draft)
    answer, buffers = session.receive({**message, "seq": 1})
    assert (answer["type"], answer["seq"], buffers) == ("error", 1, [])
    assert answer["zh"]
    assert answer["en"]
    assert state_of(draft) == before


@pytest.mark.parametrize(
    "operation",
    [
        {"name": "merge"},
        {"name": "no"},
        {"name": "split", "grid": "no", "line": CUT},
        {"name": "split", "grid": FIVE, "line": [["a", 1]]},
        {"name": "split", "grid": FIVE, "line": [[1e30, 1], [2, 1e30]]},
        {"name": "merge", "grids": [ONE], "keep": ONE, "more": 1},
        {"name": "reparent", "grid": FIVE, "parent_id": 3},
    ],
    ids=lambda operation: operation["name"],
)
def test_operations_that_are_none_are_refused(session, draft, operation):
    before = state_of(draft)
    message = {"type": "apply", "seq": 1, "operation": operation}
    answer, _ = session.receive(message)
    assert answer["type"] == "refused"
    assert state_of(draft) == before


def test_what_another_did_to_the_draft_comes_with_the_next_answer(session, draft):
    browser = PlainBrowser(session)
    with draft.edit("in a cell", author="planner") as e:
        e.merge([ONE, TWO], keep=ONE)
    browser.ask("apply", operation={"name": "split", "grid": FIVE, "line": CUT})
    assert browser.state() == state_of(draft)


def test_save_hands_over_the_changeset_and_says_where(draft):
    kept = []

    def keep(changeset):
        kept.append(changeset)
        return "change.json", "abc"

    session = EditorSession(draft, EditorContext("planner", keep=keep))
    browser = PlainBrowser(session)
    assert browser.view["canSave"]
    assert session.is_saved
    browser.ask("apply", operation={"name": "split", "grid": FIVE, "line": CUT})
    assert not session.is_saved
    answer, _ = browser.ask("save")
    assert (answer["path"], answer["digest"]) == ("change.json", "abc")
    assert session.is_saved
    browser.ask("undo")
    assert not session.is_saved
    [changeset] = kept
    assert replay(changeset, Workspace(community_town())).digest() == changeset.digest


def test_a_session_without_a_file_refuses_to_save(session):
    browser = PlainBrowser(session)
    assert not browser.view["canSave"]
    assert browser.ask("save")[0]["type"] == "refused"


def test_a_way_along_lines_becomes_a_border(draft):
    street = shapely.LineString(points((20, 30), (28, 33), (40, 30)))
    session = EditorSession(draft, EditorContext("planner", SnapLines([street])))
    browser = PlainBrowser(session)
    way, _ = browser.ask(
        "follow", **{"from": points((20, 30))[0], "to": points((40, 30))[0]}
    )
    assert [list(place) for place in way["line"]] == points(
        (20, 30), (28, 33), (40, 30)
    )
    split = {"name": "split", "grid": FIVE, "line": way["line"]}
    assert browser.ask("apply", operation=split)[0]["type"] == "changed"
    assert browser.ask("follow", **{"from": [0, 0], "to": [1, 1]})[0]["type"] == (
        "refused"
    )


def test_borders_of_the_base_are_known_while_a_change_goes_on(draft):
    first = plain_state(draft.planar.arcs)
    with draft.edit("two in one", author="planner") as e:
        e.merge([ONE, TWO], keep=TWO)
        e.split(FIVE, CUT)
    other = replay(changeset_of(draft), Workspace(community_town()))
    assert plain_state(base_arcs_of(other)) == first
    assert plain_state(base_arcs_of(draft)) == first


def test_an_operation_may_bring_the_name_that_files_have(session, draft):
    merge = Operation.of("merge", grids=[ONE, TWO], keep=ONE).to_dict()
    answer, _ = session.receive({"type": "apply", "seq": 1, "operation": merge})
    assert answer["gone"] == [TWO]


def test_every_kind_of_message_is_answered(session):
    assert set(ANSWERS) == {
        *("open", "preview", "apply", "suggest", "undo", "redo"),
        *("figures", "follow", "save"),
    }


def test_a_step_that_a_check_refuses_is_taken_back_with_its_undo(draft):
    def check(workspace):
        if FIVE in workspace.moved()[1]:
            raise EditError("Not yours", grids=[FIVE], remedy="leave it")

    browser = PlainBrowser(EditorSession(draft, EditorContext(check=check)))
    merge = {"name": "merge", "grids": [ONE, TWO], "keep": ONE}
    assert browser.ask("apply", operation=merge)[0]["type"] == "changed"
    browser.ask("undo")
    before = state_of(draft)
    split = {"name": "split", "grid": FIVE, "line": CUT}
    answer, _ = browser.ask("apply", operation=split)
    assert (answer["type"], answer["grids"]) == ("refused", [FIVE])
    assert state_of(draft) == before
    assert browser.ask("redo")[0]["canUndo"]


def test_a_suggestion_is_one_step_and_replays_without_lines():
    shapes, lanes = squares(["AAAB"])
    columns = {"grid_id": [*shapes], "residents": [4000, 10]}
    grids = gpd.GeoDataFrame(columns, geometry=[*shapes.values()], crs=4490)
    hours = {"population": 0.1, "place": 0, "check": 0, "event": 0, "km2": 0}
    context = EditorContext(
        lines=SnapLines(lanes), rule=SizingRule("r/1", "office", "residents", hours, {})
    )
    draft = Workspace(grids)
    browser = PlainBrowser(EditorSession(draft, context))
    assert browser.view["canSuggest"]
    answer, _ = browser.ask("suggest", grid="A")
    # at most 0.15 of the load may change hands, a block has a third of it
    assert answer["type"] == "refused"
    columns["residents"] = [4000, 3000]
    shapes, lanes = squares(["AAAAAAAAAAAABBBBBB"])
    grids = gpd.GeoDataFrame(columns, geometry=[*shapes.values()], crs=4490)
    context = EditorContext(lines=SnapLines(lanes), rule=context.rule)
    draft = Workspace(grids)
    browser = PlainBrowser(EditorSession(draft, context))
    answer, _ = browser.ask("suggest", grid="A", steps=50)
    assert answer["type"] == "changed"
    assert len(draft.steps) == 1
    assert browser.state() == state_of(draft)
    before, after = (
        {r["id"]: r["load"] for r in rows}
        for rows in (browser.view["grids"], answer["grids"])
    )
    assert abs(after["A"] - after["B"]) < abs(before["A"] - before["B"])
    assert replay(changeset_of(draft), Workspace(grids)).digest() == draft.digest()
    browser.ask("undo")
    assert browser.state() == state_of(draft)


def test_without_lines_nothing_is_suggested(session):
    browser = PlainBrowser(session)
    assert not browser.view["canSuggest"]
    assert browser.ask("suggest", grid=FIVE)[0]["type"] == "refused"


def test_limits_warn_where_they_were_kept_before(draft):
    limits = {"area_km2": (0.01, 0.05), "residents": (None, 99)}
    hours = {"population": 0, "place": 0, "check": 0, "event": 0, "km2": 1}
    rule = SizingRule("r/1", "office", "residents", hours, limits)
    browser = PlainBrowser(EditorSession(draft, EditorContext(rule=rule)))
    merge = {"name": "merge", "grids": [ONE, TWO], "keep": ONE}
    answer, _ = browser.ask("apply", operation=merge)
    row = next(row for row in answer["figures"] if row["grid"] == ONE)
    assert [e["name"] for e in row["beyond"]] == ["area_km2", "residents"]
    assert row["wasBeyond"] == ["residents"]
    # it had too many residents before, and is too large only now
    [warning] = answer["warnings"]
    assert f"网格 {ONE} 的面积为" in warning["zh"]
    assert "0.05 or less" in warning["en"]
