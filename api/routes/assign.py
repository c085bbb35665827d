"""Whose is a position."""

from fastapi import APIRouter

from api.deps import Service
from api.schemas import AssignmentOut, PositionIn

router = APIRouter(tags=["assign"])


@router.post("/assign")
def assign(body: PositionIn, service: Service) -> AssignmentOut:
    """Return the grid, the chain of circles and the accountable post of a position."""
    answer = service.answer(body.question())
    return AssignmentOut.of(body, answer, service.duties.roster.pagoda)
