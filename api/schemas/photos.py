"""What is answered to a photo of an event."""

import orjson
from pydantic import BaseModel, Field

from api.schemas.event_answers import OPTIONS
from api.schemas.loops import ActionOut, action_bytes
from api.service.events.actions import Outcome
from layers.photos import Photo


class PhotoOut(BaseModel):
    """A photo as it is kept."""

    photo: str = Field(
        description="SHA-256 of the file that is kept; it stands in its address."
    )
    media_type: str
    width: int = Field(description="In pixels, upright.")
    height: int = Field(description="In pixels, upright.")


class PhotoTakenOut(ActionOut, PhotoOut):
    """What a photo has done."""


def photo_bytes(outcome: Outcome) -> bytes:
    """Return what is answered to a photo.

    Parameters
    ----------
    outcome
        What it has done; its details are the photo.
    """
    photo: Photo = outcome.details
    document = orjson.loads(action_bytes(outcome)) | {
        "photo": photo.digest,
        "media_type": photo.media_type,
        "width": photo.width,
        "height": photo.height,
    }
    return orjson.dumps(document, option=OPTIONS)
