"""The cockpit: one page that is always open, and what stands now for it."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.admission import Door
from api.deps import Seen, now_desk_of, watched_now
from api.errors import answers, problem
from api.preconditions import is_unchanged
from api.schemas.cockpit import NowOut
from api.schemas.texts import Id
from api.security import Access
from gis.access import Act

router = APIRouter(route_class=Door, responses=answers(404, 422))


@router.get(
    "/now",
    response_model=NowOut,
    tags=["events"],
    dependencies=[Depends(Access(Act.WATCH))],
)
def now(
    request: Request,
    sight: Seen,
    area: Annotated[
        Id | None, Query(description="A grid or circle; the highest in sight without.")
    ] = None,
) -> Response:
    """Return what stands now in an area: figures, and what waits.

    Figures stand beside those of a week ago; each is named by the registry at
    `/figures`. Lists are cut, and say how long they are.
    """
    desk, scope = now_desk_of(request), watched_now(request)
    area_id = area or desk.home(scope)
    standing = area_id and desk.now(area_id, sight, scope)
    if not standing:
        return problem(
            404,
            "unknown-area",
            f"There is no area {area!r} now that you may see; take one of GET /model.",
            "现在没有这个圈层或网格，或无权查看；请在 /model 查看有效编号。",
        )
    content = NowOut.of(standing).model_dump_json().encode()
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if is_unchanged(request.headers.getlist("if-none-match"), etag):
        return Response(None, 304, headers)
    return Response(content, 200, headers, "application/json")
