"""Records of the domain: frozen values that carry datum, both times and provenance."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Final, NewType

GridId = NewType("GridId", str)
CircleId = NewType("CircleId", str)
PostId = NewType("PostId", str)
Instant = NewType("Instant", int)
"""UTC milliseconds since 1970-01-01."""

TIE_RULE = "lowest-id/1"
"""Of several grids that intersect a point, the lowest id (code-point order) owns it."""


class RiskLevel(IntEnum):
    """Five colours of area risk; an area without data has no level (None)."""

    GREEN = 1
    BLUE = 2
    YELLOW = 3
    ORANGE = 4
    RED = 5


class SafetyCode(IntEnum):
    """Three colours of a place: low, medium and high risk."""

    GREEN = 1
    YELLOW = 2
    RED = 3


class Severity(IntEnum):
    """How grave a finding of an inspection is."""

    MINOR = 1
    SERIOUS = 2
    CRITICAL = 3


class Scene(StrEnum):
    """The eight kinds of places that carry a safety code; the list is closed."""

    STREET_SHOP = "street_shop"
    KEY_SECURITY_PLACE = "key_security_place"
    RENTAL_HOUSING = "rental_housing"
    HAZARDOUS_CHEMICALS = "hazardous_chemicals"
    LABOUR_INTENSIVE = "labour_intensive"
    CONSTRUCTION_SITE = "construction_site"
    CROWDED_PLACE = "crowded_place"
    GENERAL_ENTERPRISE = "general_enterprise"


SCENE_NAMES: Final[Mapping[Scene, tuple[str, str]]] = MappingProxyType(
    {
        Scene.STREET_SHOP: ("沿街店铺", "Street shops"),
        Scene.KEY_SECURITY_PLACE: ("重点治安场所", "Key security places"),
        Scene.RENTAL_HOUSING: ("出租房", "Rental housing"),
        Scene.HAZARDOUS_CHEMICALS: ("危化品生产企业", "Hazardous chemicals"),
        Scene.LABOUR_INTENSIVE: ("劳动密集型企业", "Labour-intensive"),
        Scene.CONSTRUCTION_SITE: ("建筑工地", "Construction sites"),
        Scene.CROWDED_PLACE: ("人流密集场所", "Crowded places"),
        Scene.GENERAL_ENTERPRISE: ("一般企业", "General enterprises"),
    }
)
"""Chinese and English name of each scene."""


class Status(StrEnum):
    """How a position was answered.

    The first four are those of `gis.index.Relation`; `SNAPPED` is outside all grids and
    given to the nearest one within a limit, `UNLOCATED` has no usable position.
    """

    OUTSIDE = "outside"
    INSIDE = "inside"
    BOUNDARY = "boundary"
    OVERLAP = "overlap"
    SNAPPED = "snapped"
    UNLOCATED = "unlocated"


@dataclass(frozen=True, slots=True)
class Position:
    """A position as it was reported: lon, lat (or x, y) and the datum it declares."""

    x: float
    y: float
    datum: str = "wgs84"


@dataclass(frozen=True, slots=True)
class Event:
    """Something reported at a place and time.

    `occurred_at` decides version and duty of the first answer; `captured_at` is when
    the device wrote it down, `received_at` when the service got it.
    """

    event_id: str
    source: str
    source_id: str
    kind: str
    severity: int
    position: Position | None
    occurred_at: Instant
    captured_at: Instant
    received_at: Instant
    accuracy_m: float | None = None
    community_id: str | None = None


@dataclass(frozen=True, slots=True)
class Circle:
    """A node of the command tree; tier 1 is the top, `parent_id` is None there."""

    circle_id: CircleId
    parent_id: CircleId | None
    tier: int
    name: str


@dataclass(frozen=True, slots=True)
class Post:
    """A position answerable for a grid or circle.

    `holder_id` is a number of the roster, never a name; None is a vacancy.
    """

    post_id: PostId
    area_id: str
    role: str
    holder_id: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Who may report events, and how what it says is to be read.

    Attributes
    ----------
    source
        Its id.
    name_zh, name_en
        Its names; the English one may be empty.
    sort
        ``camera``, ``drone``, ``sensor``, ``citizen``, ``member``, ``inspection``,
        ``hotline``, ``feed`` or ``pagoda``.
    datum
        Datum of its positions; None where each event says its own.
    accuracy_m
        Radius of 68 % of its positions, metres, where an event says none.
    kind_map
        Its own words -> kinds.
    trust
        Share of its reports that prove true, where that is known.
    destination_id
        Who is told what became of its events; None for nobody.
    owner
        Body that answers for it.
    """

    source: str
    name_zh: str
    name_en: str
    sort: str
    datum: str | None
    accuracy_m: float | None
    kind_map: Mapping[str, str]
    trust: float | None
    destination_id: str | None
    owner: str


@dataclass(frozen=True, slots=True)
class Device:
    """A source's eye with a place; one in a home is a person's place in disguise.

    Attributes
    ----------
    device_id, source, sort
        Its id, the source it reports for, and what it is.
    in_home
        Whether it is in a home: then it is never shown.
    accuracy_m
        How far what it sees may be from its own place, metres.
    lon, lat
        Its place in degrees of the store; None for both where it has none.
    """

    device_id: str
    source: str
    sort: str
    in_home: bool
    accuracy_m: float | None
    lon: float | None
    lat: float | None


@dataclass(frozen=True, slots=True)
class Department:
    """A body, a team or a centre that an event may go to.

    Attributes
    ----------
    department_id
        Its id, as packs name it.
    name_zh, name_en
        Its names; the English one may be empty.
    rank
        Order among departments; 1 is first.
    platform
        Platform that it works on; empty for none.
    post_id
        Its duty post; None where it has none.
    team
        ``guidance``, ``enforcement`` or ``mediation``; empty where it is no team.
    lon, lat
        Where it is, in degrees of the store; None for both where it is no point.
    """

    department_id: str
    name_zh: str
    name_en: str
    rank: int
    platform: str
    post_id: PostId | None
    team: str
    lon: float | None
    lat: float | None


@dataclass(frozen=True, slots=True)
class Destination:
    """Where what happens to events is told.

    Attributes
    ----------
    destination_id
        Its id.
    url
        Address that webhooks are sent to.
    secret_id
        Name of the secret that signs them; in the environment ``PAGODA_SECRET_`` stands
        before it.
    is_disabled
        Whether nothing is sent.
    """

    destination_id: str
    url: str
    secret_id: str
    is_disabled: bool


@dataclass(frozen=True, slots=True)
class Key:
    """What a key may do, and for whom; the key itself is kept nowhere.

    Attributes
    ----------
    key_id
        Its id.
    sha256
        SHA-256 of the key, hexadecimal.
    role
        What it is for.
    holder_id
        Number of who has it; None where that is no person.
    department_id, source
        The department or source that has it; None where none does.
    area_id
        Grid or circle that it is limited to; None for no such limit.
    grants
        Sensitive kinds that it sees.
    """

    key_id: str
    sha256: str
    role: str
    holder_id: str | None
    department_id: str | None
    source: str | None
    area_id: str | None
    grants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds the leader post of a grid or circle, or any other post, at a time.

    Attributes
    ----------
    area_id
        The grid or circle.
    post_id
        The post; None where the area has no leader post.
    holder_id
        Number of who holds it; None where nobody does.
    reason
        Why nobody does: `vacant_post` or `no_one_on_duty`, or `no_time` where that is
        not known without an hour; empty where somebody does.
    """

    area_id: str
    post_id: PostId | None
    holder_id: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A grid near a position: distance in metres to 1 mm, 0 inside or on the edge."""

    grid_id: GridId
    distance_m: float


@dataclass(frozen=True, slots=True)
class Provenance:
    """What an answer was computed from, enough to compute it again.

    `datum_error_m` is the declared error of a datum conversion, None where nothing was
    converted; `duty_revision` is when the last duty taken into account was recorded,
    None where there are no duties.
    """

    version: int | None
    digest: str | None
    tie_rule: str
    engine_version: str
    datum: str
    datum_error_m: float | None
    duty_revision: Instant | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Whose a position is: one grid, its chain of circles, one accountable post.

    Attributes
    ----------
    status
        How the position lies to the grids.
    reason
        Why there is no owner (`missing`, `swapped_axes`, ...) or what to know about
        the owner (`nearest:<id>` when outside); empty otherwise.
    grid_id
        The owner; None when outside or unlocated.
    distance_m
        Geodesic distance to the owner or, outside, to the nearest grid; None inside.
    candidates
        Grids within the radius asked for, nearest first.
    chain
        Circle ids from the grid's parent up to the core.
    community_id
        The administrative parent.
    accountable
        The one post that answers for the event and who holds it then; None where the
        tree has no post that somebody holds.
    accountable_reason
        Empty, or `vacant_post`, `no_one_on_duty` or `triage` when it is not the grid's
        own leader post; `no_time` where only the day of a rotating post is known.
    region_leader
        The leader post that commands the region, and who holds it then.
    leaders
        The leader posts of the grid and of every circle above it.
    provenance
        What the answer was computed from.
    """

    status: Status
    reason: str
    grid_id: GridId | None
    distance_m: float | None
    candidates: tuple[Candidate, ...]
    chain: tuple[CircleId, ...]
    community_id: str | None
    accountable: Holding | None
    accountable_reason: str
    region_leader: Holding | None
    leaders: tuple[Holding, ...]
    provenance: Provenance

    @property
    def accountable_post(self) -> PostId | None:
        """Id of the accountable post."""
        return self.accountable.post_id if self.accountable else None
