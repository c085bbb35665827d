"""An answer in one sentence of either language."""

import pytest

from api.schemas.sentences import REASONS_EN, REASONS_ZH, sentences
from gis.assignment import REASONS
from gis.models import Assignment, Holding, Provenance, Status
from gis.roster import VACANT_POST


def answer(
    status: Status,
    *,
    reason: str = "",
    grid_id: str | None = None,
    distance_m: float | None = None,
    accountable: Holding | None = None,
    accountable_reason: str = "",
) -> Assignment:
    """An answer with all that a sentence says of it."""
    return Assignment(
        status=status,
        reason=reason,
        grid_id=grid_id,
        distance_m=distance_m,
        candidates=(),
        chain=(),
        community_id=None,
        accountable=accountable,
        accountable_reason=accountable_reason,
        region_leader=None,
        leaders=(),
        provenance=Provenance(1, "0" * 64, "lowest-id/1", "1", "wgs84", None, None),
    )


CORE = Holding("C1", "C1-L", "R1")


def test_every_reason_has_words_in_both_languages() -> None:
    assert set(REASONS_EN) == set(REASONS_ZH) == set(REASONS) - {""}


@pytest.mark.parametrize("reason", REASONS_EN)
def test_position_that_cannot_be_used_says_why_and_who_asks(reason: str) -> None:
    text, text_zh = sentences(answer(Status.UNLOCATED, reason=reason, accountable=CORE))
    assert text == (
        f"The position cannot be used ({REASONS_EN[reason]}); "
        "post C1-L asks for the place."
    )
    assert text_zh == (f"位置无法使用（{REASONS_ZH[reason]}），由岗位 C1-L 核实地点。")


def test_place_outside_names_the_nearest_grid_and_its_distance() -> None:
    outside = answer(
        Status.OUTSIDE,
        reason="whole_degrees;nearest:G7",
        distance_m=110.852,
        accountable=CORE,
    )
    text, text_zh = sentences(outside)
    assert text == (
        "The place is outside all grids, 111 m from grid G7; post C1-L decides."
    )
    assert text_zh == (
        "该位置不在任何网格内，距最近网格 G7 约 111 米，由岗位 C1-L 研判。"
    )


def test_vacant_post_is_said_in_both_languages() -> None:
    post = Holding("G1", "G1-L", "L1")
    own, above = (
        sentences(
            answer(
                Status.INSIDE, grid_id="G1", accountable=holding, accountable_reason=why
            )
        )
        for holding, why in ((post, ""), (CORE, VACANT_POST))
    )
    assert own == (
        "Grid G1 owns the place; post G1-L answers for it.",
        "该位置属于网格 G1，由岗位 G1-L 负责。",
    )
    assert above == (
        "Grid G1 owns the place; post C1-L answers for it, as the post of the grid is "
        "vacant.",
        "该位置属于网格 G1，由岗位 C1-L 负责（网格长岗位空缺）。",
    )


def test_answer_without_a_post_has_a_dash_for_it() -> None:
    text, text_zh = sentences(answer(Status.INSIDE, grid_id="G1"))
    assert "post - answers" in text
    assert "岗位 - 负责" in text_zh
