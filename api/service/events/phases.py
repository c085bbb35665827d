"""What a destination is told of an event: its phase, never a person or a text."""

from itertools import groupby
from typing import Final

import orjson

from api.service.events.webhooks import Message
from gis.errors import StoreError
from gis.events import Loop, StoredAction, fold_all
from gis.local_time import EPOCH, MILLISECOND
from layers.packs.loop_files import templates
from layers.stores.outbox import Delivery
from layers.stores.protocol import Store

TYPE: Final = "event.phase"


def phase_message(store: Store, delivery: Delivery) -> Message:
    """Return the message of a delivery: the same bytes each time.

    It says what its action made of the event, whatever became of that since. Of a
    sensitive kind it says no more than which event it is, and the phase.

    Parameters
    ----------
    store
        Where the event is.
    delivery
        Of one of its actions.

    Raises
    ------
    StoreError
        If the store has no such event or action any more.
    """
    event = store.event(delivery.event_id)
    actions = store.actions(delivery.event_id)
    until = [entry for entry in actions if entry.row <= delivery.action_row]
    if event is None or not until or until[-1].row != delivery.action_row:
        raise StoreError(
            "Delivery {outbox_row} is of an action that is not there; see `pagoda "
            "audit verify`, and take the last export.",
            outbox_row=delivery.outbox_row,
        )
    now, _ = fold_all(Loop(delivery.event_id), [a.action.changes for a in actions])
    loop, _ = fold_all(Loop(delivery.event_id), [a.action.changes for a in until])
    reported = event.new.event
    phases = _phases(until[-1], loop)
    body: dict[str, object] = {
        "type": TYPE,
        "event_id": delivery.event_id,
        "source": reported.source,
        "id": reported.source_id,
        "phase": loop.phase,
        "phases": phases,
    }
    if not (loop.is_sensitive or now.is_sensitive):
        body |= {
            "state": loop.state,
            "at": EPOCH + until[-1].action.at * MILLISECOND,
            "area": loop.area_path,
        }
    return Message(
        f"{store.store_id}-{delivery.outbox_row}",
        orjson.dumps(body, option=orjson.OPT_UTC_Z),
    )


def _phases(entry: StoredAction, loop: Loop) -> list[str]:
    """Return the phases that an action passed, in order: an intake passes several."""
    template = templates().get(loop.template)
    path = entry.action.path
    # the first state of a path is the one before, but for the first action
    entered = path if entry.seq == 1 else path[1:]
    states = template.states if template else ()
    phase_of = {state.state: state.phase for state in states}
    phases: list[str] = [
        p for p, _ in groupby(phase_of[s] for s in entered if s in phase_of)
    ]
    return phases or [loop.phase]
