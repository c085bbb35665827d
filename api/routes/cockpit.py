"""The cockpit: one page that is always open, and what stands now for it."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from api.admission import Door
from api.assets import assets_path
from api.browser import html, language_of
from api.deps import BaseMaps, Seen, caller_of, now_desk_of, watched_now
from api.errors import answers, problem
from api.forms import root_of, turned_away, visitor
from api.preconditions import tagged
from api.schemas.cockpit import NowOut, PageOut
from api.schemas.texts import Id
from api.security import ANYBODY, Access
from gis.access import Act
from layers.pages import page
from layers.words.cockpit import COCKPIT

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What the browser is told: nothing from elsewhere, and no script but our files."""
NO_CIRCLES: Final = COCKPIT["no_circles"]

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
    if not desk.has_circles:
        return problem(404, "no-circles", NO_CIRCLES.en, NO_CIRCLES.zh)
    area_id = area or desk.home(scope)
    standing = area_id and desk.now(area_id, sight, scope)
    if not standing:
        return problem(
            404,
            "unknown-area",
            f"There is no area {area!r} now that you may see; take one of GET /model.",
            "现在没有这个圈层或网格，或无权查看；请在 /model 查看有效编号。",
        )
    return tagged(request, NowOut.of(standing).model_dump_json().encode())


@router.get("/", include_in_schema=False, dependencies=[Depends(ANYBODY)])
def cockpit(
    request: Request,
    sight: Seen,
    base_map: BaseMaps,
    wall: Annotated[Literal["", "1"] | None, Query()] = None,
    area: Annotated[Id | None, Query()] = None,
) -> Response:
    """Return the page that is always open: map, figures, and what waits."""
    away = turned_away(request, Act.WATCH)
    if away is not None:
        return away
    desk, scope = now_desk_of(request), watched_now(request)
    area_id = area or desk.home(scope)
    standing = area_id and desk.now(area_id, sight, scope)
    root, caller, setting = root_of(request), caller_of(request), desk.setting(scope)
    data = PageOut.of(root, setting, NowOut.of(standing) if standing else None)
    content = page(
        "cockpit",
        root=root,
        language=language_of(request.scope),
        assets=f"{root}{assets_path()}",
        is_wall=wall is not None,
        has_circles=desk.has_circles,
        town=setting.town,
        synthetic=setting.synthetic,
        form_token="" if caller.is_keyless else visitor(request, caller).form_token,
        data=data.model_dump(mode="json"),
    )
    images = "" if base_map is None else f" {base_map.source}"
    policy = POLICY.replace("data:", f"data:{images}")
    return html(content, headers={"Content-Security-Policy": policy})
