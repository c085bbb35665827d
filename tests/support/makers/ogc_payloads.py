"""Questions to collections, from those that can be answered to those that attack."""

import base64
import random
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import orjson

COLLECTIONS = (
    *("places", "enterprises", "grids", "circles", "communities", "risk_grids"),
    *("stations", "posts", "events", "tasks"),
)
FIELDS = (
    *("grid_id", "name", "code", "scene", "residents", "overdue_days", "hazard"),
    *("place_id", "address", "area_id", "level", "event_id", "due_at", "geometry"),
    *("attributes", "holder_id", "rabbits", "id", "__class__", "path", "self"),
)
"""Some of one collection, some of none, some that a visitor does not see."""
OWN_FIELDS = {
    "places": {"place_id": "'E0'", "code": "'red'", "grid_id": "'x'", "name": "'x'"},
    "enterprises": {"place_id": "'E0'", "scene": "'x'", "is_coded": "TRUE"},
    "grids": {"grid_id": "'3301'", "parent_id": "'C4-07'", "name": "'x'"},
    "circles": {"circle_id": "'C4-07'", "tier": "2", "name": "'x'"},
    "communities": {"community_id": "'3301'", "name": "'x'"},
    "risk_grids": {"grid_id": "'3301'", "level": "'red'", "name": "'x'"},
    "stations": {"station_id": "'S'", "kind": "'x'", "name": "'x'"},
    "posts": {"post_id": "'3301'", "role": "'grid_leader'"},
    "events": {"event_id": "'0'", "kind": "'x'", "grid_id": "'x'"},
    "tasks": {"event_id": "'0'", "kind": "'x'"},
}
"""Fields with a value of their kind."""
VALUES = (
    *("'x'", "'red'", "1", "-1", "1e308", "TRUE", "NULL", "''", r"'\''", "'%'"),
    *("DATE('2026-09-01')", "TIMESTAMP('2026-09-01T00:00:00Z')", "CASEI('A')"),
    *("POINT(120 30)", "BBOX(120,30,121,31)", "POLYGON((0 0,1 0,1 1,0 0))"),
    *("'; DROP TABLE enterprises; --", "' OR '1'='1", "999999999999999999999"),
)
SIGNS = ("AND", "OR", "NOT", "(", ")", "=", "<>", "<", "LIKE", "IN", "BETWEEN", ",")
TEXTS = (
    *("", "x", "..", "/", "-1", "nan", "inf", "1e999", "0x10", "true", "[]", "{}"),
    *("\x00", "\u202e", "\ud7ff", "网格", "%", "%%%", "a" * 300, "1,2,3,4", "1,2,3"),
    *("120,30,121,31", "121,31,120,30", "nan,nan,nan,nan", "1e308,0,1e309,1"),
    *("-200,-100,200,100", "2026-09-01/..", "9999-12-31", "2026-13-01", "../x"),
    *("http://www.opengis.net/def/crs/EPSG/0/4490", "EPSG:4490", "cql2-json"),
    *("+name", "-name,name", "name,name", "-rabbits", "name,,", "html", "json"),
)
PARAMETERS = (
    *("filter", "filter", "filter", "bbox", "after", "sortby", "properties"),
    *("limit", "crs", "bbox-crs", "filter-crs", "filter-lang", "datetime", "f"),
)


@dataclass(frozen=True)
class Payload:
    """A question: of which collection, and its query."""

    collection: str
    query: str

    @property
    def path(self) -> str:
        """Where it is asked."""
        return f"/ogc/collections/{self.collection}/items?{self.query}"


def payloads(count: int, tokens: Sequence[str], seed: int = 14) -> Iterator[Payload]:
    """Yield so many questions, the same each time.

    Parameters
    ----------
    count
        How many.
    tokens
        Some that the service gave out.
    seed
        Of the draw.
    """
    rng = random.Random(seed)  # noqa: S311  the same each time
    for _ in range(count):
        name = rng.choice(COLLECTIONS)
        if rng.random() < 0.4:
            yield Payload(name, urlencode(_whole(rng, OWN_FIELDS[name])))
            continue
        names = {rng.choice(PARAMETERS) for _ in range(rng.randint(1, 3))}
        parameters = {key: _value(rng, key, tokens) for key in sorted(names)}
        if rng.random() < 0.3:
            parameters[rng.choice(FIELDS)] = rng.choice(TEXTS)
        parameters.setdefault("limit", str(rng.choice([1, 50, 10_000])))
        if rng.random() < 0.8:
            parameters.pop("f", None)
        query = urlencode(parameters, errors="surrogatepass")
        yield Payload(name, query)


def _whole(rng: random.Random, fields: dict[str, str]) -> dict[str, str]:
    """Return a question that a collection with these fields can answer."""
    parts = [
        rng.choice(
            [
                f"{field} {rng.choice(['=', '<>', '<', '>='])} {value}",
                f"{field} IS {rng.choice(['', 'NOT '])}NULL",
                f"NOT {field} IN ({value})",
                "S_INTERSECTS(geometry, BBOX(120.05,30.32,120.08,30.34))",
            ]
        )
        for field, value in rng.choices([*fields.items()], k=rng.randint(1, 9))
    ]
    joined = "".join(f"{part} {rng.choice(['AND', 'OR'])} " for part in parts)
    parameters = {"filter": f"{joined}TRUE"}
    if rng.random() < 0.3:
        parameters["bbox"] = "120.05,30.32,120.08,30.34"
    if rng.random() < 0.4:
        parameters["sortby"] = f"{rng.choice('+-')}{rng.choice([*fields])}"
    if rng.random() < 0.3:
        parameters["properties"] = ",".join(rng.sample([*fields], 2))
    if rng.random() < 0.5:
        parameters["limit"] = rng.choice(["1", "20", "10000"])
    return parameters


def _value(rng: random.Random, name: str, tokens: Sequence[str]) -> str:
    if name == "filter":
        return _filter(rng)
    if name == "after":
        return _token(rng, tokens)
    if name in ("sortby", "properties") and rng.random() < 0.7:
        parts = [f"{rng.choice(['', '-', '+'])}{rng.choice(FIELDS)}" for _ in range(2)]
        return ",".join(parts)
    if name == "bbox" and rng.random() < 0.7:
        west, south = rng.uniform(119.9, 120.2), rng.uniform(30.2, 30.4)
        return f"{west},{south},{west + rng.random()},{south + rng.random()}"
    return rng.choice(TEXTS)


def _filter(rng: random.Random) -> str:
    """Return a filter, whole or broken."""
    kind = rng.random()
    if kind < 0.35:
        return _condition(rng)
    if kind < 0.55:
        joined = f" {rng.choice(['AND', 'OR'])} ".join(
            _condition(rng) for _ in range(rng.randint(2, 60))
        )
        return joined[:5000]
    if kind < 0.7:
        return _broken(rng, _condition(rng))
    if kind < 0.8:
        depth = rng.choice([5, 31, 33, 2000])
        return rng.choice(["(", "NOT "]) * depth + _condition(rng) + ")" * depth
    if kind < 0.9:
        return orjson.dumps(_document(rng, 0)).decode()[:5000]
    return " ".join(
        rng.choice([*SIGNS, *VALUES, *FIELDS]) for _ in range(rng.randint(1, 40))
    )


def _condition(rng: random.Random) -> str:
    field, value = rng.choice(FIELDS), rng.choice(VALUES)
    return rng.choice(
        [
            f"{field} = {value}",
            f"{field} > {value}",
            f"NOT {field} IN ({value}, {rng.choice(VALUES)})",
            f"{field} LIKE '{rng.choice(['%', '_', 'a']) * rng.choice([1, 40, 900])}'",
            f"{field} BETWEEN {value} AND {rng.choice(VALUES)}",
            f"{field} IS NULL",
            f"CASEI({field}) = CASEI({value})",
            f"S_INTERSECTS({field}, {value})",
        ]
    )


def _broken(rng: random.Random, text: str) -> str:
    """Return a text with some signs of it lost, doubled or strange."""
    signs = [*text]
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(signs))
        sign = rng.choice(["", signs[place] * 2, "'", '"', "\\", "\x07", "网", ";"])
        signs[place] = sign
    return "".join(signs)[:5000]


def _document(rng: random.Random, level: int) -> object:
    """Return JSON that may be a filter."""
    if level > 40 or rng.random() < 0.55:  # fewer than two branches of a node go on
        return rng.choice(
            [
                {"property": rng.choice(FIELDS)},
                *(1, -1.5, "x", True, None, [], {"date": "2026-09-01"}),
                {"bbox": [1, 2, 3, 4]},
                {"type": "Point", "coordinates": [120, 30]},
            ]
        )
    op = rng.choice(["and", "or", "not", "=", "like", "in", "s_intersects", "casei"])
    return {"op": op, "args": [_document(rng, level + 1) for _ in range(2)]}


def _token(rng: random.Random, tokens: Sequence[str]) -> str:
    """Return a token that was given out, one that was altered, or an invented one."""
    kind = rng.random()
    if kind < 0.4:
        return rng.choice(tokens)
    if kind < 0.7:
        token = [*rng.choice(tokens)]
        token[rng.randrange(len(token))] = rng.choice(string.ascii_letters)
        return "".join(token)
    text = orjson.dumps(
        [rng.choice([*COLLECTIONS, "places open"]), rng.choice(FIELDS), None, 2**63 - 1]
    )
    return base64.urlsafe_b64encode(text).decode().rstrip("=")
