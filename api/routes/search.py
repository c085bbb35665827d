"""What a text stands for."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from api.admission import Door
from api.deps import Seen, search_desk_of
from api.errors import answers
from api.schemas.numbers import WholeNumber
from api.schemas.search import MOST_ITEMS, SearchOut, read_query
from api.security import ANYBODY

router = APIRouter(
    route_class=Door,
    tags=["briefs"],
    dependencies=[Depends(ANYBODY)],
    responses=answers(422),
)


@router.get("/search", response_model=SearchOut)
def search(
    request: Request,
    sight: Seen,
    q: Annotated[
        str,
        Query(
            description="Part of a name, an address or an id; of events also part of "
            "the text, and of their own id the whole."
        ),
    ],
    kinds: Annotated[
        str | None,
        Query(description="Some of grid, circle, post, place, event, by commas."),
    ] = None,
    limit: Annotated[
        WholeNumber, Query(ge=1, le=MOST_ITEMS, description="Of each kind.")
    ] = 20,
) -> SearchOut:
    """Return the grids, circles, posts, places and events that a text stands for.

    Neither case, width, blanks nor signs make a difference. Places and events are
    those that who asks sees; addresses and texts of events are looked through for who
    reads them without a purpose.
    """
    query = read_query(q, kinds, limit)
    return SearchOut.of(q, search_desk_of(request).search(query, sight))
