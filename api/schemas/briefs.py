"""A grid, circle or place in one answer."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from api.schemas.assignment import CircleOut, MemberOut
from api.schemas.event_answers import HoldingOut
from api.schemas.places import PlaceOut
from api.schemas.points import AreaAtOut
from api.service.brief.area import AreaBrief
from gis.local_time import EPOCH, MILLISECOND


class LeaderOut(HoldingOut):
    """A leader post, who holds it, and how it is reached."""

    until: datetime | None = Field(
        description="When the duty of its holder ends; null: it does not, or is not "
        "seen."
    )
    title: str | None = Field(description="Of the post; null for who does not call it.")
    phone: str | None = Field(description="Of the post, never of a person; likewise.")
    is_region_leader: bool


class CommandOut(BaseModel):
    """Who answers for an area; numbers, never names."""

    accountable_post: str | None
    accountable_holder: str | None
    accountable_reason: str = Field(description="Empty where it is the area's own.")
    leaders: list[LeaderOut] = Field(description="Of the area and all above it.")
    members: list[MemberOut]


class DriverOut(BaseModel):
    """What drives a colour, where it is seen."""

    kind: str
    driver_id: str
    facts: int
    weight: float
    share: float
    code: str
    finding: str
    due_on: str
    post_id: str


class ColourOut(BaseModel):
    """Why an area has its colour at the end of a day."""

    on: str
    method_version: str
    rule_version: str
    level: int | None = Field(description="1 green to 5 red; null without data.")
    score: float
    raw_level: int | None
    floor: int | None
    drivers: list[DriverOut]


class KindCountOut(BaseModel):
    """How many events of a kind."""

    kind: str
    events: int


class OpenOut(BaseModel):
    """Events that are not closed, as far as who asks sees them."""

    total: int
    by_kind: list[KindCountOut]


class NeighbourAreaOut(BaseModel):
    """An area of the same tier next door."""

    area_id: str
    border_m: float
    post_id: str | None = Field(description="Its leader post.")


class OverlapOut(BaseModel):
    """Ground in common with a grid of another grid system."""

    system: str
    version: int
    grid_id: str | None = Field(description="Null for ground that it leaves out.")
    share: float = Field(description="Of the area, 0 to 1.")


class DepartmentBoundOut(BaseModel):
    """A body that is bound to an area."""

    department_id: str
    name_zh: str
    name_en: str | None
    team: str | None
    post_id: str | None
    area_id: str | None = Field(
        description="Area that its duty post serves; null for the whole town."
    )


class SourceBoundOut(BaseModel):
    """A source of events that is bound to an area."""

    source: str
    name_zh: str
    name_en: str | None
    sort: str
    devices: int | None = Field(
        description="That stand there, without those in homes; null: it has none."
    )


class RegisterBoundOut(BaseModel):
    """A register with places in an area."""

    source: str
    places: int


class AreaBriefOut(BaseModel):
    """All that is bound to a grid or circle."""

    sort: str
    area_id: str
    name: str | None
    version: int
    chain: list[CircleOut]
    command: CommandOut
    colour: ColourOut
    open: OpenOut | None = Field(
        description="Null for who sees no event there, and of another time than now."
    )
    neighbours: list[NeighbourAreaOut] = Field(description="The longest border first.")
    overlaps: list[OverlapOut] = Field(
        description="With the other grid systems, the greatest share first of each."
    )
    departments: list[DepartmentBoundOut]
    sources: list[SourceBoundOut]
    registers: list[RegisterBoundOut] | None = Field(
        description="Null for who sees no place there, and of another time than now."
    )

    @classmethod
    def of(cls, brief: AreaBrief) -> "AreaBriefOut":
        """Return a brief as it is answered."""
        names = ("neighbours", "overlaps", "departments", "sources")
        registers = brief.registers
        return cls.model_validate(
            {
                "sort": brief.sort,
                "area_id": brief.area_id,
                "name": brief.name,
                "version": brief.version,
                "chain": [
                    {"tier": c.tier, "circle_id": c.circle_id, "name": c.name}
                    for c in brief.chain
                ],
                "command": _command(brief),
                "colour": _colour(brief),
                "open": _open(brief),
                "registers": None
                if registers is None
                else [row._asdict() for row in registers],
            }
            | {name: [r._asdict() for r in getattr(brief, name)] for name in names}
        )


class PlaceBriefOut(BaseModel):
    """A place with its code, and whose it is in every grid system."""

    place: PlaceOut
    areas: list[AreaAtOut] | None = Field(
        description="Null for who does not see where the place is, or it has no "
        "position."
    )


def _command(brief: AreaBrief) -> dict[str, Any]:
    command = brief.command
    holding = command.accountable
    return {
        "accountable_post": holding and holding.post_id,
        "accountable_holder": holding and holding.holder_id,
        "accountable_reason": command.reason,
        "leaders": [
            {
                "area_id": leader.holding.area_id,
                "post_id": leader.holding.post_id,
                "holder_id": leader.holding.holder_id,
                "reason": leader.holding.reason,
                "until": (
                    None if leader.until is None else EPOCH + leader.until * MILLISECOND
                ),
                "title": leader.title,
                "phone": leader.phone,
                "is_region_leader": leader.is_region_leader,
            }
            for leader in command.leaders
        ],
        "members": [
            {"post_id": m.post_id, "role": m.role, "holder_id": m.holder_id}
            for m in command.members
        ],
    }


def _colour(brief: AreaBrief) -> dict[str, Any]:
    colour = brief.colour
    rest = colour._asdict()
    return rest | {
        "on": rest.pop("day"),
        "drivers": [driver._asdict() for driver in colour.drivers],
    }


def _open(brief: AreaBrief) -> dict[str, Any] | None:
    if brief.open is None:
        return None
    by_kind = [{"kind": kind, "events": n} for kind, n in brief.open.by_kind]
    return {"total": brief.open.total, "by_kind": by_kind}
