"""What is due: the checks owed by the end of a day, and by whom."""

import datetime as dt
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np

from api.service.rating.days import _or_none
from gis.models import SafetyCode
from layers.rating.day import RiskDay


@dataclass(frozen=True, slots=True)
class Due:
    """A check that is owed.

    Attributes
    ----------
    place_id, name, scene
        The place.
    code
        Its safety code in words.
    due_on, overdue_days
        When it was owed, and by how much it is late.
    grid_id
        The grid it lies in; None in none.
    post_id, holder_id
        Who must check it: the accountable post of the grid, and who holds it at the
        end of the day.
    criteria
        Why it has its code, ids of the criteria of the rule.
    """

    place_id: str
    name: str | None
    scene: str
    code: str
    due_on: dt.date
    overdue_days: int
    grid_id: str | None
    post_id: str | None
    holder_id: str | None
    criteria: tuple[str, ...]


def list_due(rated: RiskDay, grid_id: str | None = None) -> list[Due]:
    """Return the checks owed by the end of a day, the latest first.

    Parameters
    ----------
    rated
        The day.
    grid_id
        Only those of this grid; None takes all.
    """
    places = rated.places
    owed = places["due_on"].to_numpy("datetime64[D]") <= np.datetime64(rated.day, "D")
    chosen = places[owed]
    if grid_id is not None:
        chosen = chosen[chosen["grid_id"] == grid_id]
    ordered = chosen.sort_values(
        ["overdue_days", "code", "place_id"], ascending=[False, False, True]
    )
    answering = answering_posts(rated)
    return [
        _due(row, answering.get(row["grid_id"], (None, None)))
        for row in ordered.drop(columns="geometry").to_dict("records")
    ]


def _due(row: dict[Hashable, Any], answering: tuple[str | None, str | None]) -> Due:
    """Return the check owed by one row of places, and who answers for its grid."""
    return Due(
        place_id=row["place_id"],
        name=_or_none(row["name"]),
        scene=row["scene"],
        code=SafetyCode(row["code"]).name.lower(),
        due_on=row["due_on"].date(),
        overdue_days=int(row["overdue_days"]),
        grid_id=row["grid_id"],
        post_id=answering[0],
        holder_id=answering[1],
        criteria=tuple(filter(None, row["criteria"].split(";"))),
    )


def answering_posts(rated: RiskDay) -> dict[str, tuple[str | None, str | None]]:
    """Return the accountable post of each grid and who holds it at the end of the day.

    Parameters
    ----------
    rated
        The day.
    """
    duties = rated.facts.snapshot.territory.duties
    if duties is None:
        return {}
    found: dict[str, tuple[str | None, str | None]] = {}
    for row, grid_id in enumerate(duties.grid_ids):
        holding = duties.on_duty(row, rated.facts.cutoff.end).accountable
        if holding is not None:
            found[grid_id] = (holding.post_id, holding.holder_id)
    return found
