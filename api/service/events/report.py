"""What a source reports of one event, once it is read."""

from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Final

from gis.models import Instant


@dataclass(frozen=True, slots=True)
class EventReport:
    """An event as its source sent it, times as instants, free text masked.

    Attributes
    ----------
    source, source_id, kind
        Who reports it, under which id, what it is about.
    lon, lat, datum
        Position as reported; None where there is none, or where the datum is that of
        the source.
    accuracy_m, confidence
        Radius of the position, and how probably it lies within: 0.68 or 0.95.
    community_id, device_id, area_id
        The place where there is no position; the last is an area whose command the
        event is about, and only said by the service itself.
    severity
        1 to 4; None leaves it to the kind.
    occurred_at, captured_at
        When it happened and when a device wrote it down; None where it is not said.
    certainty
        How sure a detector is, 0 to 1.
    text, links, on_behalf
        What else is said of it; links are never fetched.
    address
        Where it is in words; it gives no position.
    local_times
        Names of the times that had no offset and were taken as local.

    Examples
    --------
    >>> EventReport("hotline", "H-1", "noise").members()["source_id"]
    'H-1'
    """

    source: str
    source_id: str
    kind: str
    lon: float | None = None
    lat: float | None = None
    datum: str | None = None
    accuracy_m: float | None = None
    confidence: float | None = None
    community_id: str | None = None
    device_id: str | None = None
    severity: int | None = None
    occurred_at: Instant | None = None
    captured_at: Instant | None = None
    certainty: float | None = None
    text: str = ""
    links: tuple[str, ...] = ()
    on_behalf: str | None = None
    local_times: tuple[str, ...] = ()
    area_id: str | None = None
    address: str | None = None

    def members(self) -> dict[str, object]:
        """Return what was reported by name, for its fingerprint."""
        return dict(zip(REPORTED, _reported(self), strict=True))


REPORTED: Final = tuple(
    field.name for field in fields(EventReport) if field.name != "local_times"
)
"""What a source reports; how its times were written is not among it."""
_reported = attrgetter(*REPORTED)
