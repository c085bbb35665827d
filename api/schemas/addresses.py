"""An address in words beside a position, and the places that it may mean."""

from collections.abc import Sequence
from typing import Final

import orjson
from pydantic import BaseModel, Field

from api.service.brief.addresses import Candidate

PLACE_FIELDS: Final = (
    *("place_id", "name", "address", "address_kind", "source"),
    *("lon", "lat", "grid_id"),
)


class AddressCandidateOut(BaseModel):
    """A place that an address may mean; nothing is assigned by it."""

    place_id: str
    name: str | None
    address: str | None
    address_kind: str | None
    source: str = Field(description="The register that says so.")
    lon: float | None = Field(description="In the CRS of the store.")
    lat: float | None
    grid_id: str | None
    matched: str = Field(description="Part of the address that stands there.")
    score: float = Field(
        description="Twice its length over both lengths: 1 where both are the same."
    )


def with_candidates(answer: bytes, candidates: Sequence[Candidate]) -> bytes:
    """Return an answer with the places that its address may mean at its end.

    Parameters
    ----------
    answer
        A JSON object.
    candidates
        The best first.

    Examples
    --------
    >>> with_candidates(b'{"status":"unlocated"}', ())
    b'{"status":"unlocated","address_candidates":[]}'
    """
    rows = [
        {name: getattr(candidate.entry, name) for name in PLACE_FIELDS}
        | {"matched": candidate.matched, "score": candidate.score}
        for candidate in candidates
    ]
    return b'%b,"address_candidates":%b}' % (answer[:-1], orjson.dumps(rows))
