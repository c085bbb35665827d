"""Events without reply: open, their acceptance due, and nobody responded."""

from dataclasses import dataclass
from typing import Final

import pandas as pd

from gis.events import MINUTE_MS
from gis.models import Instant
from layers.figures.question import Meaning
from layers.stores.loop_columns import FIRST_DEPARTMENT

MOST_SILENT: Final = 1000
"""So many events without reply are listed, the longest silent first; all count."""
SILENT_COLUMNS: Final = ("event_id", "kind", FIRST_DEPARTMENT)


@dataclass(frozen=True, slots=True)
class Silence:
    """An event that nobody has responded to although its acceptance was due."""

    event_id: str
    kind: str
    department_id: str
    accept_by: Instant


def longest_silent(
    silent: pd.DataFrame, meaning: Meaning, now: Instant
) -> tuple[Silence, ...]:
    """Return the events whose acceptance was due, the longest silent first.

    Parameters
    ----------
    silent
        Open events that nobody responded to: `SILENT_COLUMNS` and received_at.
    meaning
        Says until when each kind is to be accepted.
    now
        What was due before it is late.

    Examples
    --------
    >>> row = {"event_id": "E", "kind": "noise", FIRST_DEPARTMENT: "police"}
    >>> silent = pd.DataFrame([row | {"received_at": 0}])
    >>> longest_silent(silent, Meaning(other_minutes=1), Instant(90_000))[0].accept_by
    60000
    """
    minutes, other = meaning.accept_minutes, meaning.other_minutes
    terms = silent["kind"].astype(object).map(lambda kind: minutes.get(kind, other))
    timed = silent.assign(
        accept_by=silent["received_at"] + terms.astype(float) * MINUTE_MS
    )
    late = timed[timed["accept_by"] < now].sort_values(["accept_by", "event_id"])
    rows = late.head(MOST_SILENT)[[*SILENT_COLUMNS, "accept_by"]]
    return tuple(
        Silence(event_id, kind, department_id, Instant(int(due)))
        for event_id, kind, department_id, due in rows.itertuples(index=False)
    )
