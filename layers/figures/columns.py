"""Events and their steps in memory: columns of small integers, in order of the log.

An event takes 56 bytes and a step 32: a city of 6,270,000 events with four steps each
1.15 GB. Beside them stand the profiles, the areas, and the states of open events.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.models import Instant
from gis.tally import TIMES, Rows, Steps
from layers.figures.lexicon import Lexicon
from layers.figures.profiles import ProfileTable

CHUNK: Final = 16_384
"""Events of one chunk: so many are copied where one of them changes."""


class Area(NamedTuple):
    """Where an event lies.

    Attributes
    ----------
    path
        The chain from the top, each id ended by ``/``; empty for none.
    grid_id
        The grid that owns it; None where none does.
    seen_path
        Where it was recorded and is seen, if it counts elsewhere; None for here.
    move
        How it came to count here, of `layers.figures.moved_events.MOVES`.
    """

    path: str
    grid_id: str | None
    seen_path: str | None = None
    move: str = ""


class Chunk(NamedTuple):
    """Some events, and between which times they occurred.

    Attributes
    ----------
    rows
        The events.
    first, last
        When the first and the last of them occurred.
    """

    rows: Rows
    first: Instant
    last: Instant


@dataclass(frozen=True, slots=True)
class EventColumns:
    """Events and steps as they were up to a row of the log; never changed.

    Attributes
    ----------
    chunks
        Events in order of their first step.
    steps
        All steps in order of the log.
    recorded
        When each was recorded, ascending, int64.
    profiles, areas
        What the numbers in them mean: at least as many as there are here.
    profile_count, area_count
        How many are in use.
    last_action
        Row of the last action that counts here.
    origin
        Row of each event in the columns that these were taken from; None for all.

    Examples
    --------
    >>> from layers.figures.step_log import StepLog
    >>> from layers.stores import open_store
    >>> columns = StepLog(open_store("memory:")).current()
    >>> columns.event_count, columns.step_count(None)
    (0, 0)
    """

    chunks: tuple[Chunk, ...]
    steps: Steps
    recorded: NDArray[np.int64]
    profiles: ProfileTable
    areas: Lexicon[Area]
    profile_count: int
    area_count: int
    last_action: int
    origin: NDArray[np.int64] | None = None

    @property
    def event_count(self) -> int:
        """How many events there are."""
        return sum(chunk.rows.occurred.size for chunk in self.chunks)

    @property
    def byte_count(self) -> int:
        """How much memory the columns take, without the meaning of their numbers."""
        arrays = [
            *self.steps,
            self.recorded,
            *(array for chunk in self.chunks for array in chunk.rows),
        ]
        return sum(array.nbytes for array in arrays)

    def step_count(self, known_at: Instant | None) -> int:
        """Return how many steps were recorded up to a time; all without one."""
        if known_at is None:
            return len(self.steps.before)
        return int(np.searchsorted(self.recorded, known_at, side="right"))

    def between(self, since: Instant, until: Instant) -> list[Rows]:
        """Return the chunks that may have events of ``[since, until)``."""
        return [
            chunk.rows
            for chunk in self.chunks
            if chunk.last >= since and chunk.first < until
        ]


def no_columns() -> EventColumns:
    """Return columns without events."""
    steps = Steps(
        np.empty(0, np.int32),
        np.empty((0, 4), np.int32),
        np.empty(0, np.int32),
        np.empty((0, 6), np.int64),
        np.empty(0, np.int64),
    )
    recorded = np.empty(0, np.int64)
    return EventColumns((), steps, recorded, ProfileTable(), Lexicon(), 0, 0, 0)


def room_for(count: int) -> Rows:
    """Return room for some events.

    Parameters
    ----------
    count
        How many.
    """
    return Rows(
        np.empty(count, np.int64),
        np.empty((count, len(TIMES)), np.int32),
        np.empty((count, 4), np.int32),
    )
