"""OGC API Features: the layers for QGIS, GIS portals and dashboards."""

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Annotated, Any, Final
from urllib.parse import unquote

import orjson
from fastapi import APIRouter, Depends, Request, Response

from api.admission import LayerDoor, refuse_query
from api.browser import html
from api.deps import Catalogues, OwnUrl, Reader, Seen
from api.errors import problem
from api.schemas.media import prefers_html
from api.schemas.ogc_parameters import (
    ITEM_PARAMETERS,
    STATE_PARAMETERS,
    read_crs,
    read_form,
    read_item_query,
    read_state_query,
)
from api.security import ANYBODY, SCHEMES, visitor_of
from api.service.access.sight import Sight
from api.service.ogc.catalogue import Catalogue
from api.service.ogc.collections import Collection
from api.service.ogc.description import api_document
from api.service.ogc.documents import (
    API_KIND,
    GEOJSON_KIND,
    JSON_KIND,
    QUERYABLES_REL,
    SCHEMA_KIND,
    Address,
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
from api.service.ogc.item_query import StateQuery
from api.service.ogc.layer_pages import Step, layer_page
from gis.models import Instant
from layers.page_words import LAYERS
from layers.pages import page
from layers.words import Words

ROOT: Final = "/ogc"
READS: Final = ["GET", "HEAD"]
PAGE_ITEMS: Final = "100"
"""So many items has a page for people, unless they ask for another number."""

router = APIRouter(
    route_class=LayerDoor,
    prefix=ROOT,
    include_in_schema=False,  # /ogc/api has them, with the parameters of each layer
    dependencies=[Depends(ANYBODY)],
)


@dataclass(frozen=True, slots=True)
class Question:
    """A request for layers, and what it is answered from.

    Attributes
    ----------
    request
        As it came.
    catalogue, sight
        The collections, and what who asks sees.
    address
        Where it was asked.
    now
        When.
    timezone
        IANA zone of times without offset.
    """

    request: Request
    catalogue: Catalogue
    sight: Sight
    address: Address
    now: Instant
    timezone: str

    @property
    def parameters(self) -> dict[str, str]:
        """Return the parameters of the query."""
        return dict(self.request.query_params)

    @property
    def original(self) -> str:
        """The address of what is asked for, as all that is known now has it."""
        raw_path: bytes = self.request.scope["raw_path"]
        path = raw_path.decode("ascii").partition("?")[0]
        rest = {k: v for k, v in self.parameters.items() if k not in ("known_at", "f")}
        address = Address(self.address.root.removesuffix(ROOT), {})
        return address.of(path, **rest)

    @property
    def is_page(self) -> bool:
        """Whether a page is asked for."""
        form = read_form(self.parameters)
        accept = self.request.headers.get("accept", "")
        return form == "html" or (not form and prefers_html(accept))

    def refused(self, names: Sequence[str]) -> Response | None:
        """Return the refusal of parameters that do not stand among some names."""
        return refuse_query(self.request.scope["query_string"], sorted(["f", *names]))

    def state_query(self) -> StateQuery:
        """Return which state is asked for."""
        return read_state_query(self.parameters, self.timezone, self.now)

    def collection(self, name: str) -> Collection | None:
        """Return a collection that who asks sees."""
        return self.catalogue.collections(self.sight).get(name)


def _question(
    request: Request,
    catalogue: Catalogues,
    sight: Seen,
    own_url: OwnUrl,
    reader: Reader,
) -> Question:
    known_at = request.query_params.get("known_at")
    repeated = {} if known_at is None else {"known_at": known_at}
    address = Address(f"{own_url}{ROOT}", repeated)
    now = reader.store.now()
    return Question(request, catalogue, sight, address, now, reader.timezone)


Questions = Annotated[Question, Depends(_question)]


@router.api_route("", methods=READS)
@router.api_route("/", methods=READS)
def landing(question: Questions) -> Response:
    """Return what there is."""
    if refusal := question.refused(STATE_PARAMETERS):
        return refusal
    question.state_query()
    return _answer(question, landing_document(question.address), JSON_KIND)


@router.api_route("/api", methods=READS)
def api(question: Questions) -> Response:
    """Return the OpenAPI 3.0 document of these paths."""
    if refusal := question.refused(["known_at"]):
        return refusal
    layers = question.catalogue.collections(question.sight).values()
    root, version = question.address.root, question.request.app.version
    document = api_document(layers, question.sight, root, version, SCHEMES)
    return _answer(question, document, API_KIND)


@router.api_route("/conformance", methods=READS)
def conformance(question: Questions) -> Response:
    """Return what this conforms to."""
    if refusal := question.refused(["known_at"]):
        return refusal
    return _answer(question, conformance_document(), JSON_KIND)


@router.api_route("/collections", methods=READS)
def collections(question: Questions) -> Response:
    """Return all collections."""
    if refusal := question.refused(STATE_PARAMETERS):
        return refusal
    document = collections_document(
        question.catalogue, question.state_query(), question.sight, question.address
    )
    return _answer(question, document, JSON_KIND)


@router.api_route("/collections/{name}", methods=READS)
def collection(name: str, question: Questions) -> Response:
    """Return what a collection is."""
    layer = question.collection(name)
    if layer is None:
        return _unknown_collection(name)
    if refusal := question.refused(STATE_PARAMETERS):
        return refusal
    document = collection_document(
        question.catalogue,
        layer,
        question.state_query(),
        question.sight,
        question.address,
    )
    return _answer(question, document, JSON_KIND)


@router.api_route("/collections/{name}/schema", methods=READS)
def schema(name: str, question: Questions) -> Response:
    """Return what the items of a collection are (Part 5)."""
    return _schema(name, "schema", question, schema_document)


@router.api_route("/collections/{name}/feature-schema", methods=READS)
def feature_schema(name: str, question: Questions) -> Response:
    """Return what the items of a collection are, as features of GeoJSON."""
    return _schema(name, "feature-schema", question, feature_schema_document)


@router.api_route("/collections/{name}/queryables", methods=READS)
def queryables(name: str, question: Questions) -> Response:
    """Return what the items of a collection can be asked for by."""
    return _schema(name, "queryables", question, queryables_document)


@router.api_route("/collections/{name}/items", methods=READS)
def items(name: str, question: Questions) -> Response:
    """Return items of a collection, a page of them."""
    layer, sight = question.collection(name), question.sight
    if layer is None:
        return _unknown_collection(name)
    fields = layer.fields(sight)
    names = (*STATE_PARAMETERS, *ITEM_PARAMETERS, *(field.name for field in fields))
    if refusal := question.refused(names):
        return refusal
    state = question.catalogue.state(layer, question.state_query(), sight)
    origin = " ".join([name, *sorted(sight.classes)])
    parameters = question.parameters
    if question.is_page:
        parameters.setdefault("limit", PAGE_ITEMS)
    query = read_item_query(parameters, fields, crs_names(state), origin)
    address, base = question.address, path_of("collections", name)
    path = f"{base}/items"
    text = items_text(item_page(state, query), address, path, parameters)
    links = [
        link(address.of(path, **parameters), "self", GEOJSON_KIND, ""),
        link(address.of(f"{base}/queryables"), QUERYABLES_REL, SCHEMA_KIND, ""),
    ]
    response = _answer(question, text, GEOJSON_KIND, query.crs)
    others = response.headers.get("Link")
    response.headers["Link"] = ", ".join(filter(None, [others, link_header(links)]))
    return response


# an id of a register may have a slash
@router.api_route("/collections/{name}/items/{item_id:path}", methods=READS)
def item(name: str, item_id: str, question: Questions) -> Response:
    """Return an item of a collection."""
    layer = question.collection(name)
    if layer is None:
        return _unknown_collection(name)
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
    return _answer(question, item_text(state, row, crs, links), GEOJSON_KIND, crs)


def _schema(
    name: str,
    part: str,
    question: Question,
    document_of: Callable[[Collection, Sight, str], dict[str, Any]],
) -> Response:
    """Return a schema of a collection."""
    layer = question.collection(name)
    if layer is None:
        return _unknown_collection(name)
    if refusal := question.refused(["known_at"]):
        return refusal
    # its id is an address without parameters (Part 5, /req/schemas/json-schema)
    href = f"{question.address.root}{path_of('collections', name, part)}"
    return _answer(question, document_of(layer, question.sight, href), SCHEMA_KIND)


def _unknown_collection(name: str) -> Response:
    return problem(
        404,
        "unknown-collection",
        f"There is no collection {name!r}, or not for who asks; see /ogc/collections.",
        f"没有集合 {name}，或无权查看，请在 /ogc/collections 查看可用集合。",
    )


def _answer(
    question: Question, content: dict[str, Any] | bytes, kind: str, crs: str = ""
) -> Response:
    """Return a document with what caches may do with it; 304 where it is known."""
    body = content if isinstance(content, bytes) else orjson.dumps(content)
    if question.is_page:
        return _page(question, orjson.loads(body))
    # of what it says, however it is compressed
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    is_public = visitor_of(question.request) is None
    headers = {
        "ETag": f"W/{tag}",
        "Cache-Control": f"{'public' if is_public else 'private'}, no-cache",
        "Vary": "Accept, Authorization, Cookie",
    }
    known_at = question.state_query().known_at
    if known_at is not None:
        moment = dt.datetime.fromtimestamp(known_at / 1000, dt.UTC)
        headers["Memento-Datetime"] = format_datetime(moment, usegmt=True)
        headers["Link"] = f'<{question.original}>; rel="original"'
    if crs:
        headers["Content-Crs"] = f"<{crs}>"
    tags = question.request.headers.get("if-none-match", "").split(",")
    if tag in {text.strip().removeprefix("W/") for text in tags}:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=kind)


def _page(question: Question, document: dict[str, Any]) -> Response:
    """Return a document as a page for people."""
    # as it was written: a name may have a slash
    written: bytes = question.request.scope["raw_path"]
    path = written.decode("ascii").partition("?")[0].partition(ROOT)[2]
    parts = path.strip("/").split("/")
    names = [Words("OGC API"), LAYERS["collections"]]
    names += [Words(unquote(part)) for part in parts[1:]]
    above = tuple(
        Step(names[n], question.address.of("/".join(["", *parts[:n]]), f="html"))
        for n in range(len(parts) if path.strip("/") else 0)
    )
    parameters = {**question.parameters, "f": "json"}
    view = layer_page(document, above, question.address.of(path, **parameters))
    root: str = question.request.scope.get("root_path", "")
    return html(page("layer", title=view.title, root=root, view=view))
