"""Open events as cards: what it is, until when, and what may be done at once."""

from collections.abc import Collection
from typing import Any, Final, NamedTuple

import orjson

from api.service.events.desk import EventDesk
from api.service.events.desk_forms import Form, forms_of
from api.service.events.desk_words import Due, Namer
from api.service.events.dossier import Dossier, Party
from api.service.events.photos import photo_key, photos_of
from gis.errors import UnknownEventError
from gis.events import COMMON, Task
from layers.words import Words

LONGEST_TEXT: Final = 120


class EventCard(NamedTuple):
    """An event, and what may be done with it at once.

    Attributes
    ----------
    event_id, kind, severity, state
        The event, and where it stands.
    task, debtor
        What is owed, and by whom; None and empty words where it is about no task.
    due
        Until when that is to be done, or else the next step.
    grid_id, post_id
        Whose it is; empty for nobody.
    address, text
        What was reported, as far as it is shown.
    forms
        Its steps.
    photos, photo_key
        Digests of its photos, each once, as far as they are shown; what names the
        request of a further one, empty where none may be.
    """

    event_id: str
    kind: Words
    severity: int
    state: Words
    task: Words | None
    debtor: Words
    due: Due
    grid_id: str
    post_id: str
    address: str
    text: str
    forms: tuple[Form, ...]
    photos: tuple[str, ...]
    photo_key: str


class CardDesk(NamedTuple):
    """Makes cards for one page.

    Attributes
    ----------
    desk
        The desk of events.
    party
        Who asks.
    namer
        Names things, at one time.
    extra
        Steps of every loop that are on cards beside those of a loop itself.
    """

    desk: EventDesk
    party: Party
    namer: Namer
    extra: Collection[str]

    def card(self, event_id: str, task: Task | None, nonce: str) -> EventCard | None:
        """Return the card of an event; None where it is out of sight.

        Parameters
        ----------
        event_id
            The event.
        task
            What it is about; None takes the whole event.
        nonce
            Begins what names the requests of its forms.
        """
        try:
            dossier = self.desk.dossier(event_id, self.party)
        except UnknownEventError:
            return None
        loop, namer = dossier.loop, self.namer
        details = self._details(dossier)
        text = str(details.get("text") or "")
        forms = forms_of(dossier, self.desk.snapshots.current, namer, nonce)
        return EventCard(
            loop.event_id,
            namer.kind(loop.kind),
            loop.severity,
            namer.state(loop.template, loop.state),
            None if task is None else namer.task(task),
            Words("", "") if task is None else namer.debtor(task),
            namer.due(loop.due_at if task is None else task.due_at),
            loop.grid_id or "",
            loop.post_id,
            str(details.get("address") or ""),
            f"{text[:LONGEST_TEXT]}…" if len(text) > LONGEST_TEXT else text,
            tuple(form for form in forms if self._leads_on(form)),
            _digests(dossier) if dossier.shows_closed else (),
            photo_key(dossier, nonce),
        )

    def _details(self, dossier: Dossier) -> dict[str, Any]:
        """Return what was reported; nothing to whom it is closed."""
        if not dossier.shows_closed:
            return {}
        stored = self.desk.store.event(dossier.loop.event_id)
        details = stored.new.details if stored else None
        members: dict[str, Any] = orjson.loads(details) if details else {}
        return members

    def _leads_on(self, form: Form) -> bool:
        """Say whether a form is of a step that stands on cards."""
        return form.action not in COMMON or form.action in self.extra


def _digests(dossier: Dossier) -> tuple[str, ...]:
    """Return the digests of the photos of an event, each once, in order."""
    return tuple(dict.fromkeys(photo.digest for _, photo in photos_of(dossier)))
