"""Both answers to events of any times, each from what is in force then."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from api.service.assignment.stored import (
    AnswerColumns,
    AnswerTexts,
    EventColumns,
    duty_times,
)
from gis.models import Instant
from layers.snapshots import PLAIN, Snapshot, Terms, build_snapshot
from layers.stores import Store

MOST_PERIODS = 8
"""What was in force in so many periods is held at once."""

Rows = NDArray[np.int64]


class Periods:
    """What is in force over time, as known when it is first asked for.

    Parameters
    ----------
    store
        The store; at each of the times asked for a version is in force.
    datum_error_m
        Error of the GCJ-02 and BD-09 formulas, metres.
    terms
        How the deployment answers.
    """

    def __init__(
        self, store: Store, datum_error_m: float, terms: Terms = PLAIN
    ) -> None:
        self._store = store
        self._datum_error_m = datum_error_m
        self._terms = terms
        self._periods: list[tuple[Snapshot, AnswerTexts]] = []

    def pairs(
        self, occurred: EventColumns, received: EventColumns
    ) -> tuple[AnswerColumns, AnswerColumns]:
        """Return both answers to events: those at occurrence, and the acting ones.

        Parameters
        ----------
        occurred, received
            The same events with the times of both.
        """
        is_differing = (occurred.instants != received.instants) | occurred.is_day
        first = AnswerColumns.blank(len(is_differing))
        acting = AnswerColumns.blank(len(is_differing))
        left = is_differing.copy()
        for snapshot, texts, rows in self._split(
            occurred, np.arange(len(is_differing))
        ):
            events, late = occurred.take(rows), received.take(rows)
            answers = texts.locate(events, self._datum_error_m)
            first.put(rows, texts.write(answers, events))
            # who was on duty is all that differs within a period
            is_within = is_differing[rows] & _covered(snapshot, late.instants)
            if is_within.any():
                again = answers.at(duty_times(late))
                acting.put(rows, texts.write(again, late))
                left[rows[is_within]] = False
        for _, texts, rows in self._split(received, np.flatnonzero(left)):
            late = received.take(rows)
            answers = texts.locate(late, self._datum_error_m)
            acting.put(rows, texts.write(answers, late))
        same = np.flatnonzero(~is_differing)
        acting.put(same, first.take(same))
        return first, acting

    def _split(
        self, events: EventColumns, rows: Rows
    ) -> Iterator[tuple[Snapshot, AnswerTexts, Rows]]:
        """Yield rows by the period that they lie in, in order of time."""
        order = rows[np.argsort(events.instants[rows], kind="stable")]
        instants = events.instants[order]
        start = 0
        while start < len(order):
            snapshot, texts = self._at(Instant(int(instants[start])))
            end = len(order)
            if snapshot.expires_at is not None:
                end = int(np.searchsorted(instants, snapshot.expires_at))
            yield snapshot, texts, np.sort(order[start:end])
            start = end

    def _at(self, at: Instant) -> tuple[Snapshot, AnswerTexts]:
        """Return what is in force at a time, which is built where it is not held."""
        period = next((p for p in self._periods if p[0].covers(at)), None)
        if period is None:
            snapshot = build_snapshot(self._store, at, terms=self._terms)
            period = snapshot, AnswerTexts(snapshot)
        rest = [p for p in self._periods if p is not period]
        self._periods = [period, *rest][:MOST_PERIODS]
        return period


def _covered(snapshot: Snapshot, instants: Rows) -> NDArray[np.bool_]:
    """Say which times lie in the period of a snapshot."""
    is_covered = np.ones(len(instants), dtype=np.bool_)
    if snapshot.since is not None:
        is_covered &= instants >= snapshot.since
    if snapshot.expires_at is not None:
        is_covered &= instants < snapshot.expires_at
    return is_covered
