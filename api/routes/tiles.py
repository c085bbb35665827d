"""OGC API Tiles: areas as vector tiles that never change under their address."""

import gzip
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from api.admission import LayerDoor, PlainDoor, refuse_query
from api.deps import Tiling, tilesets_of
from api.errors import problem
from api.layer_questions import (
    ROOT,
    Question,
    Questions,
    answer,
    unknown_collection,
)
from api.preconditions import is_unchanged
from api.schemas.media import accepts_gzip
from api.security import ANYBODY
from api.service.ogc.collections import Collection
from api.service.ogc.documents import JSON_KIND, Address
from api.service.ogc.tile_documents import (
    MATRIX_SET,
    TILE_KIND,
    matrix_set_document,
    matrix_sets_document,
    tilejson_document,
    tileset_document,
    tilesets_document,
)
from api.service.ogc.tilesets import Edition, Ground, Tilesets

Build: TypeAlias = Callable[[Address, Collection, Edition, Ground], dict[str, Any]]

FOR_EVER: Final = "public, max-age=31536000, immutable"
NUMBER: Final = re.compile(r"\d{1,9}", re.ASCII)

router = APIRouter(
    route_class=LayerDoor,
    prefix=ROOT,
    include_in_schema=False,  # /ogc/api has them
    dependencies=[Depends(ANYBODY)],
)


@router.get("/tileMatrixSets")
def matrix_sets(question: Questions) -> Response:
    """Return the tile matrix sets."""
    if refusal := question.refused(["known_at"]):
        return refusal
    return answer(question, matrix_sets_document(question.address), JSON_KIND)


@router.get("/tileMatrixSets/{matrix_set}")
def matrix_set(matrix_set: str, question: Questions) -> Response:
    """Return a tile matrix set."""
    if matrix_set != MATRIX_SET:
        return _unknown_matrix_set(matrix_set)
    if refusal := question.refused(["known_at"]):
        return refusal
    return answer(question, matrix_set_document(), JSON_KIND)


@router.get("/collections/{name}/tiles")
def tilesets(name: str, question: Questions) -> Response:
    """Return the tilesets of a collection."""
    layer = question.collection(name)
    if layer is None:
        return unknown_collection(name)
    if refusal := question.refused([]):
        return refusal
    if not layer.is_tiled:
        return _without_tiles(name)
    return answer(question, tilesets_document(question.address, layer), JSON_KIND)


@router.get("/collections/{name}/tiles/{matrix_set}")
def tileset(
    name: str, matrix_set: str, question: Questions, tiling: Tiling
) -> Response:
    """Return what a tileset is."""
    return _tileset(name, matrix_set, question, tiling, tileset_document)


@router.get("/collections/{name}/tiles/{matrix_set}/tilejson")
def tilejson(
    name: str, matrix_set: str, question: Questions, tiling: Tiling
) -> Response:
    """Return the same as TileJSON, which has no page."""
    return _tileset(name, matrix_set, question, tiling, tilejson_document)


async def tile(request: Request) -> Response:
    """Return a tile of an edition, or of that in force where none is named."""
    path, tiling = request.path_params, tilesets_of(request)
    query: bytes = request.scope["query_string"]
    if query and (refusal := refuse_query(query, [])):
        return refusal
    edition = tiling.last_edition(path["name"])
    if edition is None or edition.name != path.get("edition"):
        # perhaps it is newer than the last look at the store
        edition = await run_in_threadpool(tiling.edition, path["name"])
    if refusal := _refused(path, edition):
        return refusal
    assert edition is not None  # noqa: S101  it was refused
    place = _place(path)
    if place is None:
        return _no_number(path)
    zoom, row, column = place
    ground = await run_in_threadpool(tiling.ground, edition)
    limits = ground.limits.get(zoom)
    if limits is None or not limits.has(row, column):
        return _outside(path, ground)
    archive = tiling.archive(edition)
    if archive is None:
        return _not_drawn(has_failed=tiling.has_failed(edition))
    tag = "" if "edition" in path else f'"{edition.name}-{zoom}-{row}-{column}"'
    return _tile(request, archive.tile(zoom, row, column), tag)


for edition_part in ("{edition}/", ""):
    router.add_api_route(
        f"/collections/{{name}}/tiles/{{matrix_set}}/{edition_part}"
        "{zoom}/{row}/{column}",
        tile,
        methods=["GET"],
        route_class_override=PlainDoor,
    )


def _tileset(
    name: str, matrix_set: str, question: Question, tiling: Tilesets, build: Build
) -> Response:
    """Return a document of a tileset."""
    layer = question.collection(name)
    if layer is None:
        return unknown_collection(name)
    if refusal := question.refused([]):
        return refusal
    edition = tiling.edition(name) if layer.is_tiled else None
    if edition is None:
        return _without_tiles(name)
    if matrix_set != MATRIX_SET:
        return _unknown_matrix_set(matrix_set)
    document = build(question.address, layer, edition, tiling.ground(edition))
    return answer(question, document, JSON_KIND)


def _refused(path: Mapping[str, str], edition: Edition | None) -> Response | None:
    """Return the refusal of tiles that there are none of."""
    if edition is None:
        return _without_tiles(path["name"])
    if path["matrix_set"] != MATRIX_SET:
        return _unknown_matrix_set(path["matrix_set"])
    if path.get("edition", edition.name) != edition.name:
        return _other_edition(path)
    return None


def _place(path: Mapping[str, str]) -> tuple[int, int, int] | None:
    """Return zoom, row and column of a tile; None where one is no number."""
    texts = [path[name] for name in ("zoom", "row", "column")]
    if not all(map(NUMBER.fullmatch, texts)):
        return None
    zoom, row, column = map(int, texts)
    return zoom, row, column


def _tile(request: Request, content: bytes | None, tag: str) -> Response:
    """Return what is in an archive as a client takes it.

    With a tag it is that of the version in force, which may be another one soon.
    """
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    if tag:
        headers |= {"Cache-Control": "no-cache", "ETag": f"W/{tag}"}
        if is_unchanged(request.headers.getlist("if-none-match"), tag):
            return Response(None, 304, headers)
    if content is None:
        # nor is there anything in what it would be divided into
        return Response(None, 204, {**headers, "OATiles-hint": "empty"})
    if accepts_gzip(request.headers.get("accept-encoding", "")):
        headers["Content-Encoding"] = "gzip"
    else:
        content = gzip.decompress(content)
    return Response(content, headers=headers, media_type=TILE_KIND)


def _unknown_matrix_set(name: str) -> Response:
    return problem(
        404,
        "unknown-tile-matrix-set",
        f"There is no tile matrix set {name!r}, expected {MATRIX_SET}; see "
        f"{ROOT}/tileMatrixSets.",
        f"没有瓦片矩阵集 {name}，应为 {MATRIX_SET}，请查看 {ROOT}/tileMatrixSets。",
    )


def _without_tiles(name: str) -> Response:
    return problem(
        404,
        "no-tiles",
        f"The collection {name!r} has no tiles now, expected an area layer of a "
        f"version in force; see the links of {ROOT}/collections.",
        f"集合 {name} 目前没有瓦片，只有生效版本的面图层有瓦片，请查看 "
        f"{ROOT}/collections 中的链接。",
    )


def _other_edition(path: Mapping[str, str]) -> Response:
    """Return the refusal of tiles of another version."""
    href = f"{ROOT}/collections/{path['name']}/tiles/{MATRIX_SET}"
    return problem(
        404,
        "other-edition",
        f"The tiles {path['edition']!r} are not those of the version in force; read "
        f"the address of its tiles from {href}.",
        f"瓦片 {path['edition']} 不属于当前生效的版本，请从 {href} 重新读取瓦片地址。",
    )


def _no_number(path: Mapping[str, str]) -> Response:
    place = "/".join(path[name] for name in ("zoom", "row", "column"))
    return problem(
        400,
        "no-tile-number",
        f"The tile {place!r} is not named by numbers, expected tile matrix, row and "
        "column as digits; take the template of the tileset.",
        f"瓦片 {place} 不是数字编号，应依次为矩阵、行、列的数字，请使用瓦片集中的地址"
        "模板。",
    )


def _outside(path: Mapping[str, str], ground: Ground) -> Response:
    """Return the refusal of a tile where there are none."""
    place = "/".join(path[name] for name in ("zoom", "row", "column"))
    first, last = min(ground.limits), max(ground.limits)
    href = f"{ROOT}/collections/{path['name']}/tiles/{MATRIX_SET}"
    return problem(
        404,
        "outside-limits",
        f"The tile {place!r} is outside the limits of its tileset, expected a tile "
        f"matrix from {first} to {last} and a row and a column within its limits; see "
        f"tileMatrixSetLimits of {href}.",
        f"瓦片 {place} 超出瓦片集范围，矩阵应为 {first} 至 {last}，行列应在限值之内，"
        f"请查看 {href} 的 tileMatrixSetLimits。",
    )


def _not_drawn(*, has_failed: bool) -> Response:
    """Return the refusal of a tile that is not there yet."""
    if has_failed:
        return problem(
            503,
            "tiles-failed",
            "The tiles of this version could not be drawn; tell the operator to see "
            "the log, it is tried again every minute that they are asked for.",
            "该版本的瓦片未能生成，请联系管理员查看日志；有请求时每分钟会重试一次。",
        )
    return problem(
        503,
        "tiles-being-drawn",
        "The tiles of this version are being drawn; ask again after the seconds of "
        "Retry-After.",
        "该版本的瓦片正在生成，请按 Retry-After 的秒数稍后重试。",
    )
