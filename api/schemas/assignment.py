"""Request and response of `POST /assign`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final
from weakref import WeakKeyDictionary

import orjson
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.schemas.addresses import AddressCandidateOut
from api.schemas.moments import Moment
from api.schemas.sentences import sentences
from api.schemas.texts import Address
from api.service.assignment.answer import Question, Reply
from api.service.assignment.systems import SystemOwner
from gis.models import Position
from gis.roster import commander

MAX_CANDIDATES_M = 5000.0
MAX_SYSTEMS = 16


class PositionIn(BaseModel):
    """One position to assign; lon and lat in the declared datum."""

    model_config = ConfigDict(extra="forbid", strict=True)

    lon: float | None = Field(description="Longitude in degrees, or x.")
    lat: float | None = Field(description="Latitude in degrees, or y.")
    datum: str = Field(
        "wgs84", description="wgs84, cgcs2000, gcj02, bd09 or EPSG:n.", max_length=20
    )
    at: Moment | None = Field(
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


class SystemsIn(PositionIn):
    """One position or address to assign, and grid systems to name the owners of."""

    address: Address | None = Field(
        None,
        description="In words, in place of lon and lat: the answer names the places "
        "that it may mean.",
    )

    systems: list[str] | None = Field(
        None,
        description="Grid systems to name the owners of, such as main.",
        min_length=1,
        max_length=MAX_SYSTEMS,
    )

    @model_validator(mode="before")
    @classmethod
    def _without_position(cls, values: object) -> object:
        """Let an address stand alone."""
        if isinstance(values, dict) and values.get("address") is not None:
            return {"lon": None, "lat": None, **values}
        return values

    @property
    def has_address_alone(self) -> bool:
        """Whether an address stands in place of a position."""
        return self.address is not None and self.lon is None and self.lat is None


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


class MemberOut(BaseModel):
    """A post that acts in the grid and does not answer for it."""

    post_id: str
    role: str
    holder_id: str | None = Field(description="A number, never a name.")


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
    neighbour_id: str | None = Field(
        description="Official code of the neighbour that holds a place outside."
    )
    neighbour: str | None = Field(description="Its name.")
    candidates: list[CandidateOut]
    chain: list[CircleOut]
    community_id: str | None
    accountable_post: str | None
    accountable_holder: str | None = Field(description="A number, never a name.")
    accountable_reason: str
    region_leader: str | None = Field(
        description="Who commands the region: its leader, else the first one above."
    )
    region_holder: str | None = Field(description="A number, never a name.")
    region_reason: str = Field(
        description="Why it is not the region's own leader; empty where it is."
    )
    members: list[MemberOut]
    at: datetime | None
    accuracy_m: float | None
    likelihood: LikelihoodOut | None
    text: str = Field(description="The answer in one English sentence.")
    text_zh: str = Field(description="The answer in one Chinese sentence.")
    provenance: ProvenanceOut


class OwnerOut(BaseModel):
    """Whose a position is in one grid system."""

    system: str
    version: int | None = Field(description="In force then; none where there is none.")
    status: str
    reason: str
    grid_id: str | None
    distance_m: float | None


class OwnersOut(AssignmentOut):
    """Whose a position is, in other grid systems too."""

    owners: list[OwnerOut] | None = Field(
        None, description="One for each of systems; not there where none was asked for."
    )
    address_candidates: list[AddressCandidateOut] | None = Field(
        None,
        description="Places that the address may mean, the best first; not there where "
        "no address stands in place of the position.",
    )


PERSONS: Final = frozenset({"accountable_holder", "region_holder", "holder_id"})
"""Fields that say who holds a post: of those with a key alone."""
_PLAIN_BYTES: WeakKeyDictionary[Reply, dict[bool, bytes]] = WeakKeyDictionary()
"""Responses to questions without time and accuracy, as long as their reply is kept,
with and without persons."""


def assignment_bytes(position: PositionIn, reply: Reply, *, has_persons: bool) -> bytes:
    """Return the response for a reply, as `AssignmentOut` describes it.

    Parameters
    ----------
    position
        What was asked.
    reply
        What the service says.
    has_persons
        Whether who asks may know who holds a post; else `PERSONS` are null.
    """
    if position.at is not None or position.accuracy_m is not None:
        return _bytes(position, reply, has_persons=has_persons)
    responses = _PLAIN_BYTES.setdefault(reply, {})
    response = responses.get(has_persons)
    if response is None:
        response = _bytes(position, reply, has_persons=has_persons)
        responses[has_persons] = response
    return response


def with_owners(response: bytes, owners: Sequence[SystemOwner]) -> bytes:
    """Return a response with the owners in other grid systems at its end.

    Parameters
    ----------
    response
        What `assignment_bytes` returned.
    owners
        One for each system that was asked for.
    """
    rows = [
        {
            "system": owner.system,
            "version": owner.version,
            "status": owner.assignment.status,
            "reason": owner.assignment.reason,
            "grid_id": owner.assignment.grid_id,
            "distance_m": owner.assignment.distance_m,
        }
        for owner in owners
    ]
    return b'%b,"owners":%b}' % (response[:-1], orjson.dumps(rows))


def _without_persons(value: Any) -> Any:
    """Return a document in which nobody holds a post."""
    if isinstance(value, list):
        return [_without_persons(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: None if name in PERSONS else _without_persons(item)
        for name, item in value.items()
    }


def _bytes(position: PositionIn, reply: Reply, *, has_persons: bool) -> bytes:
    """Return the response; of what was asked it repeats time and accuracy alone."""
    assignment = reply.assignment
    accountable = assignment.accountable
    region, region_reason = commander(assignment.region_leader, assignment.leaders)
    neighbour = reply.neighbour
    text, text_zh = sentences(assignment, neighbour)
    response = orjson.dumps(
        {
            "revision": reply.revision,
            "status": assignment.status,
            "reason": assignment.reason,
            "grid_id": assignment.grid_id,
            "distance_m": assignment.distance_m,
            "neighbour_id": neighbour and neighbour.neighbour_id,
            "neighbour": neighbour and neighbour.name,
            "candidates": reply.near,
            "chain": [
                {"tier": c.tier, "circle_id": c.circle_id, "name": c.name}
                for c in reply.circles
            ],
            "community_id": assignment.community_id,
            "accountable_post": accountable and accountable.post_id,
            "accountable_holder": accountable and accountable.holder_id,
            "accountable_reason": assignment.accountable_reason,
            "region_leader": region and region.post_id,
            "region_holder": region and region.holder_id,
            "region_reason": region_reason,
            "members": reply.members,
            "at": position.at,
            "accuracy_m": position.accuracy_m,
            "likelihood": reply.doubt,
            "text": text,
            "text_zh": text_zh,
            "provenance": assignment.provenance,
        },
        option=orjson.OPT_UTC_Z,
    )
    if has_persons:
        return response
    return orjson.dumps(_without_persons(orjson.loads(response)))
