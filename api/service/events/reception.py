"""Events that arrive together are looked at together, and stored together."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeAlias

from api.service.events.draft import Arrival, Draft, Reporter
from api.service.events.intake import Intake
from api.service.events.report import EventReport
from layers.stores.group_commit import GroupCommit
from layers.stores.loops import Entry, EntryReceipt

Receipts: TypeAlias = tuple[EntryReceipt, ...]


class Reception:
    """A thread that takes in what has arrived, and waits until it is durable.

    A report is looked at in the store and may have an accuracy, which takes longer than
    a loop of events can wait. One thread looks at all that has come, and rests while
    they are written: more threads would wait for each other at every step.

    Parameters
    ----------
    intake
        Drafts events and appends them.
    answer_of
        Makes the answer of a draft.
    """

    def __init__(self, intake: Intake, answer_of: Callable[[Draft], bytes]) -> None:
        self._intake = intake
        self._answer_of = answer_of
        self._group = GroupCommit(self._take_in, name="pagoda-intake")

    def receive(self, report: EventReport, reporter: Reporter) -> "Future[Receipts]":
        """Return what holds the receipt of a report once it is durable.

        Raises
        ------
        StoreBusyError
            If too many wait already.
        """
        return self._group.append([Arrival(report, reporter)])

    def close(self) -> None:
        """Take in what waits, then end."""
        self._group.close()

    def _take_in(
        self, calls: Sequence[Sequence[Arrival]]
    ) -> list[Receipts | Exception]:
        """Return what each gets whose report was taken in."""
        drafts = self._intake.drafts([arrival for [arrival] in calls])
        entries = [d if isinstance(d, Exception) else self._entry(d) for d in drafts]
        sound = [[entry] for entry in entries if isinstance(entry, Entry)]
        # by this thread: another one would cost more than it could do meanwhile
        outcomes = iter(self._intake.store.append_each(sound))
        return [next(outcomes) if isinstance(e, Entry) else e for e in entries]

    def _entry(self, draft: Draft) -> Entry | Exception:
        """Return a draft with its answer, or what keeps it from having one."""
        try:
            return self._intake.entry(draft, self._answer_of(draft))
        except Exception as error:
            return error
