"""Where an address in words may be: candidates with who says so, never a choice."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from api.service.access.sight import Sight
from api.service.brief.search import SearchDesk, seen_entries
from layers.gazetteer import LEAST, MOST, Entry, fold

MOST_CANDIDATES: Final = 5
LEAST_PART: Final = 4
"""Of a longer address so many characters must stand in a register together."""
LOOKED_AT: Final = 200
"""So many rows with the same part are compared, those that fit best first."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that an address may mean.

    Attributes
    ----------
    entry
        The place by one register, which is the source.
    matched
        Part of the address, without signs, that stands in its name, address or id.
    score
        Twice the length of that part over both lengths together: 1 where the texts are
        the same.
    """

    entry: Entry
    matched: str
    score: float


def candidates_of(
    desk: SearchDesk, address: str, sight: Sight
) -> tuple[Candidate, ...]:
    """Return the places that an address may mean, the best first.

    The longest beginning or end of the address that stands anywhere decides; of equals
    the lowest id is first.

    Parameters
    ----------
    desk
        Has the places.
    address
        In words.
    sight
        Of who asks.

    Returns
    -------
    candidates
        At most `MOST_CANDIDATES`; none where nothing is near to it.
    """
    text = fold(address)[:MOST]
    if not sight.has_places or len(text) < LEAST:
        return ()
    for part in _parts(text):
        entries = islice(seen_entries(desk.places.current, part, sight), LOOKED_AT)
        rated = ((entry, _score(entry, part, text)) for entry in entries)
        # an address is no initials of a name
        candidates = [Candidate(entry, part, score) for entry, score in rated if score]
        if candidates:
            candidates.sort(key=lambda c: (-c.score, c.entry.place_id))
            return tuple(candidates[:MOST_CANDIDATES])
    return ()


def _parts(text: str) -> Iterator[str]:
    """Yield a text, then what is left of it from the front and the back, shorter."""
    yield text
    for length in range(len(text) - 1, max(LEAST, LEAST_PART) - 1, -1):
        yield text[:length]
        yield text[-length:]


def _score(entry: Entry, part: str, text: str) -> float:
    """Return how much of both texts is the same, of the text that fits best; or 0."""
    texts = map(fold, (entry.name or "", entry.place_id, entry.address or ""))
    shares = (2 * len(part) / (len(text) + len(t)) for t in texts if part in t)
    return round(max(shares, default=0.0), 3)
