"""Months of synthetic duties: rotations of region leaders, hand-overs in the grids."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from gis.roster import REGION_TIER

DEPARTMENTS: Final = ("D01", "D02", "D03", "D04", "D05", "D06")

# of the grid leaders: share that is stood in for once, and share that leaves a gap
STAND_IN, GAP = 0.6, 0.04

DutyRow = tuple[str, str, str, str, str, str, bool]
RotationRow = tuple[str, str, str, str, str, int, str]

DUTY_COLUMNS = [
    "duty_id",
    "post_id",
    "holder_id",
    "starts_at",
    "ends_at",
    "recorded_at",
    "cancelled",
]
ROTATION_COLUMNS = [
    "rotation_id",
    "post_id",
    "members",
    "first_at",
    "until",
    "every_days",
    "recorded_at",
]


@dataclass(frozen=True, slots=True)
class DutyMonth:
    """Rotations and duties of a town, ready to load or to write.

    Attributes
    ----------
    rotations
        Region leaders: six departments take each post weekly, Monday 08:00 local.
    duties
        Grid leaders: all the days each, stood in for by another grid's leader for some
        days, a few with a gap; one duty is superseded later, one cancelled.
    """

    rotations: pd.DataFrame
    duties: pd.DataFrame


def make_duties(
    posts: pd.DataFrame,
    first_day: str,
    days: int,
    rng: np.random.Generator,
    *,
    region_tier: int = REGION_TIER,
) -> DutyMonth:
    """Make the duties of some weeks for the posts of a town.

    Parameters
    ----------
    posts
        Posts as `make_posts` returns them.
    first_day
        First day, local, ISO; the duties start at its midnight.
    days
        Number of days, 21 or more.
    rng
        Source of all chance.
    region_tier
        Tier of the circles that region leaders head.

    Examples
    --------
    >>> from gis.synthetic import make_s_town
    >>> month = make_duties(
    ...     make_s_town().posts, "2026-09-01", 30, np.random.default_rng(1)
    ... )
    >>> len(month.rotations)
    12
    """
    start = dt.datetime.fromisoformat(first_day)
    end = start + dt.timedelta(days=days)
    leaders = posts[(posts["role"] == "grid_leader") & posts["holder_id"].notna()]
    regions = posts.loc[posts["area_id"].str.startswith(f"C{region_tier}-"), "post_id"]
    duties = list(_grid_duties(leaders, start, end, rng))
    return DutyMonth(
        pd.DataFrame(
            list(_rotations(regions.tolist(), start, end)), columns=ROTATION_COLUMNS
        ),
        pd.DataFrame([*duties, *_corrections(duties, start)], columns=DUTY_COLUMNS),
    )


def _rotations(
    posts: Sequence[str], start: dt.datetime, end: dt.datetime
) -> Iterator[RotationRow]:
    """Yield a rotation for each region, each beginning with the next department."""
    first = monday_before(start)
    for number, post_id in enumerate(posts):
        turn = number % len(DEPARTMENTS)
        members = ";".join(DEPARTMENTS[turn:] + DEPARTMENTS[:turn])
        recorded = with_offset(start - dt.timedelta(days=10))
        yield (
            f"R{number + 1:02d}",
            post_id,
            members,
            first.isoformat(),
            end.isoformat(),
            7,
            recorded,
        )


def _grid_duties(
    leaders: pd.DataFrame,
    start: dt.datetime,
    end: dt.datetime,
    rng: np.random.Generator,
) -> Iterator[DutyRow]:
    """Yield the duties of grid leaders, each post without overlap."""
    holders = leaders["holder_id"].tolist()
    for post_id, holder in zip(leaders["post_id"], holders, strict=True):
        fate = rng.random()
        away = start + dt.timedelta(days=int(rng.integers(3, 12)), hours=8)
        back = away + dt.timedelta(days=int(rng.integers(1, 8)), minutes=30)
        other = holders[int(rng.integers(0, len(holders)))]
        parts = [(holder, start, end)]
        if fate < STAND_IN + GAP:
            parts = [(holder, start, away), (other, away, back), (holder, back, end)]
        if fate < GAP:
            del parts[1]
        for number, (holder_id, since, until) in enumerate(parts, start=1):
            yield record_duty(f"{post_id}/{number}", post_id, holder_id, since, until)


def _corrections(duties: Sequence[DutyRow], start: dt.datetime) -> Iterator[DutyRow]:
    """Yield later records: one stand-in is exchanged for another, one cancelled."""
    recorded = with_offset(start + dt.timedelta(days=2, hours=9))
    stand_ins = [duty for duty in duties if duty[0].endswith("/2")]
    exchanged, cancelled, other = stand_ins[0], stand_ins[1], stand_ins[2]
    yield (*exchanged[:2], other[2], *exchanged[3:5], recorded, False)
    yield (*cancelled[:5], recorded, True)


def record_duty(
    duty_id: str, post_id: str, holder: str, since: dt.datetime, until: dt.datetime
) -> DutyRow:
    """Return a duty recorded well before the first day, local times given."""
    recorded = "2026-08-20T09:00:00+08:00"
    return (
        duty_id,
        post_id,
        holder,
        with_offset(since),
        with_offset(until),
        recorded,
        False,
    )


def monday_before(start: dt.datetime) -> dt.datetime:
    """Return the last Monday 08:00 that is not after a local time."""
    monday = (start - dt.timedelta(days=start.weekday())).replace(hour=8)
    return monday if monday <= start else monday - dt.timedelta(days=7)


def with_offset(local: dt.datetime) -> str:
    """Write a local time of the town with its offset."""
    return f"{local.isoformat()}+08:00"
