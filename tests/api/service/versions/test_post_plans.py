"""Plans for posts: what a table says, and the rows that carry it out."""

from pathlib import Path

import pandas as pd
import pytest

from api.service.versions.post_plans import duty_rows, post_rows, read_plan
from gis.errors import EditError, InvalidLayerError
from gis.models import Post, PostId
from gis.roster import NO_PLAN, PostsPlan
from layers.stores.facts import instant_of
from support.makers.square_town import SquareTown, duty, local

OCTOBER = local("2026-10-01")


def plan_file(folder: Path, *rows: str) -> Path:
    """A plan as CSV."""
    path = folder / "posts.csv"
    path.write_text("\n".join(["do,post_id,area_id,role,holder_id", *rows]))
    return path


def test_each_row_says_what_becomes_of_a_post(tmp_path: Path) -> None:
    rows = ("end,A,,,", "move,B,G2,,", "create,C,G3,grid_leader,L009", "vacant,,G4,,")
    assert read_plan(plan_file(tmp_path, *rows)) == PostsPlan(
        frozenset({PostId("A")}),
        {PostId("B"): "G2"},
        (Post(PostId("C"), "G3", "grid_leader", "L009"),),
        frozenset({"G4"}),
    )


@pytest.mark.parametrize(
    "row", ["end,,,,", "move,A,,,", "create,A,G1,,", "vacant,A,,,", "forget,A,,,"]
)
def test_row_that_says_half_is_refused(tmp_path: Path, row: str) -> None:
    with pytest.raises(EditError, match="say end with post_id"):
        read_plan(plan_file(tmp_path, row))


def test_row_that_says_nothing_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidLayerError) as raised:
        read_plan(plan_file(tmp_path, ",A,,,"))
    assert raised.value.faults


def test_rows_of_a_plan_are_what_the_layer_takes(squares: SquareTown) -> None:
    plan = PostsPlan(
        frozenset({PostId("G3-L")}),
        {PostId("G1-M"): "G2"},
        (Post(PostId("G4-L"), "G4", "grid_leader"),),
    )
    squares.store.record("posts", post_rows(squares.store, plan, OCTOBER))
    facts = squares.store.facts("posts", valid_at=OCTOBER).set_index("post_id")
    assert "G3-L" not in facts.index
    assert "G1-M" not in facts.index
    assert facts.loc["G1-M@G2", ["area_id", "role", "holder_id"]].tolist() == [
        *("G2", "full_time_member", "M001")
    ]
    assert pd.isna(facts.loc["G4-L", "holder_id"])


def test_no_plan_is_no_row(squares: SquareTown) -> None:
    assert post_rows(squares.store, NO_PLAN, OCTOBER).empty


def test_duties_go_on_where_their_post_moves_to(squares: SquareTown) -> None:
    later = duty("D9", "G1-L", "L009", "2027-01-01T00:00:00+08:00")
    later["valid_from"] = "2026-11-01T00:00:00+08:00"
    squares.record("duties", later)
    moved = {PostId("G1-L"): "G3", PostId("G2-L"): "G4"}
    plan = PostsPlan(ended=frozenset({PostId("G3-L")}), moved=moved)
    for layer, rows in (("posts", post_rows), ("duties", duty_rows)):
        squares.store.record(layer, rows(squares.store, plan, OCTOBER))
    facts = squares.store.facts("duties").set_index("duty_id")
    assert "D2@G4" not in facts.index, "it was over in September"
    assert facts.loc["D1@G3", ["post_id", "holder_id"]].tolist() == ["G1-L@G3", "L001"]
    spans = facts.loc[["D1@G3", "D9@G3"], ["valid_from", "valid_to"]]
    assert [instant_of(at) for at in spans.to_numpy().ravel()] == [
        OCTOBER,
        local("2026-11-01"),
        local("2026-11-01"),
        local("2027-01-01"),
    ]
    assert facts.loc["D1", "post_id"] == "G1-L"
