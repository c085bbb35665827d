"""What is due: the checks owed by the end of a day, and by whom."""

import datetime as dt
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gis.models import SafetyCode
from layers.rating.day import RiskDay
from layers.rating.posts import answering_posts
from layers.schema.circles import text_or_none


@dataclass(frozen=True, slots=True)
class DueCheck:
    """A check that is owed.

    Attributes
    ----------
    place_id, name, scene
        The place.
    code
        Its safety code in words; None where it has none and a campaign owes the check.
    due_on, overdue_days
        When it was owed, and by how much it is late.
    grid_id
        The grid it lies in; None in none.
    post_id, holder_id
        Who must check it: the accountable post of the grid, and who holds it at the
        end of the day.
    criteria
        Why it has its code, ids of the criteria of the rule.
    campaign
        The campaign that owes the check of a place without a code.
    """

    place_id: str
    name: str | None
    scene: str
    code: str | None
    due_on: dt.date
    overdue_days: int
    grid_id: str | None
    post_id: str | None
    holder_id: str | None
    criteria: tuple[str, ...]
    campaign: str | None = None


def list_due(rating: RiskDay, grid_id: str | None = None) -> list[DueCheck]:
    """Return the checks owed by the end of a day, the latest first.

    Parameters
    ----------
    rating
        The day.
    grid_id
        Only those of this grid; None takes all.
    """
    coded = pd.DataFrame(rating.places.drop(columns="geometry"))
    places = pd.concat([coded, rating.campaign_places], ignore_index=True)
    is_due = places["due_on"].to_numpy("datetime64[D]") <= np.datetime64(
        rating.day, "D"
    )
    checks = places[is_due]
    if grid_id is not None:
        checks = checks[checks["grid_id"] == grid_id]
    queue = checks.sort_values(
        ["overdue_days", "code", "place_id"], ascending=[False, False, True]
    )
    posts = answering_posts(rating.facts)
    return [
        _due(row, posts.get(row["grid_id"], (None, None)))
        for row in queue.to_dict("records")
    ]


def _due(row: dict[Hashable, Any], post: tuple[str | None, str | None]) -> DueCheck:
    """Return the check owed by one row of places, and who answers for its grid."""
    return DueCheck(
        place_id=row["place_id"],
        name=text_or_none(row["name"]),
        scene=row["scene"],
        code=SafetyCode(row["code"]).name.lower() if row["code"] else None,
        due_on=row["due_on"].date(),
        overdue_days=int(row["overdue_days"]),
        grid_id=text_or_none(row["grid_id"]),
        post_id=post[0],
        holder_id=post[1],
        criteria=tuple(filter(None, row["criteria"].split(";"))),
        campaign=text_or_none(row["campaign"]),
    )
