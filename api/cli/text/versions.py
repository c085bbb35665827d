"""What `pagoda versions` prints."""

from typing import Final

from api.service.stores.town_time import time_lines
from api.service.versions.state import state_of
from gis.local_time import instant_text, timezone_of
from gis.models import Instant
from gis.sentences import sentence
from layers.stores import Store

STATES: Final = {
    "in force": sentence("in force"),
    "pending": sentence("pending"),
    "past": sentence("past"),
    "replaced": sentence("replaced"),
    "withdrawn": sentence("withdrawn"),
}
"""States of versions, as they are said."""


def version_lines(store: Store, now: Instant, timezone: str) -> list[str]:
    """Return the versions of every grid system as lines of a table.

    Parameters
    ----------
    store
        The store.
    now
        Decides what is in force.
    timezone
        IANA zone of the times shown.
    """
    zone = timezone_of(timezone)
    lines = []
    for system in store.systems():
        history = store.history(system)
        lines.append(sentence("Grid system {system!r}", system=system))
        lines.append(
            sentence(
                "  {value:>7}  {value_2:<9}  {value_3:<25}  {value_4:<25}  digest     "
                "   author, reviewer, note",
                value=sentence("version"),
                value_2=sentence("state"),
                value_3=sentence("valid from"),
                value_4=sentence("recorded at"),
            )
        )
        for version in history.versions:
            persons = f"{version.author}, {version.reviewer}"
            valid_from, recorded_at = (
                instant_text(at, zone)[:19] + instant_text(at, zone)[23:]
                for at in (version.valid_from, version.recorded_at)
            )
            note = f", {version.note}" if version.note else ""
            lines.append(
                sentence(
                    "  {number:>7}  {state:<9}  {valid_from:<25}  {recorded_at:<25}  "
                    "{digest}  {persons}{note}",
                    number=version.version,
                    state=STATES[state_of(version, history, now)],
                    valid_from=valid_from,
                    recorded_at=recorded_at,
                    digest=version.digest[:12],
                    persons=persons,
                    note=note,
                )
            )
    lines += time_lines(store, timezone)
    return lines or [sentence("Nothing is published yet; see `pagoda publish --help`.")]
