"""What codes of events are called on a page, and how long until something is due."""

from dataclasses import dataclass
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from gis.access import Scope
from gis.events import MINUTE_MS, StoredAction, Task
from gis.local_time import minute_text
from gis.models import Instant
from layers.packs.loop_files import templates
from layers.registry import Registry
from layers.words import Words, words_of
from layers.words.loops import DUE, SPANS, STEPS, TASKS

SOON_MS: Final = 60 * MINUTE_MS
"""What is due in less is due soon."""
HOURS_FROM: Final = 120
DAYS_FROM: Final = 2 * 1440
"""From so many minutes on a span is in hours, in days."""


class Due(NamedTuple):
    """How long until something is due.

    Attributes
    ----------
    urgency
        ``late``, ``soon``, ``calm``, or ``over`` where no time runs.
    words
        How long, in words.
    at
        Until when, in local time; empty where no time runs.
    """

    urgency: str
    words: Words
    at: str


@dataclass(frozen=True, slots=True)
class Namer:
    """Names what stands on a page, as things are at one time.

    Attributes
    ----------
    registry
        Kinds, departments and sources in force.
    zone
        Zone of the times.
    now
        When.
    """

    registry: Registry
    zone: ZoneInfo
    now: Instant

    def kind(self, code: str) -> Words:
        """Return the name of a kind."""
        return Words(*self.registry.scenarios.names_of(code))

    def kinds(self, scope: Scope) -> dict[str, Words]:
        """Return the kinds of which a scope sees events, with their names."""
        return {
            kind.kind: Words(*kind.name)
            for kind in self.registry.scenarios.kinds.values()
            if not kind.is_sensitive or kind.kind in scope.grants
        }

    def state(self, template: str, code: str) -> Words:
        """Return the name of a state of a loop."""
        states = templates()[template].states
        return next(Words(s.name_zh, s.name_en) for s in states if s.state == code)

    def department(self, department_id: str) -> Words:
        """Return the name of a department; one that is not registered is its id."""
        body = self.registry.departments.get(department_id)
        if body is None:
            return Words(department_id, department_id)
        return Words(body.name_zh, body.name_en)

    def source(self, code: str) -> Words:
        """Return the name of a source; one that is not registered is its id."""
        source = self.registry.sources.get(code)
        return Words(source.name_zh, source.name_en) if source else Words(code, code)

    def debtor(self, task: Task) -> Words:
        """Return the name of who owes a task."""
        if task.department_id:
            return self.department(task.department_id)
        return Words(task.post_id, task.post_id)

    def task(self, task: Task) -> Words:
        """Return what a task is."""
        return words_of(task.sort, TASKS)

    def step(self, stored: StoredAction) -> Words:
        """Return what a step is called."""
        return words_of(stored.action.action, STEPS)

    def moment(self, at: Instant) -> str:
        """Return a local time, to the minute."""
        return minute_text(at, self.zone)

    def due(self, due_at: Instant | None, *, is_open: bool = True) -> Due:
        """Return how long until something is due."""
        if due_at is None or not is_open:
            return Due(
                "over", DUE["over"], "" if due_at is None else self.moment(due_at)
            )
        left = due_at - self.now
        urgency = "late" if left < 0 else "soon" if left < SOON_MS else "calm"
        span, words = span_words(abs(left)), DUE[urgency]
        return Due(
            urgency,
            Words(words.zh.format(span=span.zh), words.en.format(span=span.en)),
            self.moment(due_at),
        )


def state_names() -> dict[str, Words]:
    """Return the states of all loops, each once, with their names.

    Examples
    --------
    >>> state_names()["accepted"].en
    'Accepted'
    """
    names: dict[str, Words] = {}
    for template in templates().values():
        for state in template.states:
            names.setdefault(state.state, Words(state.name_zh, state.name_en))
    return names


def span_words(span_ms: float) -> Words:
    """Return a span of time in words, in whole minutes, hours or days.

    Parameters
    ----------
    span_ms
        The span, milliseconds.

    Examples
    --------
    >>> [span_words(m * 60_000).zh for m in (0, 7, 120, 2879, 2880)]
    ['不到 1 分钟', '7 分钟', '2 小时', '47 小时', '2 天']
    """
    minutes = int(span_ms // MINUTE_MS)
    unit, n = "minutes" if minutes else "moment", minutes
    if minutes >= DAYS_FROM:
        unit, n = "days", minutes // 1440
    elif minutes >= HOURS_FROM:
        unit, n = "hours", minutes // 60
    words = SPANS[unit]
    return Words(words.zh.format(n=n), words.en.format(n=n))
