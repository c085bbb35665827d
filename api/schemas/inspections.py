"""Requests and responses of inspections and of what is due."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.moments import Moment
from api.schemas.places import PlaceOut
from api.schemas.texts import Id, Kept
from api.service.facts.inspections import FindingReport, InspectionReport
from gis.models import Instant


class FindingIn(BaseModel):
    """Something found wrong at a place."""

    model_config = ConfigDict(extra="forbid", strict=True)

    severity: Literal["minor", "serious", "critical"]
    about: str = Field("", max_length=500, description="What it is, in words.")
    finding_id: Id | None = Field(
        None,
        description="Unique within the place; made from the inspection without it.",
    )


class InspectionIn(BaseModel):
    """An inspection or a drill at a place, as it was done."""

    model_config = ConfigDict(extra="forbid", strict=True)

    place_id: Id
    kind: Literal["check", "drill"] = "check"
    done_at: Moment = Field(description="When; no offset is local time.")
    findings: Annotated[list[FindingIn], Field(max_length=200)] = []
    fixed: Annotated[list[Id], Field(max_length=200)] = Field(
        [],
        description="Ids of findings seen as fixed, listed here or before at this "
        "place; one that is fixed already may be named again, and counts once.",
    )
    campaign: Kept = Field(
        "", description="Special campaign, declared by the rule `campaign/ID`."
    )
    result: Literal["", "passed", "failed"] = Field("", description="Of a drill alone.")
    inspection_id: Kept = Field("", description="Made by the service without it.")
    post_id: Id | None = Field(None, description="Post that made it; it must be known.")

    def inspection(self, done_at: Instant) -> InspectionReport:
        """Return what is to be recorded."""
        findings = tuple(
            FindingReport(finding.severity, finding.about, finding.finding_id)
            for finding in self.findings
        )
        return InspectionReport(
            self.place_id,
            self.kind,
            done_at,
            findings,
            tuple(self.fixed),
            self.campaign,
            self.result,
            self.inspection_id,
            self.post_id,
        )


class InspectionOut(BaseModel):
    """What was recorded, and the code of the place now."""

    inspection_id: str
    finding_ids: list[str] = Field(
        description="Ids of the findings that were reported, in their order."
    )
    recorded_at: datetime
    place: PlaceOut | None


class DueOut(BaseModel):
    """A check that is owed, and by whom."""

    place_id: str
    name: str | None
    scene: str = Field(description="Kind of place, one of the eight or another.")
    code: str | None = Field(description="None at a place that has no safety code.")
    due_on: date
    overdue_days: int
    grid_id: str | None
    post_id: str | None
    holder_id: str | None = Field(description="A number, never a name.")
    criteria: list[str]
    campaign: str | None = Field(
        description="Campaign that owes the check of a place without a code."
    )


class DueListOut(BaseModel):
    """Checks owed by the end of a day, the latest first."""

    on: date
    count: int
    overdue: int
    checks: list[DueOut]
