"""A report as the event that a store keeps, and what else it says."""

from collections.abc import Sequence
from typing import Final

import orjson

from api.service.events.place import Place
from api.service.events.report import EventReport
from gis.models import Event, Instant

DEFAULT_SEVERITY: Final = 1


def event_of(
    event_id: str,
    code: str,
    report: EventReport,
    place: Place,
    times: tuple[Instant, Instant, Instant],
) -> Event:
    """Return an event as its source reports it.

    Parameters
    ----------
    event_id, code
        Its id, and its kind by the word of the source.
    report, place
        What is reported, and where that is taken to be.
    times
        When it occurred, was captured and was received.
    """
    return Event(
        event_id,
        report.source,
        report.source_id,
        code,
        report.severity or DEFAULT_SEVERITY,
        place.position,
        *times,
        place.accuracy_m,
        place.community_id,
    )


def details_of(
    report: EventReport,
    code: str,
    times: tuple[Instant, Instant],
    flags: Sequence[str],
) -> str:
    """Return what else is said of an event, as JSON; nothing that is stored elsewhere.

    Parameters
    ----------
    report
        What is reported.
    code, times
        Kind and times that stand in place of what was reported: that is kept here.
    flags
        What is odd about it.
    """
    reported = {
        "kind": report.kind if report.kind != code else None,
        "occurred_at": report.occurred_at if report.occurred_at != times[0] else None,
        "captured_at": report.captured_at if report.captured_at != times[1] else None,
        "confidence": report.confidence,
        "accuracy_m": report.accuracy_m if report.confidence else None,
    }
    details = {
        "text": report.text or None,
        "address": report.address,
        "links": report.links or None,
        "on_behalf": report.on_behalf,
        "device_id": report.device_id,
        "area_id": report.area_id,
        "certainty": report.certainty,
        "reported": {k: v for k, v in reported.items() if v is not None} or None,
        "flags": list(flags) or None,
    }
    return orjson.dumps({k: v for k, v in details.items() if v is not None}).decode()
