"""Where a report says its event is: a position, a device's place, or a community."""

from dataclasses import dataclass
from typing import Final

from api.service.events.report import EventReport
from gis.models import Device, Position, Source
from layers.registry import Registry

R95_TO_R68: Final = 1.5096 / 2.4477
"""A radius of 95 % is so many times as long as one of 68 %."""
DEFAULT_DATUM: Final = "wgs84"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event is taken to be, as far as its report says.

    Attributes
    ----------
    position
        In the datum that it declares; None where it has none.
    accuracy_m
        Radius of 68 %, metres; None where none is known.
    community_id
        The community where nothing finer is known.
    area_id
        The grid or circle whose command it is about.
    flags
        What to know about it, of `layers.words.events.EVENT_FLAGS`.
    """

    position: Position | None = None
    accuracy_m: float | None = None
    community_id: str | None = None
    area_id: str | None = None
    flags: tuple[str, ...] = ()


def place_of(
    report: EventReport, source: Source, registry: Registry, crs: str
) -> Place:
    """Return where a report says its event is.

    A position takes datum and accuracy of its source where it says none itself; one of
    95 % is brought to 68 %.

    Parameters
    ----------
    report
        What is reported.
    source
        Who reports it.
    registry
        Has the devices.
    crs
        Of the store, in which devices stand.
    """
    if report.device_id is not None:
        return _place_of_device(report, registry.devices.get(report.device_id), crs)
    if report.lon is None or report.lat is None:
        return Place(community_id=report.community_id, area_id=report.area_id)
    datum = report.datum or source.datum or DEFAULT_DATUM
    radius_m = report.accuracy_m
    if radius_m is None:
        radius_m = source.accuracy_m
    elif report.confidence == 0.95:
        radius_m *= R95_TO_R68
    return Place(Position(report.lon, report.lat, datum), radius_m)


def _place_of_device(report: EventReport, device: Device | None, crs: str) -> Place:
    """Return the place of a device, where there is such a one of this source."""
    if device is None:
        return Place(flags=("unknown_device",))
    if device.source != report.source:
        return Place(flags=("foreign_device",))
    if device.lon is None or device.lat is None:
        return Place(flags=("device_without_place",))
    position = Position(device.lon, device.lat, crs)
    return Place(position, device.accuracy_m, flags=("place_of_device",))
