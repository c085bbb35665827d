"""Whose a point is in every grid system of a store, in one answer."""

from datetime import datetime

from api.service.assignment.answer import Question
from api.service.assignment.systems import SystemDesk, SystemOwner
from gis.assignment import REASONS
from gis.models import Position, Status


def owners_at(
    desk: SystemDesk, position: Position, at: datetime | None
) -> tuple[SystemOwner, ...]:
    """Return whose a point is in each grid system, in code order of their names.

    A point on a border belongs to whom `POST /assign` gives it.

    Parameters
    ----------
    desk
        What answers about every system.
    position
        The point, in the datum that it declares.
    at
        When; None is now.

    Raises
    ------
    CrsError
        If the datum is unknown.
    """
    return desk.owners(desk.store.systems(), Question(position, at))


def unusable_reason(owners: tuple[SystemOwner, ...]) -> str | None:
    """Return why a point is none, of `gis.assignment.REASONS`; None where it is one.

    Parameters
    ----------
    owners
        Of `owners_at`.
    """
    reasons = (
        owner.assignment.reason
        for owner in owners
        if owner.assignment.status is Status.UNLOCATED
    )
    return next((reason for reason in reasons if reason in REASONS[1:]), None)
