"""Whose is a position."""

from fastapi import APIRouter

from api.deps import Answers
from api.schemas.assignment import AssignmentOut, PositionIn

router = APIRouter(tags=["assign"])


@router.post("/assign")
def assign(body: PositionIn, answers: Answers) -> AssignmentOut:
    """Return the grid, the chain of circles and the accountable post of a position."""
    return AssignmentOut.of(body, answers.answer(body.question()))
