"""Gaps in rosters as events: once each, before nobody is there."""

import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from typing import Final
from zoneinfo import ZoneInfo

from api.service.events.draft import Draft, Reporter
from api.service.events.intake import Intake
from api.service.events.report import EventReport
from gis.access import NOWHERE
from gis.errors import GovernanceError, StoreBusyError, StoreUnavailableError
from gis.events.standing import MINUTE_MS
from gis.events.template import PAGODA
from gis.local_time import instant_text, minute_text, timezone_of
from gis.models import Instant
from gis.roster import lapses_within, rosters_ending
from gis.roster.certificate import DAY_MS
from layers.stores.loops import EntryReceipt
from layers.territory import Territory
from layers.words.events import ROSTER_EVENTS

ROSTER_GAP, ROSTER_ENDING = "roster_gap", "roster_ending"
BATCH: Final = 32
"""Events that are taken in in one turn."""
LONGEST_MS: Final = 7 * DAY_MS
"""Gaps that were over so long before a service started are nobody's work any more."""

logger = logging.getLogger("uvicorn.error")


class Rosters:
    """Reports that an area will have nobody on duty, and that a roster ends.

    An event is named by its area and the start of the gap, or by its post and the end
    of the roster; taken in again it is the one that is there.

    Parameters
    ----------
    intake
        Takes the events in.
    answer
        Makes the answer that is stored with one.
    gap_minutes
        A gap is reported so long before it begins.
    warn_days
        A roster is reported that ends within so many days; 0 reports none.
    """

    def __init__(
        self,
        intake: Intake,
        answer: Callable[[Draft], bytes],
        gap_minutes: int,
        warn_days: int,
    ) -> None:
        self._intake = intake
        self._answer = answer
        self._gap_ms = gap_minutes * MINUTE_MS
        self._warn_ms = warn_days * DAY_MS
        last = intake.store.last_link()
        # while nobody served the store its gaps went on
        self._since = intake.store.now() if last is None else last.recorded_at
        self._next_at: Instant | None = None
        self._territory: Territory | None = None
        self._reported: frozenset[str] = frozenset()
        self._failures: dict[str, str] = {}

    def turn(self, now: Instant) -> Instant | None:
        """Report what is new, once a minute of the town.

        Returns since when some is left; None where nothing is.

        What fails is tried again a minute later.

        Parameters
        ----------
        now
            By the clock of the store.

        Raises
        ------
        StoreUnavailableError
            If the store cannot be used now.
        """
        territory = self._intake.snapshots.current.territory
        is_same = territory is self._territory
        if is_same and self._next_at is not None and now < self._next_at:
            return None
        reports = {report.source_id: report for report in self._reports(now)}
        fresh = [r for name, r in reports.items() if name not in self._reported]
        stored = self._append(fresh[:BATCH])
        self._reported = (self._reported & set(reports)) | stored
        if len(fresh) > BATCH and stored:
            return min(self._since, now)
        self._territory, self._next_at = territory, Instant(now + MINUTE_MS)
        if len(stored) == len(fresh):
            self._since = now
        return None

    def _reports(self, now: Instant) -> Iterator[EventReport]:
        """Yield a report for each gap and each roster that ends."""
        duties = self._intake.snapshots.current.territory.duties
        if duties is None:
            return
        since = Instant(max(min(self._since, now), now - LONGEST_MS))
        horizon = Instant(now + self._gap_ms)
        floor = self._intake.snapshots.current.version.valid_from
        zone = timezone_of(self._intake.desk.timezone)
        for lapse in lapses_within(duties, since, Instant(horizon + 1)):
            # before the first duty: since there is such an area
            start = max(lapse.starts_at, floor)
            yield _report(ROSTER_GAP, lapse.area_id, lapse.area_id, start, zone)
        for post, at in rosters_ending(duties, horizon, Instant(now + self._warn_ms)):
            yield _report(ROSTER_ENDING, post.area_id, post.post_id, at, zone)

    def _append(self, reports: Iterable[EventReport]) -> set[str]:
        """Take events in; return the names of those that are there."""
        futures: dict[str, Future[tuple[EntryReceipt, ...]]] = {}
        for report in reports:
            try:
                draft = self._intake.draft(report, Reporter(PAGODA, PAGODA, NOWHERE))
                future = self._intake.append(draft, self._answer(draft))
            except StoreBusyError:
                break
            except StoreUnavailableError:
                raise
            except GovernanceError as error:
                self._fail(report.source_id, error)
            else:
                futures[report.source_id] = future
        return {name for name, future in futures.items() if self._is_in(name, future)}

    def _is_in(self, name: str, future: "Future[tuple[EntryReceipt, ...]]") -> bool:
        """Wait for one event; say whether it is there."""
        try:
            future.result()
        except StoreUnavailableError:
            raise
        except GovernanceError as error:
            self._fail(name, error)
            return False
        return True

    def _fail(self, name: str, error: GovernanceError) -> None:
        """Log what is wrong with an event where that is news."""
        problem = str(error)
        if self._failures.get(name) != problem:
            logger.error("%s is not reported: %s", name, problem)
        self._failures[name] = problem


def _report(
    kind: str, area_id: str, name: str, at: Instant, zone: ZoneInfo
) -> EventReport:
    """Return a report that says the same whenever it is made."""
    words = ROSTER_EVENTS[kind]
    prefix = "" if kind == ROSTER_GAP else "ending/"
    return EventReport(
        PAGODA,
        f"{prefix}{name}/{instant_text(at)}",
        kind,
        area_id=area_id,
        text=words.line.format(name=name, time=minute_text(at, zone)),
    )
