"""What a text stands for: how it is asked, and what is answered."""

from collections.abc import Iterable
from typing import Any, Final

from pydantic import BaseModel, Field

from api.refusals import RequestError
from api.service.brief.search import KINDS, Kind, Matches, Named, Query, SearchResult
from gis.events import Loop
from layers.gazetteer import LEAST, MOST, Entry, fold

MOST_ITEMS: Final = 100
SHOWN: Final = 40


class NamedOut(BaseModel):
    """A grid, circle or post."""

    id: str
    name: str | None
    area_id: str | None = Field(description="Above it; of a post what it answers for.")


class PlaceMatchOut(BaseModel):
    """What one register says of a place."""

    place_id: str
    name: str | None
    address: str | None
    address_kind: str | None
    scene: str
    source: str = Field(description="The register that says so.")
    lon: float | None
    lat: float | None
    grid_id: str | None


class EventMatchOut(BaseModel):
    """An event."""

    event_id: str
    kind: str
    state: str
    area_path: str


class NamedMatchesOut(BaseModel):
    """Some grids, circles or posts, the nearest first."""

    items: list[NamedOut]
    has_more: bool


class PlaceMatchesOut(BaseModel):
    """Some places, the nearest first."""

    items: list[PlaceMatchOut]
    has_more: bool


class EventMatchesOut(BaseModel):
    """Some events: by id first, then by address and text, the newest first."""

    items: list[EventMatchOut]
    has_more: bool


class SearchOut(BaseModel):
    """What a text stands for, by kind.

    First come those that have it as name, then as id, then as address; then those that
    begin with it; then those that have it anywhere. A kind is null where it was not
    asked for, or who asks sees none of it.
    """

    q: str
    grids: NamedMatchesOut | None
    circles: NamedMatchesOut | None
    posts: NamedMatchesOut | None
    places: PlaceMatchesOut | None
    events: EventMatchesOut | None

    @classmethod
    def of(cls, q: str, result: SearchResult) -> "SearchOut":
        """Return what was found as it is answered."""
        areas = {f"{kind}s": m for kind, m in result.areas.items()}
        return cls.model_validate(
            {"q": q, "grids": None, "circles": None, "posts": None}
            | {name: _matches(m, _named) for name, m in areas.items()}
            | {
                "places": result.places and _matches(result.places, _place),
                "events": result.events and _matches(result.events, _event),
            }
        )


def read_query(q: str, kinds: str | None, limit: int) -> Query:
    """Return what is searched for.

    Parameters
    ----------
    q
        As it was asked.
    kinds
        Some of `KINDS`, joined by commas; None for all.
    limit
        At most so many of each.

    Raises
    ------
    RequestError
        If the text is too short or too long, or a kind is none or stands twice.
    """
    text = fold(q) if len(q) <= MOST else q
    if not LEAST <= len(text) <= MOST:
        raise _wrong_text(q, text)
    return Query(text, q.strip(), _kinds(kinds), limit)


def _wrong_text(q: str, text: str) -> RequestError:
    """Return the refusal of a text that is too short or too long."""
    excerpt = q if len(q) <= SHOWN else f"{q[:SHOWN]}…"
    return RequestError(
        422,
        "invalid-search",
        f"The parameter q is {excerpt!r} with {len(text)} letters and digits, expected "
        f"{LEAST} to {MOST} characters; search for more of the name, or for less.",
        f"参数 q 为“{excerpt}”，其中有 {len(text)} 个文字或数字，应为 {LEAST} 到 "
        f"{MOST} 个字符；请补充或缩短要查找的名称、地址或编号。",
    )


def _kinds(kinds: str | None) -> tuple[Kind, ...]:
    """Return the kinds that are named."""
    if kinds is None:
        return KINDS
    names = kinds.split(",")
    wrong = next((n for n in names if n not in KINDS or names.count(n) > 1), None)
    if wrong is not None:
        raise RequestError(
            422,
            "invalid-search",
            f"The parameter kinds has {wrong[:SHOWN]!r}, expected some of "
            f"{', '.join(KINDS)}, each once; correct it.",
            f"参数 kinds 含有“{wrong[:SHOWN]}”，应为 {'、'.join(KINDS)} 中的若干项，"
            "每项一次，请改正。",
        )
    return tuple(kind for kind in KINDS if kind in names)


def _matches(matches: Matches[Any], shape: Any) -> dict[str, Any]:
    items: Iterable[Any] = matches.items
    return {"items": [shape(item) for item in items], "has_more": matches.has_more}


def _named(item: Named) -> dict[str, Any]:
    return {"id": item.id, "name": item.name, "area_id": item.area_id}


def _place(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in PlaceMatchOut.model_fields}


def _event(loop: Loop) -> dict[str, Any]:
    return {name: getattr(loop, name) for name in EventMatchOut.model_fields}
