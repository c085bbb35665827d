"""Departments of a synthetic town: bodies, teams and centres, each with its post."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.synthetic.duties import (
    DUTY_COLUMNS,
    ROTATION_COLUMNS,
    DutyMonth,
    DutyRow,
    RotationRow,
    monday_before,
    record_duty,
    with_offset,
)

CORE: Final = "C1-01"
SHIFT_HOURS: Final = (8, 20)
"""When the shifts of teams change, day by day."""


@dataclass(frozen=True, slots=True)
class Body:
    """A department as a town has it.

    Attributes
    ----------
    department_id, name_zh, name_en, platform, team
        As the layer has them.
    holders
        Numbers of those who take its post in turn; one holds it always.
    area_id
        Circle that its post stands in.
    post
        Last part of the id of its post, where that is not its own id.
    centre_of
        Circle in whose middle it stands as a point; empty for none.
    """

    department_id: str
    name_zh: str
    name_en: str
    platform: str
    team: str = ""
    holders: tuple[str, ...] = ()
    area_id: str = CORE
    post: str = ""
    centre_of: str = ""

    @property
    def post_id(self) -> str:
        """Id of its duty post."""
        return f"{self.area_id}-{self.post or self.department_id}"


_S_ROWS: Final = (
    Body("command_centre", "综合指挥中心", "Command centre", "", centre_of=CORE),
    Body("police", "公安派出所", "Police", "public_order"),
    Body("fire_rescue", "消防救援站", "Fire and rescue", "public_order"),
    Body("emergency", "应急管理办", "Emergency office", "public_order"),
    Body("traffic_police", "交警中队", "Traffic police", "public_order"),
    Body("urban_management", "综合执法办", "Urban management", "enforcement"),
    Body("market_supervision", "市场监管所", "Market supervision", "market"),
    Body("justice", "司法所", "Justice office", "public_order"),
    Body("environment", "环保所", "Environment office", "enforcement"),
    Body("land_planning", "国土规划所", "Land and planning", "enforcement"),
    Body("housing", "住建办", "Housing office", "service"),
    Body("water", "水务站", "Water office", "enforcement"),
    Body("health", "卫生健康办", "Health office", "service"),
    Body("civil_affairs", "民政办", "Civil affairs", "service"),
    Body("human_resources", "人力社保所", "Human resources", "service"),
    Body(
        "mediation_centre",
        "矛盾纠纷调处化解中心",
        "Mediation centre",
        "public_order",
        area_id="C2-01",
        centre_of="C2-01",
    ),
    Body("guidance_team", "共治指导队", "Guidance team", "service", "guidance"),
    Body("enforcement_team", "综合执法队", "Enforcement team", "enforcement",
         "enforcement"),
    Body("mediation_team", "矛盾纠纷调解队", "Mediation team", "public_order",
         "mediation"),
    Body("grid_office", "网格办", "Grid office", ""),
    Body("village_service", "村居代办站", "Village service desks", "service",
         area_id="C2-02"),
    Body("party_office", "党建办", "Party office", "service"),
    Body("public_order_office", "综治办", "Public order office", "public_order"),
    Body("petition_office", "信访办", "Petition office", "public_order"),
    Body("economy_office", "经济发展办", "Economy office", "service"),
    Body("service_centre", "便民服务中心", "Service centre", "service"),
    Body("community_office", "社区工作办", "Community office", "service"),
)  # fmt: skip


def numbered(bodies: Sequence[Body]) -> tuple[Body, ...]:
    """Return bodies with holders from D001 on: four for a team, three for the rest."""
    staffed: list[Body] = []
    last = 0
    for body in bodies:
        size = 4 if body.team else 3
        holders = tuple(f"D{last + n:03d}" for n in range(1, size + 1))
        staffed.append(replace(body, holders=holders))
        last += size
    return tuple(staffed)


S_BODIES: Final = numbered(_S_ROWS)
"""Of S town, by rank: five are stationed there by the county."""


def make_departments(
    bodies: Sequence[Body], circles: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Return bodies as rows of the layer of departments; centres have a point.

    Parameters
    ----------
    bodies
        By rank.
    circles
        Circles of the town with their polygons.
    """
    polygons = circles.set_index("circle_id").geometry
    points = np.full(len(bodies), None, dtype=object)
    for row, body in enumerate(bodies):
        if body.centre_of:
            middle = shapely.point_on_surface(polygons[body.centre_of])
            points[row] = shapely.Point(round(middle.x, 7), round(middle.y, 7))
    columns = ("department_id", "name_zh", "name_en", "platform", "post_id", "team")
    frame = pd.DataFrame(
        [[getattr(body, name) for name in columns] for body in bodies], columns=columns
    )
    frame.insert(3, "rank", range(1, len(bodies) + 1))
    return gpd.GeoDataFrame(frame, geometry=points, crs=circles.crs)


def with_body_posts(posts: pd.DataFrame, bodies: Sequence[Body]) -> pd.DataFrame:
    """Return posts with those of bodies behind.

    Parameters
    ----------
    posts
        As `make_posts` returns them.
    bodies
        Each with at least one holder.

    Examples
    --------
    >>> posts = pd.DataFrame([], columns=["post_id", "area_id", "role", "holder_id"])
    >>> with_body_posts(posts, S_BODIES)["post_id"].tolist()[1]
    'C1-01-police'
    """
    rows = [
        (
            body.post_id,
            body.area_id,
            "team" if body.team else "department",
            body.holders[0],
        )
        for body in bodies
    ]
    own = pd.DataFrame(rows, columns=posts.columns)
    return pd.concat([posts, own], ignore_index=True)


def with_body_duties(
    month: DutyMonth, bodies: Sequence[Body], first_day: str, days: int
) -> DutyMonth:
    """Return a month with the duties of bodies behind.

    Teams change shifts each day at 08:00 and 20:00, other bodies every Monday at 08:00;
    who has one holder alone has no roster.

    Parameters
    ----------
    month
        As `make_duties` returns it.
    bodies
        The bodies.
    first_day, days
        As `make_duties` takes them.
    """
    start = dt.datetime.fromisoformat(first_day)
    end = start + dt.timedelta(days=days)
    turning = [body for body in bodies if len(body.holders) > 1]
    shifts = [
        shift for body in turning if body.team for shift in _shifts(body, start, end)
    ]
    turns = [_rotation(body, start, end) for body in turning if not body.team]
    return DutyMonth(
        pd.concat(
            [month.rotations, pd.DataFrame(turns, columns=ROTATION_COLUMNS)],
            ignore_index=True,
        ),
        pd.concat(
            [month.duties, pd.DataFrame(shifts, columns=DUTY_COLUMNS)],
            ignore_index=True,
        ),
    )


def _rotation(body: Body, start: dt.datetime, end: dt.datetime) -> RotationRow:
    """Return the weekly turns of a body."""
    return (
        f"R-{body.department_id}",
        body.post_id,
        ";".join(body.holders),
        monday_before(start).isoformat(),
        end.isoformat(),
        7,
        with_offset(start - dt.timedelta(days=10)),
    )


def _shifts(body: Body, start: dt.datetime, end: dt.datetime) -> Iterator[DutyRow]:
    """Yield the shifts of a team, without a minute between them."""
    days = (end - start).days
    changes = [
        start + dt.timedelta(days=day, hours=hour)
        for day in range(days)
        for hour in SHIFT_HOURS
    ]
    edges = [start, *changes, end]
    for number, (since, until) in enumerate(pairwise(edges), start=1):
        holder = body.holders[number % len(body.holders)]
        yield record_duty(
            f"{body.post_id}/{number}", body.post_id, holder, since, until
        )
