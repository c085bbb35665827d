"""Events counted by what they share: one answer for pages, reports and doors."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, NamedTuple, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from gis.access import Scope
from gis.tally import (
    COUNTS,
    OCTAVES,
    SPANS,
    Choice,
    Middles,
    Rows,
    Steps,
    collect_rows,
    count_rows,
    fineness,
    medians_of,
    ranges_of,
)
from layers.figures.columns import EventColumns
from layers.figures.question import FigureQuery, Meaning, choice_of

THREADS: Final = 2
"""Parts that are counted at the same time, where there are many events."""
FEW: Final = 8
"""So few chunks are counted sooner than a thread begins."""
Part = TypeVar("Part")
Answer = TypeVar("Answer")
_POOL: Final = ThreadPoolExecutor(THREADS, "figures")


@dataclass(frozen=True, slots=True)
class FigureRow:
    """Figures of the events that share something.

    Attributes
    ----------
    keys
        What they share, in order of what was asked for; none for the total.
    counts
        `gis.tally.COUNTS` -> how many.
    medians_ms
        `gis.tally.SPANS` -> median of those that have ended, None without any.
    """

    keys: tuple[str, ...]
    counts: Mapping[str, int]
    medians_ms: Mapping[str, float | None]

    @classmethod
    def empty(cls, keys: tuple[str, ...]) -> Self:
        """Return the figures of no events.

        Parameters
        ----------
        keys
            Of the row.

        Examples
        --------
        >>> FigureRow.empty(("hazard",)).counts["events"]
        0
        """
        return cls(keys, dict.fromkeys(COUNTS, 0), dict.fromkeys(SPANS))


@dataclass(frozen=True, slots=True)
class FigureTable:
    """Figures of the events of a time.

    Attributes
    ----------
    total
        Of all of them.
    rows
        By what was asked for, in order of the keys; those without events are left out.
        Their counts sum to the total.
    nowhere
        How many events beside them would count, but lie in no area at all.
    """

    total: FigureRow
    rows: tuple[FigureRow, ...]
    nowhere: int


def count_events(
    columns: EventColumns, query: FigureQuery, scope: Scope, meaning: Meaning
) -> FigureTable:
    """Return the figures of the events of a time, as far as a scope sees them.

    Who sees an event as it stands now may count it, as it stood at the end of the time;
    where it was sensitive then, only who has the grant for that too.

    Parameters
    ----------
    columns
        The events.
    query
        What is asked for.
    scope
        What who asks sees.
    meaning
        What stands in no event.

    Raises
    ------
    FigureError
        If there may be too many rows.

    Examples
    --------
    >>> from gis.access import EVERYTHING
    >>> from layers.figures.question import Ground
    >>> from layers.figures.step_log import StepLog
    >>> from layers.stores import open_store
    >>> columns = StepLog(open_store("memory:")).current()
    >>> query = FigureQuery(Ground("C1-01"), 0, 1000, 1000)
    >>> count_events(columns, query, EVERYTHING, Meaning()).total.counts["events"]
    0
    """
    choice, keys = choice_of(columns, query, scope, meaning)
    groups = int(np.prod([len(some) for some in keys], dtype=np.int64)) if keys else 1
    chunks = columns.between(query.since, query.until)
    scan = _Scan(columns.steps, choice, groups)
    counts, medians, nowhere = scan.run(chunks)
    total, group_medians = counts.sum(axis=0), medians[:-1]
    filled = np.flatnonzero(counts[:, 0])
    rows = tuple(
        _row(_keys_at(keys, int(group)), counts[group], group_medians[group])
        for group in filled
    )
    return FigureTable(
        _row((), total, medians[-1]), rows if query.by else (), int(nowhere)
    )


class _Part(NamedTuple):
    """What was counted of some chunks.

    Attributes
    ----------
    counts, buckets
        By group.
    nowhere
        How many would count but lie in no area.
    groups
        Of the events of each chunk.
    """

    counts: NDArray[np.int64]
    buckets: NDArray[np.int32]
    nowhere: int
    groups: list[NDArray[np.int32]]


class _Scan:
    """One question to the events, part by part."""

    def __init__(self, steps: Steps, choice: Choice, groups: int) -> None:
        self._steps, self._choice, self._groups = steps, choice, groups
        self._fine = fineness(groups, len(SPANS))

    def run(
        self, chunks: Sequence[Rows]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], int]:
        """Return counts by group, medians by group and of all, and events nowhere."""
        parts = _parts(chunks)
        answers = _each(self._count, parts)
        counts = np.sum([answer.counts for answer in answers], axis=0)
        buckets = np.stack([answer.buckets for answer in answers])
        # all events are one group more
        buckets = np.concatenate([buckets, buckets.sum(axis=1, keepdims=True)], axis=1)
        groups = [answer.groups for answer in answers]
        medians = self._medians(parts, groups, buckets.astype(np.int32))
        return counts, medians, sum(answer.nowhere for answer in answers)

    def _count(self, chunks: Sequence[Rows]) -> _Part:
        """Count a part."""
        counts = np.zeros((self._groups, len(COUNTS)), np.int64)
        shape = self._groups, len(SPANS), OCTAVES << self._fine
        buckets = np.zeros(shape, np.int32)
        question = self._steps, self._choice, counts, buckets, self._fine
        answers = [count_rows(rows, *question) for rows in chunks]
        nowhere = sum(count for count, _ in answers)
        return _Part(counts, buckets, nowhere, [groups for _, groups in answers])

    def _medians(
        self,
        parts: Sequence[Sequence[Rows]],
        part_groups: Sequence[Sequence[NDArray[np.int32]]],
        buckets: NDArray[np.int32],
    ) -> NDArray[np.float64]:
        """Return the medians of each group."""
        groups = self._groups + 1
        ranges = np.empty((groups, len(SPANS), 2), np.int64)
        counts = np.empty((groups, len(SPANS), 2 + len(parts)), np.int64)
        ranges_of(buckets, self._fine, ranges, counts)
        sizes = counts[..., 2:].reshape(-1, len(parts))
        starts = np.concatenate([[0], np.cumsum(sizes.sum(axis=1))])
        values = np.empty(starts[-1], np.int64)
        # each part has its own places
        ends = starts[:-1, None] + np.cumsum(sizes, axis=1) - sizes

        def collect(part: int) -> None:
            middles = Middles(ranges, values, np.ascontiguousarray(ends[:, part]))
            for rows, some in zip(parts[part], part_groups[part], strict=True):
                collect_rows(rows, self._steps, self._choice, some, middles)

        _each(collect, range(len(parts)))
        return medians_of(ranges, counts, starts, values)


def _parts(chunks: Sequence[Rows]) -> list[Sequence[Rows]]:
    """Return chunks in parts that are counted at the same time."""
    if len(chunks) <= FEW:
        return [chunks]
    half = -(-len(chunks) // THREADS)
    return [chunks[start : start + half] for start in range(0, len(chunks), half)]


def _each(work: Callable[[Part], Answer], parts: Sequence[Part]) -> list[Answer]:
    """Return what a function gives for each part, at the same time if several."""
    return list(_POOL.map(work, parts)) if len(parts) > 1 else [work(parts[0])]


def _keys_at(keys: Sequence[Sequence[str]], group: int) -> tuple[str, ...]:
    """Return the keys of the number of a group."""
    names = []
    for some in reversed(keys):
        group, place = divmod(group, len(some))
        names.append(some[place])
    return tuple(reversed(names))


def _row(
    keys: tuple[str, ...], counts: NDArray[np.int64], medians: NDArray[np.float64]
) -> FigureRow:
    """Return a row of figures."""
    spans = (None if np.isnan(value) else float(value) for value in medians)
    return FigureRow(
        keys,
        dict(zip(COUNTS, counts.tolist(), strict=True)),
        dict(zip(SPANS, spans, strict=True)),
    )
