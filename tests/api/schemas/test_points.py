"""Coordinates of queries, and points that are none."""

import pytest
from pydantic import TypeAdapter, ValidationError

from api.schemas.points import AtOut, Coordinate, refused_point
from api.service.brief.point import owners_at
from gis.assignment import REASONS
from gis.models import Position
from support.makers.named_town import NamedTown

ADAPTER = TypeAdapter(Coordinate)


@pytest.mark.parametrize(
    ("text", "number"), [("120.08", 120.08), ("-30", -30.0), ("0", 0.0)]
)
def test_digits_are_a_coordinate(text: str, number: float) -> None:
    assert ADAPTER.validate_python(text) == number


@pytest.mark.parametrize(
    "text",
    ["nan", "inf", "-inf", "1e3", "+1", "1,5", "", " 1", "1_0", "１", "0x1", "1" * 400],
)
def test_other_text_is_no_coordinate(text: str) -> None:
    with pytest.raises(ValidationError, match="is no coordinate"):
        ADAPTER.validate_python(text)


@pytest.mark.parametrize("reason", REASONS[1:])
def test_every_reason_is_a_sentence_in_both_languages(reason: str) -> None:
    error = refused_point(Position(30.0, 120.0), reason)
    assert (error.status, error.kind) == (422, "unusable-position")
    assert error.detail.endswith(".")
    assert error.detail_zh.endswith("。")


def test_owners_are_answered_with_circles_and_posts() -> None:
    position = Position(120.005, 30.005)
    out = AtOut.of(position, owners_at(NamedTown().systems, position, None))
    main, police = out.areas
    assert [c.circle_id for c in main.chain] == ["W", "C"]
    assert (main.grid_id, main.accountable_post) == ("G1", "G1-L")
    assert (police.grid_id, police.accountable_post) == ("B1", None)
