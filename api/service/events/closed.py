"""Closed fields of events, shown for a purpose that stands in the audit before."""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from api.service.access.audit import CLOSED_READ, audit_action, record_audit
from api.service.events.dossier import Dossier
from gis.access import Caller
from layers.stores.protocol import Store

View: TypeAlias = Literal["event", "history", "page", "photo"]
"""What is read of an event: itself, its actions, its page of the desk, or a photo."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads what is closed, and for what.

    Attributes
    ----------
    caller
        May `Act.READ_CLOSED`: its door looked.
    purpose
        In a few words, without numbers of persons.
    """

    caller: Caller
    purpose: str


def disclosed(dossier: Dossier, reading: Reading | None) -> Dossier:
    """Return an event that has what is closed of it, for an answer to be made of it.

    Nobody is given the answer before `record_reading` returns. What cannot be answered
    is not read: nothing is recorded of it.

    Parameters
    ----------
    dossier
        The event, which who asks sees.
    reading
        Who reads for what; None leaves the event as it is.
    """
    return dossier if reading is None else replace(dossier, is_disclosed=True)


def record_reading(
    store: Store,
    dossier: Dossier,
    reading: Reading | None,
    view: View,
    photo: str | None = None,
) -> None:
    """Record what is being read of an event, once its answer is made.

    Parameters
    ----------
    store
        Where the audit is; the reading is durable when the call returns.
    dossier
        The event.
    reading
        Who reads for what; None records nothing.
    view
        What is read.
    photo
        Digest of the photo that is read; None for another view.

    Raises
    ------
    SettingError
        If the purpose is empty.
    StoreError
        If the reading cannot be recorded: then nothing is shown.
    """
    if reading is None:
        return
    loop = dossier.loop
    request: dict[str, object] = {
        "event_id": loop.event_id,
        "kind": loop.kind,
        "view": view,
    }
    if photo is not None:
        request["photo"] = photo
    action = audit_action(
        reading.caller, CLOSED_READ, request, reading.purpose, store.now()
    )
    record_audit(store, action)
