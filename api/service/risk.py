"""Codes and colours of any day, for who asks: computed from the facts, never stored."""

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import orjson
from numpy.typing import NDArray

from gis.local_time import timezone_of
from gis.models import Instant, RiskLevel, SafetyCode
from gis.safety import CodeChange, Explanation, explain, trace_code
from layers.rating.day import RiskDay, read_risk_day
from layers.rating.facts import Cutoff
from layers.snapshots import PLAIN, Terms
from layers.stores import Store, clock

KEPT_DAYS: Final = 4
"""Rated days that are kept in memory until the store changes."""
TRACE_DAYS: Final = 90
"""Days of the history of a code."""

Key = tuple[int, Cutoff]


@dataclass(frozen=True, slots=True)
class Due:
    """A check that is owed.

    Attributes
    ----------
    place_id, name, scene
        The place.
    code
        Its safety code in words.
    due_on, overdue_days
        When it was owed, and by how much it is late.
    grid_id
        The grid it lies in; None in none.
    post_id, holder_id
        Who must check it: the accountable post of the grid, and who holds it at the
        end of the day.
    criteria
        Why it has its code, ids of the criteria of the rule.
    """

    place_id: str
    name: str | None
    scene: str
    code: str
    due_on: dt.date
    overdue_days: int
    grid_id: str | None
    post_id: str | None
    holder_id: str | None
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListedFinding:
    """An open finding that counts for a code."""

    finding_id: str
    severity: str
    about: str
    since: dt.date
    inspection_id: str


@dataclass(frozen=True, slots=True)
class Why:
    """Why a place has its code.

    Attributes
    ----------
    place_id, name, scene, grid_id
        The place.
    explanation
        The code, what fired, when the next check is due.
    findings
        Of each reason, the open findings that count for it.
    history
        Codes of the last `TRACE_DAYS` days: the first, then every change.
    """

    place_id: str
    name: str | None
    scene: str
    grid_id: str | None
    explanation: Explanation
    findings: tuple[tuple[ListedFinding, ...], ...]
    history: tuple[CodeChange, ...]


@dataclass(frozen=True, slots=True)
class RiskDesk:
    """Rates the days of a store and keeps the last few until something changes.

    Attributes
    ----------
    store
        The store.
    timezone
        IANA zone of days.
    terms
        How the deployment answers.
    now
        Says what today is.
    """

    store: Store
    timezone: str
    terms: Terms = PLAIN
    now: Callable[[], Instant] = clock
    _kept: OrderedDict[Key, RiskDay] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def today(self) -> dt.date:
        """Return the local day of now."""
        moment = dt.datetime.fromtimestamp(
            self.now() / 1000, timezone_of(self.timezone)
        )
        return moment.date()

    def cutoff(self, day: dt.date | None, known_at: Instant | None) -> Cutoff:
        """Return a day and what is known of it, as `on` takes them."""
        return Cutoff(day or self.today(), known_at, self.timezone, terms=self.terms)

    def on(
        self, day: dt.date | None = None, known_at: Instant | None = None
    ) -> RiskDay:
        """Return a day rated.

        Parameters
        ----------
        day
            Its end is meant; None is today.
        known_at
            Only what was recorded until then counts; None takes all.

        Raises
        ------
        StoreError
            If no version of the grids is in force on the day.
        InvalidLayerError
            If a rule cannot be read.
        """
        cutoff = self.cutoff(day, known_at)
        link = self.store.last_link()
        key = (link.sequence if link else 0, cutoff)
        # one computes, the others wait for it instead of computing the same
        with self._lock:
            if key not in self._kept:
                self._kept[key] = read_risk_day(self.store, cutoff)
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT_DAYS:
                self._kept.popitem(last=False)
            return self._kept[key]


def list_due(rated: RiskDay, grid_id: str | None = None) -> list[Due]:
    """Return the checks owed by the end of a day, the latest first.

    Parameters
    ----------
    rated
        The day.
    grid_id
        Only those of this grid; None takes all.
    """
    places = rated.places
    owed = places["due_on"].to_numpy("datetime64[D]") <= np.datetime64(rated.day, "D")
    chosen = places[owed]
    if grid_id is not None:
        chosen = chosen[chosen["grid_id"] == grid_id]
    ordered = chosen.sort_values(
        ["overdue_days", "code", "place_id"], ascending=[False, False, True]
    )
    answering = answering_posts(rated)
    return [
        _due(row, answering.get(row["grid_id"], (None, None)))
        for row in ordered.drop(columns="geometry").to_dict("records")
    ]


def _due(row: dict[Hashable, Any], answering: tuple[str | None, str | None]) -> Due:
    """Return the check owed by one row of places, and who answers for its grid."""
    return Due(
        place_id=row["place_id"],
        name=_or_none(row["name"]),
        scene=row["scene"],
        code=SafetyCode(row["code"]).name.lower(),
        due_on=row["due_on"].date(),
        overdue_days=int(row["overdue_days"]),
        grid_id=row["grid_id"],
        post_id=answering[0],
        holder_id=answering[1],
        criteria=tuple(filter(None, row["criteria"].split(";"))),
    )


def answering_posts(rated: RiskDay) -> dict[str, tuple[str | None, str | None]]:
    """Return the accountable post of each grid and who holds it at the end of the day.

    Parameters
    ----------
    rated
        The day.
    """
    duties = rated.facts.snapshot.territory.duties
    if duties is None:
        return {}
    found: dict[str, tuple[str | None, str | None]] = {}
    for row, grid_id in enumerate(duties.grid_ids):
        holding = duties.on_duty(row, rated.facts.cutoff.end).accountable
        if holding is not None:
            found[grid_id] = (holding.post_id, holding.holder_id)
    return found


def explain_place(rated: RiskDay, place_id: str) -> Why | None:
    """Return why a place has its code on a day; None where it is no coded place.

    Parameters
    ----------
    rated
        The day.
    place_id
        The place.
    """
    facts = rated.facts
    rows = np.flatnonzero(facts.places["place_id"].to_numpy() == place_id)
    shown = rated.places[rated.places["place_id"] == place_id]
    if not len(rows) or not len(shown):
        return None
    row, book, day = int(rows[0]), facts.rulebook, rated.day
    args = (facts.place_rows, facts.visits, book.safety)
    explanation = explain(*args, day, row, book.calendar)
    span = (day - dt.timedelta(days=TRACE_DAYS - 1), day)
    place = shown.iloc[0]
    return Why(
        place_id=place_id,
        name=_or_none(place["name"]),
        scene=str(place["scene"]),
        grid_id=place["grid_id"],
        explanation=explanation,
        findings=tuple(
            tuple(_finding(rated, number) for number in reason.findings)
            for reason in explanation.reasons
        ),
        history=trace_code(*args, row, span, book.calendar),
    )


def _finding(rated: RiskDay, number: int) -> ListedFinding:
    """Return an open finding as its inspection listed it."""
    findings, inspections = rated.facts.visits.findings, rated.facts.inspections
    told = inspections.iloc[int(findings.inspection[number])]
    listed = orjson.loads(told["found_json"])[int(findings.item[number])]
    return ListedFinding(
        finding_id=listed["finding_id"],
        severity=listed["severity"],
        about=listed.get("about", ""),
        since=findings.found[number].item(),
        inspection_id=str(told["inspection_id"]),
    )


def count_codes(rated: RiskDay) -> dict[str, int]:
    """Return the number of places by code, the worst first."""
    codes = rated.places["code"].to_numpy()
    return {c.name.lower(): int((codes == c).sum()) for c in reversed(SafetyCode)}


def count_colours(levels: NDArray[np.int8]) -> dict[str, int]:
    """Return the number of areas by level, the highest first, then without data."""
    counts = {v.name.lower(): int((levels == v).sum()) for v in reversed(RiskLevel)}
    return counts | {"no data": int((levels == 0).sum())}


def _or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None
