"""Offices of events and services that keep photos in a folder of a test."""

from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from api.schemas.photos import photo_bytes
from api.service.events.actions import Taken
from api.service.events.dossier import Party
from api.service.events.office import Claim, EventOffice
from api.service.events.photos import Photos, Upload
from layers.photos import PhotoFolder

_NUMBERS = count()


def with_photos(office: EventOffice, path: Path) -> EventOffice:
    """The same office, which keeps photos in a folder."""
    return replace(office, photos=Photos(PhotoFolder(path)))


def keep_photos(app: Any, path: Path) -> None:
    """Let a service keep photos in a folder."""
    assert isinstance(app, FastAPI)
    app.state.event_office = with_photos(app.state.event_office, path)


def photograph(
    office: EventOffice,
    event_id: str,
    party: Party,
    content: bytes,
    request: str = "",
    seqs: frozenset[int] | None = None,
) -> Taken:
    """Add a photo to an event; a request of its own if none is named."""
    claim = Claim(party, request or f"photo-{next(_NUMBERS)}", seqs)
    return office.photograph(event_id, Upload(content), claim, photo_bytes)
