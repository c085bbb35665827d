"""Whose is a position."""

from fastapi import APIRouter

from api.deps import AnswerDesks
from api.schemas.assignment import AssignmentOut, PositionIn

router = APIRouter(tags=["assign"])


@router.post("/assign")
def assign(body: PositionIn, desk: AnswerDesks) -> AssignmentOut:
    """Return the grid, the chain of circles and the accountable post of a position."""
    return AssignmentOut.of(body, desk.reply(body.question()))
