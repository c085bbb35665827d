"""Request and response models of the HTTP doors."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from api.service.answering import Answer, Question
from api.service.inspections import ReportedFinding, ReportedInspection
from api.service.risk import Why
from api.service.sentences import sentences
from gis.models import Instant, Position, SafetyCode

MAX_CANDIDATES_M = 5000.0


class PositionIn(BaseModel):
    """One position to assign; lon and lat in the declared datum."""

    model_config = ConfigDict(extra="forbid")

    lon: float | None = Field(description="Longitude in degrees, or x.")
    lat: float | None = Field(description="Latitude in degrees, or y.")
    datum: str = Field(
        "wgs84", description="wgs84, cgcs2000, gcj02, bd09 or EPSG:n.", max_length=20
    )
    at: datetime | None = Field(
        None,
        description="When it occurred, now without it; no offset is local time.",
    )
    accuracy_m: Annotated[float | None, Field(ge=0, allow_inf_nan=False)] = Field(
        None, description="Radius of the position's accuracy, metres."
    )
    confidence: float = Field(
        0.68, description="Probability that it lies within accuracy_m: 0.68 or 0.95."
    )
    candidates_m: Annotated[float, Field(ge=0, le=MAX_CANDIDATES_M)] = Field(
        0.0, description="Name all grids within this many metres."
    )

    def question(self) -> Question:
        """Return what is asked; a missing coordinate is a missing position."""
        position = None
        if self.lon is not None and self.lat is not None:
            position = Position(self.lon, self.lat, self.datum)
        return Question(
            position, self.at, self.accuracy_m, self.confidence, self.candidates_m
        )


class CandidateOut(BaseModel):
    """A grid near by, with its distance in metres to 1 mm, and who answers for it."""

    grid_id: str
    distance_m: float
    border_m: float | None = Field(
        description="Border shared with the owner, metres; none for the owner itself."
    )
    accountable_post: str | None
    accountable_holder: str | None = Field(description="A number, never a name.")


class CircleOut(BaseModel):
    """A circle of the chain."""

    tier: int
    circle_id: str
    name: str


class LikelihoodOut(BaseModel):
    """How probable each grid is, in steps of 1e-4."""

    band: str
    p_owner: float
    p_outside: float
    probabilities: list[tuple[str, float]]
    decided_at: str | None = Field(
        description="The lowest level that is sure: grid, tier4, ... or none."
    )


class ProvenanceOut(BaseModel):
    """What the answer was computed from."""

    version: int | None
    digest: str | None
    tie_rule: str
    engine_version: str
    datum: str
    datum_error_m: float | None
    duty_revision: int | None


class AssignmentOut(BaseModel):
    """Whose a position is."""

    revision: int = Field(description="Revision of the store that it was made from.")
    status: str
    reason: str
    grid_id: str | None
    distance_m: float | None
    candidates: list[CandidateOut]
    chain: list[CircleOut]
    community_id: str | None
    accountable_post: str | None
    accountable_holder: str | None = Field(description="A number, never a name.")
    accountable_reason: str
    region_leader: str | None
    region_holder: str | None
    at: datetime | None
    accuracy_m: float | None
    likelihood: LikelihoodOut | None
    text: str = Field(description="The answer in one English sentence.")
    text_zh: str = Field(description="The answer in one Chinese sentence.")
    provenance: ProvenanceOut

    @classmethod
    def of(cls, asked: PositionIn, given: Answer) -> Self:
        """Return the response for an answer to what was asked."""
        answer = given.assignment
        text, text_zh = sentences(answer)
        return cls.model_validate(
            {
                "revision": given.revision,
                "status": str(answer.status),
                "reason": answer.reason,
                "grid_id": answer.grid_id,
                "distance_m": answer.distance_m,
                "candidates": given.near,
                "chain": given.circles,
                "community_id": answer.community_id,
                "accountable_post": answer.accountable_post,
                "accountable_holder": (
                    answer.accountable.holder_id if answer.accountable else None
                ),
                "region_leader": (
                    answer.region_leader.post_id if answer.region_leader else None
                ),
                "region_holder": (
                    answer.region_leader.holder_id if answer.region_leader else None
                ),
                "accountable_reason": answer.accountable_reason,
                "at": asked.at,
                "accuracy_m": asked.accuracy_m,
                "likelihood": given.doubt,
                "text": text,
                "text_zh": text_zh,
                "provenance": answer.provenance,
            },
            from_attributes=True,
        )


Id = Annotated[str, Field(min_length=1, max_length=100)]


class FindingIn(BaseModel):
    """Something found wrong at a place."""

    model_config = ConfigDict(extra="forbid")

    severity: Literal["minor", "serious", "critical"]
    about: str = Field("", max_length=500, description="What it is, in words.")
    finding_id: Id | None = Field(
        None,
        description="Unique within the place; made from the inspection without it.",
    )


class InspectionIn(BaseModel):
    """An inspection or a drill at a place, as it was done."""

    model_config = ConfigDict(extra="forbid")

    place_id: Id
    kind: Literal["check", "drill"] = "check"
    done_at: datetime = Field(description="When; no offset is local time.")
    findings: Annotated[list[FindingIn], Field(max_length=200)] = []
    fixed: Annotated[list[Id], Field(max_length=200)] = Field(
        [], description="Ids of findings seen as fixed, listed here or before."
    )
    campaign: str = Field("", max_length=100)
    result: Literal["", "passed", "failed"] = ""
    inspection_id: Annotated[str, Field(max_length=100)] = Field(
        "", description="Made by the service without it."
    )

    def reported(self, done_at: Instant) -> ReportedInspection:
        """Return what is to be recorded."""
        findings = tuple(
            ReportedFinding(one.severity, one.about, one.finding_id)
            for one in self.findings
        )
        return ReportedInspection(
            self.place_id,
            self.kind,
            done_at,
            findings,
            tuple(self.fixed),
            self.campaign,
            self.result,
            self.inspection_id,
        )


class ReasonOut(BaseModel):
    """A criterion that fired, and the open findings that made it."""

    criterion_id: str
    code: str
    text: str
    text_zh: str
    values: dict[str, int]
    findings: list["FindingOut"]


class FindingOut(BaseModel):
    """An open finding."""

    finding_id: str
    severity: str
    about: str
    since: date
    inspection_id: str


class CodeSinceOut(BaseModel):
    """The code of a place since a day."""

    day: date
    code: str | None


class PlaceOut(BaseModel):
    """A place, why it has its code, and when it must be checked again."""

    place_id: str
    name: str | None
    scene: str
    grid_id: str | None
    on: date
    code: str | None
    rule_id: str
    rule_version: str
    reasons: list[ReasonOut]
    due_on: date | None
    overdue_days: int
    last_check: date | None
    last_drill: date | None
    history: list[CodeSinceOut]

    @classmethod
    def of(cls, why: Why) -> Self:
        """Return the response for a place."""
        told = why.explanation
        reasons = [
            {
                "criterion_id": reason.criterion.criterion_id,
                "code": _word(reason.criterion.code),
                "text": reason.criterion.en,
                "text_zh": reason.criterion.zh,
                "values": dict(reason.values),
                "findings": [asdict(finding) for finding in findings],
            }
            for reason, findings in zip(told.reasons, why.findings, strict=True)
        ]
        history = [{"day": c.day, "code": _word(c.code)} for c in why.history]
        return cls.model_validate(
            {
                "place_id": why.place_id,
                "name": why.name,
                "scene": why.scene,
                "grid_id": why.grid_id,
                "on": told.day,
                "code": _word(told.code),
                "rule_id": told.rule_id,
                "rule_version": told.version,
                "reasons": reasons,
                "due_on": told.due,
                "overdue_days": told.overdue_days,
                "last_check": told.last_check,
                "last_drill": told.last_drill,
                "history": history,
            }
        )


class InspectionOut(BaseModel):
    """What was recorded, and the code of the place now."""

    inspection_id: str
    recorded_at: datetime
    place: PlaceOut | None


class DueOut(BaseModel):
    """A check that is owed, and by whom."""

    place_id: str
    name: str | None
    scene: str
    code: str
    due_on: date
    overdue_days: int
    grid_id: str | None
    post_id: str | None
    holder_id: str | None = Field(description="A number, never a name.")
    criteria: list[str]


class DueListOut(BaseModel):
    """Checks owed by the end of a day, the latest first."""

    on: date
    count: int
    overdue: int
    checks: list[DueOut]


def _word(code: SafetyCode | None) -> str | None:
    return code.name.lower() if code else None
