"""Whose a position is in every grid system that is asked for, beside the main one."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from api.service.assignment.answer import AnswerDesk, Question, circles_of
from api.service.inputs.systems import refuse_unknown_systems
from gis.assignment import (
    NO_VERSION,
    Answer,
    Jurisdiction,
    Request,
    answer_one,
    unanswered,
)
from gis.crs import parse_datum
from gis.errors import NoVersionError
from gis.local_time import instant_of
from gis.models import Assignment, Circle, Instant
from layers.snapshots import Snapshot, Snapshots, Terms, build_snapshot
from layers.stores import Store
from layers.stores.protocol import MAIN_SYSTEM


class SystemOwner(NamedTuple):
    """Whose a position is in one grid system, by the version that says so.

    Attributes
    ----------
    system
        The grid system.
    version
        Its version in force then; None where there is none.
    assignment
        Whose it is.
    circles
        The chain of circles, the nearest first; none where the system has no tree.
    neighbour
        The area around the town that a position outside all grids lies in.
    """

    system: str
    version: int | None
    assignment: Assignment
    circles: tuple[Circle, ...] = ()
    neighbour: Jurisdiction | None = None


@dataclass(frozen=True, slots=True)
class SystemDesk:
    """Answers about all grid systems of a store; one nobody asks for costs nothing.

    Attributes
    ----------
    store
        What has the systems.
    desk
        What answers about the main one.
    terms
        How the deployment answers.
    """

    store: Store
    desk: AnswerDesk
    terms: Terms
    _snapshots: dict[str, Snapshots] = field(default_factory=dict)
    _building: threading.Lock = field(default_factory=threading.Lock)

    def owners(
        self, names: Sequence[str], question: Question
    ) -> tuple[SystemOwner, ...]:
        """Return whose a position is in each system, in the order of their names.

        Parameters
        ----------
        names
            Grid systems of the store; one that stands twice is answered once.
        question
            The position and the time; its accuracy and candidates are of no account.

        Raises
        ------
        SettingError
            If there is no such system.
        CrsError
            If the datum is unknown.
        """
        refuse_unknown_systems(self.store, names)
        return tuple(self._owner(name, question) for name in dict.fromkeys(names))

    def _owner(self, name: str, question: Question) -> SystemOwner:
        """Return whose a position is in one system."""
        snapshot = self._in_force(name, question.at)
        if snapshot is None:
            datum = question.position.datum if question.position else "wgs84"
            nobody = unanswered(NO_VERSION, parse_datum(datum).name)
            return SystemOwner(name, None, nobody.assignment)
        answer = self._answer(snapshot, question)
        return SystemOwner(
            name,
            snapshot.version.version,
            answer.assignment,
            circles_of(snapshot, answer),
            answer.neighbour,
        )

    def _answer(self, snapshot: Snapshot, question: Question) -> Answer:
        desk = self.desk
        at = question.at
        return answer_one(
            snapshot.basis,
            question.position,
            desk.now() if at is None else instant_of(at, desk.timezone),
            request=Request(0.0, question.confidence, desk.datum_error_m),
        )

    def _in_force(self, name: str, at: datetime | None) -> Snapshot | None:
        """Return what is in force in a system; None before any version."""
        if name == MAIN_SYSTEM:
            return self.desk.in_force(at)[0]
        instant = None if at is None else instant_of(at, self.desk.timezone)
        try:
            snapshots = self._fresh(name)
            return snapshots.current if instant is None else snapshots.at(instant)
        except NoVersionError:
            return None if instant is None else self._ahead(name, instant)

    def _ahead(self, name: str, at: Instant) -> Snapshot | None:
        """Return what will be in force in a system that is not yet."""
        try:
            return build_snapshot(self.store, at, system=name, terms=self.terms)
        except NoVersionError:
            return None

    def _fresh(self, name: str) -> Snapshots:
        """Return the snapshots of a system as the store is now."""
        with self._building:
            snapshots = self._snapshots.get(name)
            if snapshots is None:
                snapshots = Snapshots(
                    self.store, now=self.desk.now, system=name, terms=self.terms
                )
                self._snapshots[name] = snapshots
        snapshots.refresh()
        return snapshots
