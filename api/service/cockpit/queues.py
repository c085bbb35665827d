"""What waits at the desk: alarms, what is not placed, not accepted, late, summoned."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, NamedTuple

import pandas as pd

from api.service.events.desk import EventDesk
from api.service.events.desk_words import Namer
from api.service.events.dossier import Party
from api.service.events.event_cards import CardDesk, EventCard
from gis.events import SUMMONS, Task
from layers.registry import Registry
from layers.stores.loops import LoopQuery, TaskQuery
from layers.words import Words
from layers.words.desk import CALL

QUEUES: Final = ("alarms", "not_placed", "to_accept", "overdue", "whistles")
KEYS: Final = dict(zip(QUEUES, "zxcvb", strict=True))
"""By which key of a keyboard one comes to each."""
MOST_CARDS: Final = 4
"""So many of each are on the page."""
STEPS: Final = frozenset({"return", "link", "whistle"})
"""Steps of every loop that are on cards; the page of an event has all."""
GRAVEST: Final = 4
COLUMNS: Final = (
    *("event_id", "severity", "source", "kind", "grid_id", "phase"),
    *("received_at", "first_response_at", "due_at"),
)


class Queue(NamedTuple):
    """Events that wait for the same.

    Attributes
    ----------
    name, key
        Which one, and the key of a keyboard that comes to it.
    title, help
        What it is called, and what is in it.
    cards, total
        The first, and how many there are.
    """

    name: str
    key: str
    title: Words
    help: Words
    cards: tuple[EventCard, ...]
    total: int


@dataclass(frozen=True, slots=True)
class QueueDesk:
    """Says what waits at the desk.

    Attributes
    ----------
    desk
        The desk of events.
    """

    desk: EventDesk

    def queues(self, party: Party, nonce: str) -> tuple[Queue, ...]:
        """Return what waits, as far as who asks sees it.

        Parameters
        ----------
        party
            Who asks.
        nonce
            Begins what names the requests of the forms.
        """
        store, registry = self.desk.store, self.desk.registries.current
        namer = Namer(registry, self.desk.zone, store.now())
        frame = store.loop_columns(LoopQuery(is_open=True), party.scope, COLUMNS)
        query = TaskQuery(sorts=SUMMONS, is_open=True, limit=sys.maxsize)
        shelf = _Shelf(CardDesk(self.desk, party, namer, STEPS), nonce)
        due = frame.sort_values(["due_at", "event_id"], kind="stable")
        alarms = frame[_is_alarm(frame, registry)]
        order = ["severity", "received_at", "event_id"]
        lists = {
            "alarms": alarms.sort_values(order, ascending=[False, False, True]),
            "not_placed": due[due["grid_id"].isna()],
            "to_accept": due[due["phase"] == "reported"],
            "overdue": due[due["due_at"] < namer.now],
        }
        queues = [_queue(n, shelf.events(f), len(f)) for n, f in lists.items()]
        tasks = store.tasks(query, party.scope)
        return (*queues, _queue("whistles", shelf.tasks(tasks), len(tasks)))


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Cards of one page: an event in two lists has the same forms in both."""

    cards: CardDesk
    nonce: str
    _made: dict[str, EventCard | None] = field(default_factory=dict)

    def events(self, frame: pd.DataFrame) -> Iterator[EventCard]:
        """Yield the cards of events."""
        for event_id in frame["event_id"]:
            card = self._card(event_id)
            if card is not None:
                yield card

    def tasks(self, tasks: Iterable[Task]) -> Iterator[EventCard]:
        """Yield the cards of tasks, each with its own clock."""
        namer = self.cards.namer
        for task in tasks:
            card = self._card(task.event_id)
            if card is not None:
                yield card._replace(
                    task=namer.task(task),
                    debtor=namer.debtor(task),
                    due=namer.due(task.due_at),
                )

    def _card(self, event_id: str) -> EventCard | None:
        if event_id not in self._made:
            nonce = f"{self.nonce}.{len(self._made)}"
            self._made[event_id] = self.cards.card(event_id, None, nonce)
        return self._made[event_id]


def _queue(name: str, cards: Iterator[EventCard], total: int) -> Queue:
    """Return a list with its first cards."""
    title, help_ = CALL[name], CALL[f"{name}_help"]
    first = tuple(islice(cards, MOST_CARDS))
    return Queue(name, KEYS[name], title, help_, first, total)


def _is_alarm(frame: pd.DataFrame, registry: Registry) -> pd.Series:
    """Say which events are alarms to which nobody has responded.

    They are of the gravest severity, come from a sensor, or are hazards that another
    platform passes on.
    """
    sorts = frame["source"].map({s.source: s.sort for s in registry.sources.values()})
    is_hazard = frame["kind"].isin(registry.scenarios.hazard_kinds)
    is_alarm = frame["severity"] >= GRAVEST
    is_alarm |= (sorts == "sensor") | ((sorts == "feed") & is_hazard)
    return is_alarm & frame["first_response_at"].isna()
