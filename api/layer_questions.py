"""Questions about layers, and how they are answered: as documents or as pages."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Annotated, Any, Final
from urllib.parse import unquote

import orjson
from fastapi import Depends, Request, Response

from api.admission import refuse_query
from api.browser import html, language_of
from api.deps import Catalogues, OwnUrl, Reader, Seen
from api.errors import problem
from api.preconditions import is_unchanged
from api.schemas.media import prefers_html
from api.schemas.ogc_parameters import read_form, read_state_query
from api.security import visitor_of
from api.service.access.sight import Sight
from api.service.ogc.catalogue import Catalogue
from api.service.ogc.collections import Collection
from api.service.ogc.documents import Address
from api.service.ogc.item_query import StateQuery
from api.service.ogc.layer_pages import Step, layer_page
from gis.models import Instant
from layers.pages import page
from layers.words import Words
from layers.words.ogc import LAYERS

ROOT: Final = "/ogc"
VARY: Final = "Accept, Authorization, Cookie"
"""On what an answer hangs."""
LISTS: Final = {"collections": "collections", "tileMatrixSets": "matrix_sets"}
"""Captions of the lists that things stand in, by the first part of their path."""


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
        path = _written_path(self.request)
        rest = {k: v for k, v in self.parameters.items() if k not in ("known_at", "f")}
        address = Address(self.address.root.removesuffix(ROOT), {})
        return address.of(path, **rest)

    def is_page(self, kind: str) -> bool:
        """Return whether a page is asked for.

        Parameters
        ----------
        kind
            Media type of what is not a page.
        """
        form = read_form(self.parameters)
        accept = self.request.headers.getlist("accept")
        return form == "html" or (not form and prefers_html(accept, kind))

    def refused(self, names: Sequence[str]) -> Response | None:
        """Return the refusal of parameters that do not stand among some names.

        Parameters
        ----------
        names
            The parameters, besides `f`.
        """
        return refuse_query(self.request.scope["query_string"], sorted(["f", *names]))

    def state_query(self) -> StateQuery:
        """Return which state is asked for."""
        return read_state_query(self.parameters, self.timezone, self.now)

    def collection(self, name: str) -> Collection | None:
        """Return a collection that who asks sees.

        Parameters
        ----------
        name
            Its id.
        """
        return self.catalogue.collections(self.sight).get(name)


def question_of(
    request: Request,
    catalogue: Catalogues,
    sight: Seen,
    own_url: OwnUrl,
    reader: Reader,
) -> Question:
    """Return a request for layers as a question."""
    known_at = request.query_params.get("known_at")
    repeated = {} if known_at is None else {"known_at": known_at}
    address = Address(f"{own_url}{ROOT}", repeated)
    now = reader.store.now()
    return Question(request, catalogue, sight, address, now, reader.timezone)


Questions = Annotated[Question, Depends(question_of)]


def unknown_collection(name: str) -> Response:
    """Return the refusal of a collection that is not there.

    Parameters
    ----------
    name
        As it was asked for.

    Examples
    --------
    >>> unknown_collection("streets").status_code
    404
    """
    return problem(
        404,
        "unknown-collection",
        f"There is no collection {name!r}, or not for who asks; see /ogc/collections.",
        f"没有集合 {name}，或无权查看，请在 /ogc/collections 查看可用集合。",
    )


def answer(
    question: Question, content: dict[str, Any] | bytes, kind: str, crs: str = ""
) -> Response:
    """Return a document with what caches may do with it; 304 where it is known.

    Parameters
    ----------
    question
        What it answers.
    content
        The document; bytes are one already.
    kind
        Its media type.
    crs
        Name of the CRS of its coordinates; empty where it has none.
    """
    body = content if isinstance(content, bytes) else orjson.dumps(content)
    # of what it says, however it is compressed; a page has none
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"Vary": VARY}
    is_page = question.is_page(kind)
    if is_page:
        tag = ""
    else:
        headers |= _headers(question, tag, crs)
    if is_unchanged(question.request.headers.getlist("if-none-match"), tag):
        return Response(None, 304, headers)
    if is_page:
        return _page(question, orjson.loads(body), headers)
    return Response(body, headers=headers, media_type=kind)


def _headers(question: Question, tag: str, crs: str) -> dict[str, str]:
    """Return what is said of a document besides on what it hangs."""
    is_public = visitor_of(question.request) is None
    headers = {
        "ETag": f"W/{tag}",
        "Cache-Control": f"{'public' if is_public else 'private'}, no-cache",
    }
    known_at = question.state_query().known_at
    if known_at is not None:
        moment = dt.datetime.fromtimestamp(known_at / 1000, dt.UTC)
        headers["Memento-Datetime"] = format_datetime(moment, usegmt=True)
        headers["Link"] = f'<{question.original}>; rel="original"'
    if crs:
        headers["Content-Crs"] = f"<{crs}>"
    return headers


def _page(
    question: Question, document: dict[str, Any], headers: dict[str, str]
) -> Response:
    """Return a document as a page for people."""
    path = _written_path(question.request).removeprefix(ROOT)
    parts = path.strip("/").split("/")
    names = [Words("OGC API"), LAYERS[LISTS.get(parts[0], "collections")]]
    names += [Words(unquote(part)) for part in parts[1:]]
    above = tuple(
        Step(names[n], question.address.of("/".join(["", *parts[:n]]), f="html"))
        for n in range(len(parts) if path.strip("/") else 0)
    )
    parameters = {**question.parameters, "f": "json"}
    view = layer_page(document, above, question.address.of(path, **parameters))
    scope = question.request.scope
    root: str = scope.get("root_path", "")
    values = {"title": view.title, "root": root, "view": view}
    return html(page("layer", language=language_of(scope), **values), headers=headers)


def _written_path(request: Request) -> str:
    """Return the path within the service as it was written: a name may have a slash."""
    raw_path: bytes = request.scope["raw_path"]
    path = raw_path.decode("ascii").partition("?")[0]
    return path.removeprefix(request.scope.get("root_path", ""))
