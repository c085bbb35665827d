"""Lines of `pagoda key`; none of them has a key or its digest in it."""

from collections.abc import Sequence

from api.service.access.keys import KeyOrder, KeyStatus
from gis.counts import count_text
from gis.local_time import instant_text, timezone_of
from gis.sentences import joined, sentence


def new_key_lines(key_id: str, order: KeyOrder, *, is_first: bool) -> list[str]:
    """Return what is said of a key that was made, beside the key.

    Parameters
    ----------
    key_id
        Its id.
    order
        What it is for.
    is_first
        Whether the store never had a key before.
    """
    after = sentence("; from now on it asks everybody for a key") if is_first else ""
    whom = joined(
        "",
        (
            sentence(", {limit} {value}", limit=name[2:], value=value)
            for name, value in order.options.items()
        ),
    )
    return [
        sentence(
            "Key {key_id} of the role {role}{whom}. It is printed this once: hand it "
            "over and keep no copy.",
            key_id=key_id,
            role=order.role.value,
            whom=whom,
        ),
        sentence("A running service takes it within seconds{after}.", after=after),
    ]


def key_lines(entries: Sequence[KeyStatus], timezone: str) -> list[str]:
    """Return a line for each key, and how many are valid.

    Parameters
    ----------
    entries
        Keys in their order.
    timezone
        IANA zone of the times.
    """
    zone = timezone_of(timezone)
    lines = []
    for entry in entries:
        key = entry.key
        limits = {
            "holder": key.holder_id,
            "department": key.department_id,
            "source": key.source,
            "area": key.area_id,
            "grants": ";".join(key.grants),
        }
        parts = [
            sentence("{limit} {value}", limit=name, value=value)
            for name, value in limits.items()
            if value
        ]
        since = instant_text(entry.starts_at, zone)
        until = "" if entry.ends_at is None else instant_text(entry.ends_at, zone)
        parts += [
            sentence("since {since}", since=since),
            *([sentence("until {until}", until=until)] if until else []),
        ]
        lines.append(
            sentence(
                "{key_id}  {role}  {key_state}  {parts}",
                key_id=key.key_id,
                role=str(key.role),
                key_state=entry.state,
                parts=joined(", ", parts),
            )
        )
    valid = sum(entry.state == "valid" for entry in entries)
    return [
        *lines,
        sentence(
            "{valid:,} of {keys} valid.",
            valid=valid,
            keys=count_text(len(entries), "key"),
        ),
    ]
