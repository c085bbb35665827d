"""What the forms of somebody with a post send, and what of it comes back."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from api.refusals import RequestError
from api.schemas.desk_fields import Fields, number_of, text_of
from api.schemas.events import EventIn
from api.schemas.phone_times import PhoneTime
from api.service.events.my_report import CONFIDENCE, RESIDENT, ReportPlace
from api.service.events.report import EventReport
from gis.local_time import instant_text
from layers.words import Words
from layers.words.desk import DESK
from layers.words.phone import CHECK, MY

Sort: TypeAlias = Literal["hidden", "text", "tick"]
TEXTS: Final[Mapping[str, Words]] = {
    "text": MY["text"],
    "address": MY["address"],
    "link": MY["link"],
    "reason": DESK["reason"],
    "result": DESK["result"],
    "note": DESK["note"],
}
"""Fields that a person wrote, with what they are called."""
TICKS: Final[Mapping[str, Words]] = {
    "on_behalf": MY["on_behalf"],
    "is_fixed": MY["fixed"],
}
"""Fields that a person ticked."""
SIGNED: Final = "form_token"
SCHEME: Final = "https://"
LONGEST_LINK: Final = 300


class ReturnedField(NamedTuple):
    """A field of a form that was refused, as it was filled in."""

    name: str
    sort: Sort
    label: Words
    value: str


def returned_fields(
    fields: Fields, labels: Mapping[tuple[str, str], Words]
) -> Iterator[ReturnedField]:
    """Yield the fields of a form that was refused, without what signed it.

    Parameters
    ----------
    fields
        What the form says.
    labels
        What ticks are called beside those of every form, by name and value.

    Examples
    --------
    >>> [f.sort for f in returned_fields({"text": ["a"], "kind": ["b"]}, {})]
    ['text', 'hidden']
    """
    for name, values in fields.items():
        for value in values:
            label = TEXTS.get(name) or TICKS.get(name) or labels.get((name, value))
            sort: Sort = "text" if name in TEXTS else "tick" if label else "hidden"
            if name != SIGNED:
                yield ReturnedField(name, sort, label or Words("", ""), value)


def https_link(link: str) -> str:
    """Return the link of a photo, if it is one.

    Parameters
    ----------
    link
        As it was typed; other doors look at the rest of it.

    Raises
    ------
    RequestError
        If it is of another scheme, or long.

    Examples
    --------
    >>> https_link("https://photo.example/1.jpg")
    'https://photo.example/1.jpg'
    """
    if not link.startswith(SCHEME) or len(link) > LONGEST_LINK:
        words = CHECK["no_link"]
        raise RequestError(422, "no-link", words.en, words.zh)
    return link


def event_report(
    fields: Fields,
    identity: tuple[str, str],
    place: ReportPlace | None,
    time: PhoneTime,
    timezone: str,
) -> EventReport:
    """Return the event that a form reports, as the door of events would read it.

    Parameters
    ----------
    fields
        What the form says.
    identity
        Source, and the id that it gives to the event.
    place
        Where it is; None where that is not known.
    time
        When it was written down.
    timezone
        Of the town.

    Raises
    ------
    ValidationError
        If a field is not as that door takes it.
    RequestError
        If a link is not one of https.
    """
    source, source_id = identity
    values: dict[str, Any] = {"source": source, "id": source_id}
    values["kind"] = text_of(fields, "kind")
    values["text"] = text_of(fields, "text")
    if "is_fixed" in fields:
        values["text"] += MY["fixed_mark"].zh
    if "address" in fields:
        values["address"] = text_of(fields, "address")
    if "link" in fields:
        values["links"] = [https_link(link) for link in fields["link"]]
    if "severity" in fields:
        values["severity"] = number_of(text_of(fields, "severity"))
    if "on_behalf" in fields:
        values["on_behalf"] = RESIDENT
    if time.at is not None:
        at = instant_text(time.at)
        values |= {"occurred_at": at, "captured_at": at}
    if place is not None:
        lon, lat, datum = place.position.x, place.position.y, place.position.datum
        values |= {"lon": lon, "lat": lat, "datum": datum}
    if place is not None and place.radius_m is not None:
        values |= {"accuracy_m": place.radius_m, "confidence": CONFIDENCE}
    return EventIn.model_validate(values).report(timezone)
