"""What `pagoda events` prints."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import pandas as pd

from gis.local_time import instant_text, timezone_of
from gis.sentences import known_as, sentence
from layers.schema.circles import text_or_none
from layers.stores.facts import instant_of

Names: TypeAlias = Callable[[str], tuple[str, str]]


def event_lines(events: pd.DataFrame, timezone: str, names: Names) -> Iterator[str]:
    """Yield one line an event, its id first.

    Parameters
    ----------
    events
        What `list_events` returned.
    timezone
        IANA zone of the times shown.
    names
        Returns the Chinese and English name of a kind.
    """
    zone = timezone_of(timezone)
    for row in events.to_dict("records"):
        occurred_at = instant_text(instant_of(row["occurred_at"]), zone)
        grid = text_or_none(row["grid_id"]) or sentence("no grid")
        yield (
            sentence(
                "{event_id}  {occurred_at}{occurred_at_2}  {grid:<15}  {kind}, "
                "severity {severity}, {source} {source_id}",
                event_id=row["event_id"],
                occurred_at=occurred_at[:19],
                occurred_at_2=occurred_at[23:],
                grid=grid,
                kind=known_as(row["kind"], names(row["kind"])[0]),
                severity=row["severity"],
                source=row["source"],
                source_id=row["source_id"],
            )
        )
