"""What is sent to `POST /events`: one event, and where it happened."""

import datetime as dt
import re
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from api.refusals import broken_rule
from api.schemas.moments import Moment
from api.schemas.numbers import Whole
from api.schemas.positions import MaybePositionIn
from api.schemas.texts import Address, Id, LongId, LongText
from api.service.events.masking import holds_number
from api.service.events.report import EventReport
from gis.local_time import instant_of
from gis.models import Instant

CONFIDENCES: Final = (0.68, 0.95)
PLACE_FIELDS: Final = ("lon", "community_id", "device_id")
_NO_ADDRESS: Final = re.compile(r"[\s\x00-\x1f\x7f\\\"<>^`{|}]")


def _confidence(value: float) -> float:
    """Refuse a probability that belongs to no accuracy."""
    if value not in CONFIDENCES:
        raise broken_rule("confidence")
    return value


def _link(value: str) -> str:
    """Refuse what is no address of the web, or has a password in it."""
    try:
        parts = urlsplit(value)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
        is_address &= parts.port is None or parts.port > 0
    except ValueError:
        is_address = False
    if not is_address or _NO_ADDRESS.search(value) or not value.isprintable():
        raise broken_rule("no_link")
    if "@" in parts.netloc:
        raise broken_rule("link_with_password")
    return value


def _on_behalf(value: str) -> str:
    """Refuse the number of a person in place of an id."""
    if holds_number(value):
        raise broken_rule("number_of_person")
    return value


Link = Annotated[str, Field(max_length=2000), AfterValidator(_link)]


class EventIn(MaybePositionIn):
    """One event: a position, a community, a device, or no place that is known.

    Telephone and citizen numbers in `text` are starred out before it is stored.
    """

    source: LongId = Field(description="Who reports it.")
    id: LongId = Field(description="Id that its source gave it; unique in the source.")
    kind: Id = Field(description="What it is about; an unknown kind goes to triage.")
    datum: str | None = Field(
        None,
        description="wgs84, cgcs2000, gcj02, bd09 or EPSG:n; without it that of the "
        "source.",
        max_length=20,
    )
    accuracy_m: Annotated[float | None, Field(ge=0, allow_inf_nan=False)] = Field(
        None, description="Radius of the position's accuracy, metres."
    )
    confidence: Annotated[float, AfterValidator(_confidence)] | None = Field(
        None,
        description="Probability that it lies within accuracy_m: 0.68 (without it) or "
        "0.95.",
    )
    community_id: Id | None = Field(
        None, description="Community that the reporter names, without a position."
    )
    device_id: Id | None = Field(
        None, description="Device that saw it; its place is that of the event."
    )
    severity: Annotated[Whole, Field(ge=1, le=4)] | None = Field(
        None, description="1 is light, 4 is grave; without it that of the kind."
    )
    occurred_at: Moment | None = Field(
        None, description="When it happened; no offset is local time."
    )
    captured_at: Moment | None = Field(
        None, description="When a device wrote it down; no offset is local time."
    )
    certainty: Annotated[float | None, Field(ge=0, le=1)] = Field(
        None, description="How sure a detector is, from 0 to 1."
    )
    text: LongText | None = Field(None, description="What it is, in words.")
    address: Address | None = Field(
        None,
        description="Where it is, in words; without a position the answer names the "
        "places that it may mean, and none is taken.",
    )
    links: Annotated[list[Link], Field(max_length=10)] | None = Field(
        None, description="Addresses of pictures and files; they are never fetched."
    )
    on_behalf: (
        Annotated[
            str,
            Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$"),
            AfterValidator(_on_behalf),
        ]
        | None
    ) = Field(None, description="Id, never a name, of whom the source speaks for.")

    @model_validator(mode="after")
    def _check_place(self) -> Self:
        """Refuse two places, and a confidence of nothing."""
        places = [name for name in PLACE_FIELDS if getattr(self, name) is not None]
        if len(places) > 1:
            raise broken_rule("two_places", places=", ".join(places))
        if self.confidence is not None and self.accuracy_m is None:
            raise broken_rule("confidence_alone")
        return self

    def report(self, timezone: str) -> EventReport:
        """Return what is reported, with its times as instants.

        Parameters
        ----------
        timezone
            IANA zone of times without offset.

        Raises
        ------
        InvalidLayerError
            If local clocks skip a time or show it twice.
        """
        return EventReport(
            self.source,
            self.id,
            self.kind,
            self.lon,
            self.lat,
            self.datum,
            self.accuracy_m,
            self.confidence,
            self.community_id,
            self.device_id,
            self.severity,
            _instant(self.occurred_at, timezone),
            _instant(self.captured_at, timezone),
            self.certainty,
            self.text or "",
            tuple(self.links or ()),
            self.on_behalf,
            tuple(
                name
                for name in ("occurred_at", "captured_at")
                if (moment := getattr(self, name)) is not None and not moment.tzinfo
            ),
            address=self.address,
        )

    @property
    def has_address_alone(self) -> bool:
        """Whether an address stands in place of a position."""
        has_position = self.lon is not None or self.device_id is not None
        return self.address is not None and not has_position


def _instant(moment: dt.datetime | None, timezone: str) -> Instant | None:
    return None if moment is None else instant_of(moment, timezone)
