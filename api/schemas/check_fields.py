"""What the checklist of a place sends, read or refused in both languages."""

from collections.abc import Collection
from typing import Final

from pydantic import TypeAdapter

from api.refusals import RequestError
from api.schemas.desk_fields import Fields, text_of
from api.schemas.events import Link
from api.schemas.my_fields import https_link
from api.schemas.texts import Text
from api.service.facts.checks import Ticks
from gis.models import Instant
from gis.safety.checklists import SEVERITIES
from layers.words.phone import CHECK

_LINK: Final[TypeAdapter[str]] = TypeAdapter(Link)
_NOTE: Final[TypeAdapter[str]] = TypeAdapter(Text)


def read_ticks(
    fields: Fields,
    item_ids: Collection[str],
    place_id: str,
    post_id: str | None,
    done_at: Instant,
) -> Ticks:
    """Return what a form says of a place.

    Parameters
    ----------
    fields
        What the form says.
    item_ids
        Items of the checklist of the place.
    place_id, post_id, done_at
        Where, by which post, and when.

    Raises
    ------
    RequestError
        If an item is of no list, or a link is none or stands alone.
    ValidationError
        If the link or note is not as other doors take it.
    """
    faults, fixed = (frozenset(fields.get(name, ())) for name in ("item", "fixed"))
    if not (faults | fixed) <= {*item_ids}:
        raise _refusal(409, "list_changed")
    link, note = text_of(fields, "link"), text_of(fields, "note")
    severity = text_of(fields, "severity")
    ticks = Ticks(
        place_id,
        post_id,
        done_at,
        faults,
        fixed,
        frozenset(fields.get("earlier", ())),
        _NOTE.validate_python(note) if note else "",
        severity if severity in SEVERITIES else SEVERITIES[0],
        _LINK.validate_python(https_link(link)) if link else "",
        "on_behalf" in fields,
    )
    if link and not (faults or fixed or note):
        raise _refusal(422, "link_alone")
    return ticks


def _refusal(status: int, name: str) -> RequestError:
    words = CHECK[name]
    return RequestError(status, name.replace("_", "-"), words.en, words.zh)
