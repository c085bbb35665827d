"""A photo of an event: looked at and kept, then named by an action; and read again."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Final

from api.service.events.actions import Plan
from api.service.events.dossier import Dossier
from gis.errors import UnknownEventError
from gis.events import Step, StoredAction
from gis.models import Instant
from layers.photos import (
    Photo,
    PhotoFolder,
    Picture,
    photo_error,
    photo_of,
    read_picture,
)

PHOTO: Final = "photo"
"""Name of the step."""


@dataclass(frozen=True)
class Upload:
    """A file as somebody sent it; what it was called is not kept.

    Attributes
    ----------
    content
        Its bytes.

    Examples
    --------
    >>> sorted(Upload(b"any").members())
    ['action', 'sent']
    """

    content: bytes

    def members(self) -> dict[str, object]:
        """Return what tells the request from every other one."""
        return {"action": PHOTO, "sent": sha256(self.content).hexdigest()}

    @cached_property
    def picture(self) -> Picture:
        """What is kept of it; raises as `read_picture`."""
        return read_picture(self.content)


@dataclass(frozen=True, slots=True)
class Photos:
    """Keeps photos of events, and shows them to whom their texts are shown.

    Attributes
    ----------
    folder
        Where they are; None where there is none.
    reason
        Why there is none: one of `layers.photos.PHOTO_REASONS`.
    """

    folder: PhotoFolder | None
    reason: str = "in_memory"

    def plan(self, upload: Upload, dossier: Dossier, at: Instant) -> Plan:
        """Return what an upload comes to; its file is durable when the call returns.

        So no action ever names a file that is not there; a file that no action names
        is never shown.

        Parameters
        ----------
        upload
            What was sent.
        dossier
            The event.
        at
            When.

        Raises
        ------
        LoopError
            If who asks may not.
        PhotoError
            If it is no photo, or there is no folder.
        StoreUnavailableError
            If the folder cannot be written.
        """
        step = Step(PHOTO, at)
        dossier.require(step)
        photo = self._folder().put(upload.picture)
        request = {
            "photo": photo.digest,
            "media_type": photo.media_type,
            "width": photo.width,
            "height": photo.height,
        }
        return Plan(step, request, photo)

    def content(self, dossier: Dossier, digest: str) -> tuple[Photo, bytes]:
        """Return a photo of an event, and its file.

        Parameters
        ----------
        dossier
            The event, for who asks.
        digest
            Any text.

        Raises
        ------
        UnknownEventError
            If the event has no such photo, or its texts are not shown to who asks.
        PhotoError
            If its file is lost.
        """
        photos = photos_of(dossier) if dossier.shows_closed else ()
        photo = next((p for _, p in photos if p.digest == digest), None)
        if photo is None:
            raise UnknownEventError
        return photo, self._folder().content(photo)

    def _folder(self) -> PhotoFolder:
        if self.folder is None:
            raise photo_error(self.reason)
        return self.folder


def photo_key(dossier: Dossier, nonce: str) -> str:
    """Return what names the request of the form of a photo; empty where none may be.

    Parameters
    ----------
    dossier
        The event, for who asks.
    nonce
        Begins the name.
    """
    may = any(pair.action == PHOTO for pair in dossier.allowed)
    return f"{nonce}-{PHOTO}" if may else ""


def photos_of(dossier: Dossier) -> tuple[tuple[StoredAction, Photo], ...]:
    """Return the photos of an event, each with the action that brought it, in order.

    Parameters
    ----------
    dossier
        The event.
    """
    steps = (stored for stored in dossier.actions if stored.action.action == PHOTO)
    pairs = ((stored, photo_of(stored.action.request)) for stored in steps)
    return tuple((stored, photo) for stored, photo in pairs if photo is not None)
