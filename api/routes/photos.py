"""Photos of events: sent as they are, and shown to whom the texts are shown."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.admission import Door
from api.deps import Asker, Claims, Office, Readings
from api.errors import answers
from api.preconditions import is_unchanged, replied
from api.schemas.photos import PhotoTakenOut, photo_bytes
from api.security import Access
from api.service.events.closed import disclosed, record_reading
from api.service.events.photos import Upload
from api.uploads import MOST_UPLOAD_BYTES, photo_slot, read_photo
from gis.access import Act

router = APIRouter(route_class=Door, prefix="/events", tags=["events"])
EventId = Annotated[str, Path(description="Id of the event.")]
Digest = Annotated[str, Path(description="`photo` of the answer, or of the history.")]
IMAGE: Final[dict[str, Any]] = {
    kind: {"schema": {"type": "string", "format": "binary"}}
    for kind in ("image/jpeg", "image/png")
}
HEADERS: Final = {
    "Cache-Control": "private, no-cache",
    "Vary": "Authorization, Cookie",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
"""Of every photo: it is nothing but a picture, for who asked."""
ONCE: Final = HEADERS | {"Cache-Control": "no-store"}
"""What was read for a purpose is not there to be read again."""


@router.post(
    "/{event_id}/photos",
    response_model=PhotoTakenOut,
    status_code=201,
    dependencies=[Depends(Access(Act.STEP))],
    responses={
        **answers(403, 404, 409, 412, 413, 415, 422, 503),
        200: {"model": PhotoTakenOut},
    },
    openapi_extra={"requestBody": {"required": True, "content": IMAGE}},
    max_body_size=MOST_UPLOAD_BYTES,
)
async def add(
    event_id: EventId, request: Request, office: Office, claim: Claims
) -> Response:
    """Add a photo to an event: JPEG or PNG, at most 8 MB and 50 million pixels.

    It is written anew, upright and at most 2,560 pixels a side: nothing that a camera
    put beside the pixels is kept, nor is its name. Sent again it gets the first answer.
    """
    upload = Upload(await read_photo(request))
    async with photo_slot(request):
        outcome = await run_in_threadpool(
            office.photograph, event_id, upload, claim, photo_bytes
        )
    return replied(outcome.answer, outcome.seq, is_new=outcome.is_new)


@router.get(
    "/{event_id}/photos/{digest}",
    response_class=Response,
    dependencies=[Depends(Access(Act.READ))],
    responses={
        200: {"description": "The photo.", "content": IMAGE},
        304: {"description": "It is still as `If-None-Match` says."},
        **answers(404, 422),
    },
)
def photo(
    event_id: EventId,
    digest: Digest,
    request: Request,
    office: Office,
    asker: Asker,
    reading: Readings,
) -> Response:
    """Return a photo of an event to whoever sees the texts of the event."""
    dossier = office.dossiers.open(event_id, asker)
    picture, content = office.photos.content(disclosed(dossier, reading), digest)
    store = office.dossiers.store
    record_reading(store, dossier, reading, "photo", picture.digest)
    headers = (ONCE if reading else HEADERS) | {"ETag": f'"{picture.digest}"'}
    tags = request.headers.getlist("if-none-match")
    if reading is None and is_unchanged(tags, headers["ETag"]):
        return Response(None, 304, headers)
    return Response(content, headers=headers, media_type=picture.media_type)
