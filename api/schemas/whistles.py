"""What is sent about whistles: departments summoned, arrivals, results, ratings."""

from typing import Annotated, Literal, TypeAlias

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from api.refusals import broken_rule
from api.schemas.event_answers import OPTIONS, TaskOut, task_out
from api.schemas.numbers import Whole
from api.schemas.texts import Id, Text
from api.service.events.actions import Outcome
from api.service.events.whistles import (
    Arrived,
    CheckInForm,
    RatingForm,
    SolutionForm,
    WhistleForm,
)

MOST_DEPARTMENTS = 20
DAY_MINUTES = 24 * 60


def _each_once(values: list[str]) -> list[str]:
    """Refuse a department that is summoned twice."""
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise broken_rule("stands_twice", value=twice[0])
    return values


Department: TypeAlias = Annotated[
    Id | None,
    Field(description="Without it that of the key, or the only one that was summoned."),
]


class WhistleIn(BaseModel):
    """Departments that are to come, each with a task of its own."""

    model_config = ConfigDict(extra="forbid", strict=True)

    departments: Annotated[
        list[Id],
        Field(min_length=1, max_length=MOST_DEPARTMENTS),
        AfterValidator(_each_once),
    ]
    minutes: Annotated[Whole, Field(ge=1, le=DAY_MINUTES)] | None = Field(
        None, description="Until they must be there; without it that of the kind."
    )
    legal_basis: Text | None = Field(None, description="What they are summoned by.")

    def form(self) -> WhistleForm:
        """Return what is asked for."""
        return WhistleForm(
            tuple(self.departments), self.minutes, self.legal_basis or ""
        )


class CheckInIn(BaseModel):
    """A department arrives, at a position."""

    model_config = ConfigDict(extra="forbid", strict=True)

    department: Department = None
    lon: float = Field(description="Longitude in degrees, or x.", allow_inf_nan=False)
    lat: float = Field(description="Latitude in degrees, or y.", allow_inf_nan=False)
    datum: str = Field(
        "wgs84", description="wgs84, cgcs2000, gcj02, bd09 or EPSG:n.", max_length=20
    )
    accuracy_m: Annotated[float | None, Field(ge=0, allow_inf_nan=False)] = Field(
        None, description="68 % radius of the position, metres."
    )

    def form(self, whistle_id: str) -> CheckInForm:
        """Return what is asked for."""
        return CheckInForm(
            whistle_id,
            self.department,
            self.lon,
            self.lat,
            self.datum,
            self.accuracy_m,
        )


class SolutionIn(BaseModel):
    """What a department did on the spot."""

    model_config = ConfigDict(extra="forbid", strict=True)

    department: Department = None
    result: Text

    def form(self, whistle_id: str) -> SolutionForm:
        """Return what is asked for."""
        return SolutionForm(whistle_id, self.department, self.result)


class RatingIn(BaseModel):
    """How a department did, once it has solved its task."""

    model_config = ConfigDict(extra="forbid", strict=True)

    department: Department = None
    score: Annotated[Whole, Field(ge=1, le=5)] = Field(description="5 is best.")
    note: Text | None = None

    def form(self, whistle_id: str) -> RatingForm:
        """Return what is asked for."""
        return RatingForm(whistle_id, self.department, self.score, self.note or "")


class WhistleOut(BaseModel):
    """A whistle, with a task for each department."""

    whistle_id: str
    action_id: str
    seq: int
    tasks: list[TaskOut]


class CheckInOut(BaseModel):
    """How a department arrived."""

    task_id: str
    presence: Literal["present", "remote"]
    distance_m: float | None = Field(
        description="To the event, metres; none where that has no position."
    )
    on_time: bool = Field(description="The last millisecond counts.")
    seconds: float = Field(description="Since the summons.")


def whistle_bytes(outcome: Outcome) -> bytes:
    """Return what is answered to a whistle.

    Parameters
    ----------
    outcome
        What it has done.
    """
    whistle_id = outcome.details
    tasks = [t for t in outcome.tasks if t.whistle_id == whistle_id]
    return orjson.dumps(
        {
            "whistle_id": whistle_id,
            "action_id": outcome.action_id,
            "seq": outcome.loop.seq,
            "tasks": [task_out(task) for task in tasks],
        },
        option=OPTIONS,
    )


def check_in_bytes(outcome: Outcome) -> bytes:
    """Return what is answered to a check-in.

    Parameters
    ----------
    outcome
        What it has done.
    """
    arrived: Arrived = outcome.details
    checked = arrived.check_in
    return orjson.dumps(
        {
            "task_id": arrived.task_id,
            "presence": checked.presence,
            "distance_m": checked.distance_m,
            "on_time": checked.is_on_time,
            "seconds": checked.seconds,
        }
    )
