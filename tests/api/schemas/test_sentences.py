"""An answer as a sentence: whose it is, why another post answers, what to do next."""

from dataclasses import replace

import pytest

from api.schemas.sentences import sentences
from gis.assignment import REASONS, Jurisdiction
from gis.models import Assignment, GridId, Holding, PostId, Provenance, Status

PROVENANCE = Provenance(None, None, "lowest-id/1", "1", "EPSG:4326", None, None)
POST = Holding("C", PostId("C-L"), "R001")


def answer(status: Status, reason: str = "", holding_reason: str = "") -> Assignment:
    """An answer that the post C-L answers for."""
    is_owned = status not in (Status.OUTSIDE, Status.UNLOCATED)
    return Assignment(
        status=status,
        reason=reason,
        grid_id=GridId("G1") if is_owned else None,
        distance_m=41.7 if status is Status.OUTSIDE else None,
        candidates=(),
        chain=(),
        community_id=None,
        accountable=POST,
        accountable_reason=holding_reason,
        region_leader=None,
        leaders=(POST,),
        provenance=PROVENANCE,
    )


@pytest.mark.parametrize("status", ["inside", "boundary", "overlap", "snapped"])
def test_owner_is_named_with_its_post(status: str) -> None:
    assert sentences(answer(Status(status))) == (
        "Grid G1 owns the place; post C-L answers for it.",
        "该位置属于网格 G1，由岗位 C-L 负责。",
    )


@pytest.mark.parametrize("status", [*Status])
@pytest.mark.parametrize("post", [None, Holding("C", None, None)])
def test_where_no_post_is_known_none_is_named(
    status: Status, post: Holding | None
) -> None:
    english, chinese = sentences(replace(answer(status), accountable=post))
    assert english.endswith("; no post answers for it.")
    assert chinese.endswith("，没有岗位负责。")


@pytest.mark.parametrize(
    ("reason", "en", "zh"),
    [
        ("vacant_post", "the post of the grid is vacant", "网格长岗位空缺"),
        ("no_one_on_duty", "no one is on duty at the post", "网格长岗位无人值守"),
    ],
)
def test_sentence_says_why_another_post_answers(reason: str, en: str, zh: str) -> None:
    english, chinese = sentences(answer(Status.INSIDE, holding_reason=reason))
    assert f"answers for it, as {en}" in english
    assert f"负责（{zh}）。" in chinese


def test_place_outside_names_the_nearest_grid_and_metres() -> None:
    assert sentences(answer(Status.OUTSIDE, "nearest:G2", "triage")) == (
        "The place is outside all grids, 42 m from grid G2; post C-L decides, as it "
        "takes what no grid owns.",
        "该位置不在任何网格内，距最近网格 G2 约 42 米，由岗位 C-L "
        "研判（无网格归属的由其受理）。",
    )


@pytest.mark.parametrize("reason", [r for r in REASONS if r])
def test_no_position_is_told_by_its_code(reason: str) -> None:
    english, chinese = sentences(answer(Status.UNLOCATED, reason, "triage"))
    assert english.startswith("The position cannot be used (")
    assert reason not in english + chinese
    assert "C-L" in english
    assert "C-L" in chinese


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        (None, ", in neighbour 330109, 42 m", "，位于邻区 330109，距"),
        ("萧山", ", in neighbour 萧山 (330109), 42 m", "，位于邻区 萧山（330109），距"),
        ("{metres}", ", in neighbour {metres} (330109),", "{metres}（330109），"),
    ],
)
def test_neighbour_stands_in_the_sentence_of_a_place_outside(
    name: str | None, english: str, chinese: str
) -> None:
    outside = answer(Status.OUTSIDE, "nearest:G1", "triage")
    text, text_zh = sentences(outside, Jurisdiction("330109", name))
    assert english in text
    assert chinese in text_zh
