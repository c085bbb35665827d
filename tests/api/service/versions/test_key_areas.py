"""A key's areas bind what is approved and published with it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from api.service.access.keys import KeyOrder, make_key, revoke_key
from api.service.versions.change_file import ChangeFile
from api.service.versions.gate import (
    GateJob,
    open_workspace,
    publish_change,
    review_change,
)
from api.service.versions.key_areas import read_caller, refuse_outside, tree_of
from gis.access import Caller, Role
from gis.editing import Edit, changeset_of
from gis.errors import EditError, GovernanceError, SettingError
from gis.models import PostId
from gis.roster import PostsPlan
from support.makers.change_files import analysed
from support.makers.square_town import SquareTown, local

OCTOBER = local("2026-10-01")
VACANT = PostsPlan(vacant=frozenset({"G5"}))


@pytest.fixture
def new_caller(squares: SquareTown, tmp_path: Path) -> Callable[..., Caller]:
    """Who has a new key of a role, for the options of one."""

    def make(role: str = "steward", **options: str) -> Caller:
        path = tmp_path / "key"
        new = make_key(squares.store, KeyOrder(Role(role), **options))
        path.write_text(f"{new.secret}\n", encoding="utf-8")
        return read_caller(squares.store, path)

    return make


def halve_g2(edit: Edit) -> None:
    """The north of G2, up to the border of the east circle, becomes G5."""
    edit.split("G2", [(120.01, 30.006), (120.02, 30.006)], new_id="G5")


def widen_g2(edit: Edit) -> None:
    """G2 takes ground of G3, which lies in the east."""
    line = [(120.02, 30.0), (120.022, 30.005), (120.02, 30.01)]
    edit.redraw_border("G2", "G3", line, moves=["communities"])


def give_g2_away(edit: Edit) -> None:
    """G2 reports to the east."""
    edit.reparent("G2", "E")


def drawn(
    town: SquareTown,
    operate: Callable[[Edit], object] = halve_g2,
    plan: PostsPlan | None = VACANT,
) -> ChangeFile:
    """A change of one edit."""
    draft = open_workspace(town.store)
    with draft.edit("as agreed", author="planner") as e:
        operate(e)
    return analysed(ChangeFile(changeset_of(draft), plan))


@pytest.mark.parametrize(
    ("role", "options"),
    [
        ("steward", {}),
        ("steward", {"area_id": "C"}),
        ("operator", {"area_id": "W"}),
        ("leader", {"holder_id": "R001"}),
        ("leader", {"holder_id": "R001", "area_id": "W"}),
    ],
    ids=["whole town", "core", "west", "leader of all", "leader in the west"],
)
def test_key_that_has_the_grids_changes_them(
    squares: SquareTown, new_caller: Callable, role: str, options: dict[str, str]
) -> None:
    caller, change = new_caller(role, **options), drawn(squares)
    approval = review_change(squares.store, change, "chief", None, caller)
    version = publish_change(
        squares.store, GateJob(change, approval, OCTOBER, caller=caller)
    )
    assert version.version == 2


@pytest.mark.parametrize(
    ("options", "operate", "plan", "grids"),
    [
        ({"area_id": "E"}, halve_g2, VACANT, ("G2", "G5")),
        ({"area_id": "G2"}, halve_g2, VACANT, ("G5",)),
        ({"area_id": "W"}, widen_g2, None, ("G3",)),
        ({"area_id": "E"}, widen_g2, None, ("G2",)),
        ({"area_id": "W"}, give_g2_away, None, ("G2",)),
        ({"area_id": "E"}, give_g2_away, None, ("G2",)),
        (
            {"area_id": "W"},
            halve_g2,
            replace(VACANT, ended=frozenset({PostId("G3-L")})),
            ("G3",),
        ),
        (
            {"role": "leader", "holder_id": "L001"},
            halve_g2,
            VACANT,
            ("G2", "G5"),
        ),
    ],
    ids=[
        "other circle",
        "new grid",
        "taken ground",
        "lost ground",
        "given away",
        "taken over",
        "post elsewhere",
        "leader elsewhere",
    ],
)
def test_row_3_22_what_lies_outside_is_neither_approved_nor_published(
    squares: SquareTown,
    new_caller: Callable,
    options: dict[str, str],
    operate: Callable,
    plan: PostsPlan | None,
    grids: tuple[str, ...],
) -> None:
    caller, change = new_caller(**options), drawn(squares, operate, plan)
    with pytest.raises(EditError, match=r"outside .*by a key that has them") as raised:
        review_change(squares.store, change, "chief", None, caller)
    assert raised.value.grids == grids
    if plan is not None and plan.ended:
        return
    approval = review_change(squares.store, change, "chief")
    before = squares.store.last_link()
    with pytest.raises(EditError) as raised:
        publish_change(squares.store, GateJob(change, approval, OCTOBER, caller=caller))
    assert raised.value.grids == grids
    assert squares.store.last_link() == before


def test_leader_who_left_has_no_area(squares: SquareTown, new_caller: Callable) -> None:
    # the duty at G2 ended in the middle of the month
    caller = new_caller("leader", holder_id="L002")
    with pytest.raises(EditError, match="is for no area in force"):
        review_change(squares.store, drawn(squares), "chief", None, caller)


def test_area_counts_where_it_stands_in_the_version_that_is_changed(
    squares: SquareTown, new_caller: Callable
) -> None:
    caller, layers = new_caller(area_id="W"), squares.store.version_layers(1)
    circles = pd.DataFrame(layers.circles).replace("C", "D")
    later = replace(layers, circles=circles)
    assert tree_of(later).path("W") == "D/W/"
    refuse_outside(squares.store, later, [("G2", "D/W/G2/")], caller)
    with pytest.raises(EditError, match="1 area outside"):
        refuse_outside(squares.store, later, [("G2", "C/W/G2/")], caller)


def test_many_areas_outside_are_counted(
    squares: SquareTown, new_caller: Callable
) -> None:
    caller, layers = new_caller(area_id="W"), squares.store.version_layers(1)
    reach = [(f"G{n}", f"C/E/G{n}/") for n in range(100, 130)]
    with pytest.raises(EditError, match="30 areas outside") as raised:
        refuse_outside(squares.store, layers, reach, caller)
    assert len(raised.value.grids) == 10


def test_revoked_key_is_refused(squares: SquareTown, tmp_path: Path) -> None:
    path = tmp_path / "key"
    new = make_key(squares.store, KeyOrder(Role.STEWARD))
    path.write_text(new.secret, encoding="utf-8")
    assert read_caller(squares.store, path).key_id == new.key_id
    squares.clock.now += 1000
    revoke_key(squares.store, new.key_id)
    with pytest.raises(SettingError, match="'key' of --key has no key that is valid"):
        read_caller(squares.store, path)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"pagoda_nobody", "has no key that is valid now"),
        (b"", "has no key that is valid now"),
        (b"\xff\xfe", "has more than a key"),
        (None, "There is no file"),
    ],
    ids=["unknown", "empty", "no text", "no file"],
)
def test_file_without_a_key_is_refused(
    squares: SquareTown, tmp_path: Path, content: bytes | None, text: str
) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(GovernanceError, match=text) as raised:
        read_caller(squares.store, path)
    assert "pagoda_nobody" not in str(raised.value)


def test_key_itself_is_no_file(squares: SquareTown) -> None:
    with pytest.raises(SettingError, match="expected the name of a file") as raised:
        read_caller(squares.store, Path("pagoda_secret"))
    assert "pagoda_secret" not in str(raised.value)


def test_role_that_changes_no_grids_is_refused(new_caller: Callable) -> None:
    with pytest.raises(SettingError, match="'auditor', expected one of leader, "):
        new_caller("auditor")
