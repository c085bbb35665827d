"""Columns of events in a file, so that a start does not read all steps again.

The file is an uncompressed archive of arrays, each with its check sum. It can be made
again at any time, so what does not fit the store of now is left aside.
"""

import hashlib
import logging
import time
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import orjson
from numpy.typing import NDArray

from gis.errors import GovernanceError
from gis.events import Scenarios
from gis.models import Instant
from gis.sentences import sentence
from gis.tally import TIMES, Rows, Steps
from layers.figures.columns import (
    CHUNK,
    Area,
    Chunk,
    EventColumns,
    no_columns,
    room_for,
)
from layers.figures.event_state import FIELDS as LOOP_FIELDS
from layers.figures.lexicon import Lexicon
from layers.figures.profiles import FIELDS, Profile, ProfileTable
from layers.files.whole_file import whole_file
from layers.stores.log import Batch, Link

FORMAT: Final = 2
"""What columns mean; another number where the same steps give other columns."""
LEFT_S: Final = 3600.0
"""Parts of files that nobody has written to for so long are of processes that ended."""
FAULTS: Final = (
    *(OSError, ValueError, LookupError, TypeError, EOFError, RuntimeError),
    *(MemoryError, zipfile.BadZipFile),
)
"""What reading a damaged file raises."""

logger = logging.getLogger(__name__)


class LogSource(Protocol):
    """What of a `Store` says whether columns are its own."""

    @property
    def store_id(self) -> str:
        """Id of the store."""

    def log(self, after: int = 0) -> Iterator[Batch]:
        """Yield every link after a sequence."""

    def last_link(self) -> Link | None:
        """Return the end of the log; None while it is empty."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Columns, and how far a log was read for them.

    Attributes
    ----------
    columns
        The columns.
    places
        Row in them of each event by its row in the log, -1 for none.
    event_row, step_row
        Rows of the last event and of the last action that were read.
    """

    columns: EventColumns
    places: NDArray[np.int32]
    event_row: int = 0
    step_row: int = 0


def no_reading() -> Reading:
    """Return that of a log of which nothing was read."""
    return Reading(no_columns(), np.empty(0, np.int32))


class ColumnsFile:
    """The file that holds the columns of a store.

    Parameters
    ----------
    folder
        Where it lies.
    store
        The store.
    scenarios
        Say what kinds of events are, for those of a history.
    """

    def __init__(self, folder: Path, store: LogSource, scenarios: Scenarios) -> None:
        self.path = folder / f"figures-{store.store_id}.npz"
        self._store = store
        # those that steps of a history were read with
        self._kinds = _kinds_digest(scenarios)

    def write(self, reading: Reading) -> None:
        """Write columns whole; a warning says why they could not be.

        Parameters
        ----------
        reading
            The columns, and how far the log was read.
        """
        try:
            # all that was read lies before it
            link = self._store.last_link()
            origin = self._origin() | {
                "sequence": link.sequence if link else 0,
                "head": link.head if link else "",
            }
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._remove_left()
            with whole_file(self.path) as part:
                np.savez(part, **_arrays_of(reading, origin))
        except (GovernanceError, OSError) as error:
            logger.warning(
                "Figures will be read from the beginning at the next start: %s", error
            )

    def read(self) -> Reading:
        """Return what the file holds; nothing where it is not of the store of now."""
        if not self.path.is_file():
            return no_reading()
        try:
            with (
                self.path.open("rb") as source,
                np.load(source, allow_pickle=False) as file,
            ):
                document = orjson.loads(file["document"].tobytes())
                fault = self._fault(document)
                if not fault:
                    return _reading_of(document, file)
        except FAULTS as error:
            fault = sentence("is damaged ({error})", error=error)
        logger.warning(
            "Figures are read from the beginning, since %s %s.", self.path, fault
        )
        return no_reading()

    def _origin(self) -> dict[str, object]:
        """Return what columns are of, beside the log."""
        return {
            "format": FORMAT,
            "fields": [*TIMES, *FIELDS, *LOOP_FIELDS, *Area._fields, str(CHUNK)],
            "store_id": self._store.store_id,
            "kinds": self._kinds,
        }

    def _fault(self, document: Mapping[str, Any]) -> str:
        """Return why columns are not of the store of now; empty where they are."""
        origin = self._origin()
        for name, words in (
            ("format", "is of another version of the program"),
            ("fields", "is of another version of the program"),
            ("store_id", "is of another store"),
            ("kinds", "is of other scenarios"),
        ):
            if document[name] != origin[name]:
                return words
        sequence = document["sequence"]
        if sequence == 0:
            return ""
        link = next((link for link, _ in self._store.log(sequence - 1)), None)
        is_own = link is not None and link.head == document["head"]
        return "" if is_own else "is not of this log"

    def _remove_left(self) -> None:
        """Remove what processes left that were ended while they wrote."""
        for part in self.path.parent.glob(f".{self.path.stem}.*.part.npz"):
            if time.time() - part.stat().st_mtime > LEFT_S:
                part.unlink(missing_ok=True)


def _kinds_digest(scenarios: Scenarios) -> str:
    """Return the digest of what steps of a history take from scenarios."""
    sensitive = set(scenarios.sensitive_kinds)
    kinds = [
        (code, kind.line, kind.module, code in sensitive)
        for code, kind in sorted(scenarios.kinds.items())
    ]
    return hashlib.sha256(repr(kinds).encode()).hexdigest()


def _arrays_of(reading: Reading, origin: Mapping[str, object]) -> dict[str, Any]:
    """Return what stands in a file."""
    columns = reading.columns
    profiles = columns.profiles.profiles(columns.profile_count)
    document = orjson.dumps(
        {
            **origin,
            "event_row": reading.event_row,
            "step_row": reading.step_row,
            "last_action": columns.last_action,
            "profiles": [
                [*profile._replace(departments=sorted(profile.departments))]  # type: ignore[arg-type]
                for profile in profiles
            ],
            "areas": [[*area] for area in columns.areas.values(columns.area_count)],
        }
    )
    rows = [room_for(0), *(chunk.rows for chunk in columns.chunks)]
    return {
        "document": np.frombuffer(document, np.uint8),
        "places": reading.places,
        "recorded": columns.recorded,
        **{f"step_{name}": column for name, column in columns.steps._asdict().items()},
        **{
            f"event_{name}": np.concatenate([getattr(some, name) for some in rows])
            for name in Rows._fields
        },
    }


def _reading_of(document: Mapping[str, Any], file: Mapping[str, np.ndarray]) -> Reading:
    """Return the columns of a file."""
    profiles, areas = ProfileTable(), Lexicon[Area]()
    place = FIELDS.index("departments")
    for values in document["profiles"]:
        values[place] = frozenset(values[place])
        profiles.number(Profile(*values))
    for values in document["areas"]:
        areas.number(Area(*values))
    columns = EventColumns(
        _chunks(file),
        Steps(*(file[f"step_{name}"] for name in Steps._fields)),
        file["recorded"],
        profiles,
        areas,
        len(profiles),
        len(areas),
        document["last_action"],
    )
    return Reading(columns, file["places"], document["event_row"], document["step_row"])


def _chunks(file: Mapping[str, np.ndarray]) -> tuple[Chunk, ...]:
    """Return the events of a file."""
    whole = Rows(*(file[f"event_{name}"] for name in Rows._fields))
    chunks = []
    for start in range(0, len(whole.occurred), CHUNK):
        some = slice(start, start + CHUNK)
        rows = Rows(whole.occurred[some], whole.times[some], whole.codes[some])
        first, last = int(rows.occurred.min()), int(rows.occurred.max())
        chunks.append(Chunk(rows, Instant(first), Instant(last)))
    return tuple(chunks)
