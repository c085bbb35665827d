"""OGC API Features: the layers for QGIS, GIS portals and dashboards."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Final

from fastapi import APIRouter, Depends, Response

from api.admission import LayerDoor
from api.errors import problem
from api.layer_questions import (
    ROOT,
    Question,
    Questions,
    answer,
    unknown_collection,
)
from api.schemas.ogc_parameters import (
    ITEM_PARAMETERS,
    STATE_PARAMETERS,
    read_crs,
    read_item_query,
)
from api.security import ANYBODY, SCHEMES
from api.service.access.sight import Sight
from api.service.ogc.collections import Collection
from api.service.ogc.description import api_document
from api.service.ogc.documents import (
    API_KIND,
    GEOJSON_KIND,
    JSON_KIND,
    QUERYABLES_REL,
    SCHEMA_KIND,
    collection_document,
    collections_document,
    conformance_document,
    crs_names,
    feature_schema_document,
    item_text,
    items_text,
    landing_document,
    link,
    link_header,
    page_link,
    path_of,
    queryables_document,
    schema_document,
)
from api.service.ogc.item_page import item_page
from layers.schema.layer import Field

MARK_DIGITS: Final = 12
PAGE_ITEMS: Final = "100"
"""So many items has a page for people, unless they ask for another number."""

router = APIRouter(
    route_class=LayerDoor,
    prefix=ROOT,
    include_in_schema=False,  # /ogc/api has them, with the parameters of each layer
    dependencies=[Depends(ANYBODY)],
)


@router.get("")
@router.get("/")
def landing(question: Questions) -> Response:
    """Return what there is."""
    if refusal := question.refused(STATE_PARAMETERS):
        return refusal
    question.state_query()
    return answer(question, landing_document(question.address), JSON_KIND)


@router.get("/api")
def api(question: Questions) -> Response:
    """Return the OpenAPI 3.0 document of these paths."""
    if refusal := question.refused(["known_at"]):
        return refusal
    layers = question.catalogue.collections(question.sight).values()
    root, version = question.address.root, question.request.app.version
    document = api_document(layers, question.sight, root, version, SCHEMES)
    return answer(question, document, API_KIND)


@router.get("/conformance")
def conformance(question: Questions) -> Response:
    """Return what this conforms to."""
    if refusal := question.refused(["known_at"]):
        return refusal
    return answer(question, conformance_document(), JSON_KIND)


@router.get("/collections")
def collections(question: Questions) -> Response:
    """Return all collections."""
    if refusal := question.refused(STATE_PARAMETERS):
        return refusal
    document = collections_document(
        question.catalogue, question.state_query(), question.sight, question.address
    )
    return answer(question, document, JSON_KIND)


@router.get("/collections/{name}")
def collection(name: str, question: Questions) -> Response:
    """Return what a collection is."""
    layer = question.collection(name)
    if layer is None:
        return unknown_collection(name)
    if refusal := question.refused(STATE_PARAMETERS):
        return refusal
    document = collection_document(
        question.catalogue,
        layer,
        question.state_query(),
        question.sight,
        question.address,
    )
    return answer(question, document, JSON_KIND)


@router.get("/collections/{name}/schema")
def schema(name: str, question: Questions) -> Response:
    """Return what the items of a collection are (Part 5)."""
    return _schema(name, "schema", question, schema_document)


@router.get("/collections/{name}/feature-schema")
def feature_schema(name: str, question: Questions) -> Response:
    """Return what the items of a collection are, as features of GeoJSON."""
    return _schema(name, "feature-schema", question, feature_schema_document)


@router.get("/collections/{name}/queryables")
def queryables(name: str, question: Questions) -> Response:
    """Return what the items of a collection can be asked for by."""
    return _schema(name, "queryables", question, queryables_document)


@router.get("/collections/{name}/items")
def items(name: str, question: Questions) -> Response:
    """Return items of a collection, a page of them."""
    layer, sight = question.collection(name), question.sight
    if layer is None:
        return unknown_collection(name)
    fields = layer.fields(sight)
    names = (*STATE_PARAMETERS, *ITEM_PARAMETERS, *(field.name for field in fields))
    if refusal := question.refused(names):
        return refusal
    state = question.catalogue.state(layer, question.state_query(), sight)
    origin = _origin(name, fields)
    parameters = question.parameters
    if question.is_page(GEOJSON_KIND):
        parameters.setdefault("limit", PAGE_ITEMS)
    query = read_item_query(parameters, fields, crs_names(state), origin)
    address, base = question.address, path_of("collections", name)
    path = f"{base}/items"
    text = items_text(item_page(state, query), address, path, parameters)
    links = [
        link(address.of(path, **parameters), "self", GEOJSON_KIND, ""),
        link(address.of(f"{base}/queryables"), QUERYABLES_REL, SCHEMA_KIND, ""),
    ]
    response = answer(question, text, GEOJSON_KIND, query.crs)
    present = response.headers.get("Link")
    response.headers["Link"] = ", ".join(filter(None, [present, link_header(links)]))
    return response


# an id of a register may have a slash
@router.get("/collections/{name}/items/{item_id:path}")
def item(name: str, item_id: str, question: Questions) -> Response:
    """Return an item of a collection."""
    layer = question.collection(name)
    if layer is None:
        return unknown_collection(name)
    if refusal := question.refused([*STATE_PARAMETERS, "crs"]):
        return refusal
    state = question.catalogue.state(layer, question.state_query(), question.sight)
    crs = read_crs(question.parameters, crs_names(state))
    row = state.row_of(item_id)
    if row is None:
        return problem(
            404,
            "unknown-item",
            f"The collection {name!r} has no item {item_id!r} then; see its items.",
            f"集合 {name} 在该时间没有要素 {item_id}，请查看该集合的要素列表。",
        )
    address, path = question.address, path_of("collections", name)
    own_path = path_of("collections", name, "items", item_id)
    here = address.of(own_path, **question.parameters)
    links = [
        link(here, "self", GEOJSON_KIND, "This item"),
        page_link(address, own_path, **question.parameters),
        link(address.of(path), "collection", JSON_KIND, layer.title.line),
    ]
    return answer(question, item_text(state, row, crs, links), GEOJSON_KIND, crs)


def _origin(name: str, fields: Sequence[Field]) -> str:
    """Return what a token of a page is good for: the collection, and what is seen."""
    names = " ".join(sorted(field.name for field in fields))
    mark = hashlib.sha256(names.encode()).hexdigest()[:MARK_DIGITS]
    return f"{name} {mark}"


def _schema(
    name: str,
    part: str,
    question: Question,
    document_of: Callable[[Collection, Sight, str], dict[str, Any]],
) -> Response:
    """Return a schema of a collection."""
    layer = question.collection(name)
    if layer is None:
        return unknown_collection(name)
    if refusal := question.refused(["known_at"]):
        return refusal
    # its id is an address without parameters (Part 5, /req/schemas/json-schema)
    href = f"{question.address.root}{path_of('collections', name, part)}"
    return answer(question, document_of(layer, question.sight, href), SCHEMA_KIND)
