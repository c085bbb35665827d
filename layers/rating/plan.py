"""The plan of checks: which trades, how often, by how many posts, for each circle."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from gis.models import Instant, SafetyCode
from gis.roster import DutyTable
from gis.safety.plan import count_checks, count_working_days
from layers.rating.day import RiskDay

PLAN_DAYS: Final = 30
CHECKS_A_DAY: Final = 4
"""Checks that one post does on a day, unless a town says otherwise."""
TOP_HAZARDS: Final = 3
PART_TIME: Final = "part_time_member"
"""Who acts beside other work is no capacity to plan with."""


@dataclass(frozen=True, slots=True, eq=False)
class CheckPlan:
    """What the forces of a town owe in the days ahead if codes stay as they are.

    Attributes
    ----------
    span
        First and last day, both in it.
    checks_a_day
        Checks that one post does on a day on which people are sent out.
    circles
        circle_id, name, places, checks, posts (that somebody holds and not beside other
        work, of the circle and its grids), capacity (checks that they can do), hazards
        (kinds that the circle must look for, the most frequent first): the bottom
        circles in code order, then a row without id for places in no circle.
    trades
        circle_id, scene, places, green, yellow, red, checks: one row for each kind of
        place in a circle, most checks first.
    """

    span: tuple[dt.date, dt.date]
    checks_a_day: int
    circles: pd.DataFrame
    trades: pd.DataFrame

    def document(self) -> dict[str, Any]:
        """Return the plan as JSON takes it."""
        return {
            "days": [day.isoformat() for day in self.span],
            "checks_a_day": self.checks_a_day,
            "circles": self.circles.to_dict("records"),
            "trades": self.trades.to_dict("records"),
        }


def plan_checks(
    day: RiskDay, days: int = PLAN_DAYS, checks_a_day: int = CHECKS_A_DAY
) -> CheckPlan:
    """Return the checks that the places of a town owe after a day.

    Parameters
    ----------
    day
        Codes and due dates at its end.
    days
        Days ahead, from the next one on.
    checks_a_day
        Checks that one post does on a day.
    """
    tomorrow = day.day + dt.timedelta(days=1)
    span = tomorrow, day.day + dt.timedelta(days=days)
    holidays = day.facts.rulebook.calendar.holidays
    places = pd.DataFrame(day.places.drop(columns="geometry"))
    owners = _circle_of_grid(day)
    places["circle_id"] = places["grid_id"].map(owners).fillna("")
    places["checks"] = count_checks(
        places["code"].to_numpy(),
        places["due_on"].to_numpy("datetime64[D]"),
        span,
        holidays,
    )
    coded = places[places["code"] > 0]
    names = dict(zip(*_circle_names(day), strict=True))
    posts = _held_posts(day, owners)
    hazards = _hazards(day, coded, owners)
    a_post = checks_a_day * count_working_days(span, holidays)
    by_circle = coded.groupby("circle_id")["checks"]
    places_of, checks_of = by_circle.size(), by_circle.sum()
    ids = [*names, *([""] if "" in places_of.index else [])]
    circles = pd.DataFrame(
        {
            "circle_id": ids,
            "name": [names.get(circle, "") for circle in ids],
            "places": [int(places_of.get(circle, 0)) for circle in ids],
            "checks": [int(checks_of.get(circle, 0)) for circle in ids],
            "posts": [posts[circle] for circle in ids],
            "capacity": [posts[circle] * a_post for circle in ids],
            "hazards": [_listed(hazards.get(circle, Counter())) for circle in ids],
        }
    )
    return CheckPlan(span, checks_a_day, circles, _trades(coded))


def load_text(checks: int, capacity: int) -> str:
    """Return the share of a capacity that checks take.

    Examples
    --------
    >>> load_text(30, 120), load_text(30, 0)
    ('25 %', '—')
    """
    return f"{checks / capacity:.0%}".replace("%", " %") if capacity else "—"


def _circle_of_grid(day: RiskDay) -> dict[str, str]:
    """Return the bottom circle of each grid; without a tree none."""
    pagoda = day.facts.snapshot.territory.pagoda
    if pagoda is None:
        return {}
    return {str(g): str(c) for g, c in pagoda.grid_parents.items()}


def _circle_names(day: RiskDay) -> tuple[list[str], list[str]]:
    """Return ids and names of the bottom circles in code order."""
    pagoda = day.facts.snapshot.territory.pagoda
    if pagoda is None:
        return [], []
    circles = sorted(pagoda.of_tier(pagoda.tiers[0]), key=lambda c: c.circle_id)
    return [c.circle_id for c in circles], [c.name for c in circles]


def _held_posts(day: RiskDay, owners: dict[str, str]) -> Counter[str]:
    """Count the posts of each circle and its grids that somebody holds at the end."""
    counts: Counter[str] = Counter()
    duties = day.facts.snapshot.territory.duties
    if duties is None:
        return counts
    at = day.facts.cutoff.end
    for circle in set(owners.values()):
        counts[circle] += _held(duties, circle, at)
    for grid, circle in owners.items():
        counts[circle] += _held(duties, grid, at)
    return counts


def _held(duties: DutyTable, area_id: str, at: Instant) -> int:
    """Count the posts of one area that somebody holds."""
    posts = duties.roster.posts
    holdings = (duties.leaders(area_id).at(at), *duties.members(area_id, at))
    return sum(
        holding.holder_id is not None
        and (holding.post_id is None or posts[holding.post_id].role != PART_TIME)
        for holding in holdings
    )


def _hazards(
    day: RiskDay, places: pd.DataFrame, owners: dict[str, str]
) -> dict[str, Counter[str]]:
    """Count criteria that fired and hazard events of the window by circle."""
    counts: dict[str, Counter[str]] = {}
    for circle, criteria in zip(places["circle_id"], places["criteria"], strict=True):
        counts.setdefault(circle, Counter()).update(filter(None, criteria.split(";")))
    events = day.events[day.events["category"].isin(day.scenarios.hazard_kinds)]
    circles = events["grid_id"].map(owners).fillna("")
    for circle, kind in zip(circles, events["category"], strict=True):
        counts.setdefault(circle, Counter())[kind] += 1
    return counts


def _listed(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    """Return the most frequent kinds with their counts, equal ones in code order."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(ranked[:TOP_HAZARDS])


def _trades(places: pd.DataFrame) -> pd.DataFrame:
    """Return places by code and checks for each kind of place in each circle."""
    codes = {code.name.lower(): places["code"] == code for code in SafetyCode}
    table = places.assign(places=1, **codes)
    columns = ["places", *codes, "checks"]
    sums = table.groupby(["circle_id", "scene"], as_index=False)[columns].sum()
    sums[columns] = sums[columns].astype(np.int64)
    ranked = sums.sort_values(
        ["circle_id", "checks", "scene"], ascending=[True, False, True]
    )
    return ranked.reset_index(drop=True)
