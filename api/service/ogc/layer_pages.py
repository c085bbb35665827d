"""What people see of the documents: the same values, nothing else, as a table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl, quote, urlencode

import orjson

from layers.words import Words
from layers.words.ogc import LAYERS

Json: TypeAlias = Mapping[str, Any]

HEADINGS: Final = ("title", "description")
"""Members of a landing page in Chinese, a blank, and English."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, where it leads, and what opens under it; empty for none."""

    text: str
    href: str = ""
    details: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A text under its caption, and what opens under it; empty for none."""

    words: Words
    text: str
    details: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A page above this one."""

    words: Words
    href: str


@dataclass(frozen=True, slots=True)
class LayerPage:
    """What a page shows.

    Attributes
    ----------
    title, about
        Heading, and the sentence under it; None for none.
    above
        Pages above it.
    facts
        What it says first.
    columns, rows, count
        A table, and how many rows there are in all; no columns for no table.
    following
        Address of the next page; empty for none.
    json
        Address of the document.
    """

    title: Words
    above: tuple[Step, ...]
    json: str
    about: Words | None = None
    facts: tuple[Fact, ...] = ()
    columns: tuple[Words, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    count: Words | None = None
    following: str = ""


def layer_page(document: Json, above: tuple[Step, ...], json_href: str) -> LayerPage:
    """Return what people see of a document.

    Parameters
    ----------
    document
        As clients get it: a landing page, what it conforms to, its paths, collections,
        one of them, a schema, items or an item.
    above
        Pages above it.
    json_href
        Where the document is.

    Examples
    --------
    >>> page = layer_page({"conformsTo": ["http://a"]}, (), "/ogc/conformance")
    >>> [row[0].text for row in page.rows]
    ['http://a']
    """
    build = next(build for name, build in BUILDERS.items() if name in document)
    return build(document, above, json_href)


def _items(document: Json, above: tuple[Step, ...], json_href: str) -> LayerPage:
    """Return a table of items, a column a property."""
    features = document["features"]
    names = list(features[0]["properties"]) if features else []
    key = names[0] if _is_key(names, features) else ""
    names = [name for name in names if name != key]
    base, _, query = json_href.partition("?")
    # an item is of the same time as the list
    parameters = {k: v for k, v in parse_qsl(query) if k in ("datetime", "known_at")}
    ending = urlencode({**parameters, "f": "html"})
    rows = tuple(
        (
            Cell(str(item["id"]), f"{base}/{quote(str(item['id']), safe='')}?{ending}"),
            *(Cell(_text(item["properties"][name])) for name in names),
            Cell(_kind(item), details=_text(item["geometry"])),
        )
        for item in features
    )
    following = [x["href"] for x in document["links"] if x["rel"] == "next"]
    columns = (
        _plain(key) if key else LAYERS["name"],
        *map(_plain, names),
        LAYERS["geometry"],
    )
    count, matched = len(features), document["numberMatched"]
    words = LAYERS["count"]
    return LayerPage(
        LAYERS["items"],
        above,
        json_href,
        columns=columns if features else (),
        rows=rows,
        count=Words(
            words.zh.format(count=count, matched=matched),
            words.en.format(count=count, matched=matched),
        ),
        following=following[0] if following else "",
    )


def _collection(document: Json, above: tuple[Step, ...], json_href: str) -> LayerPage:
    """Return what a collection is, and where its parts are."""
    [[start, _]] = document["extent"]["temporal"]["interval"]
    facts = (
        Fact(LAYERS["name"], document["id"]),
        Fact(LAYERS["extent"], _text(document["extent"]["spatial"]["bbox"][0])),
        Fact(LAYERS["since"], _text(start)),
        Fact(LAYERS["crs"], ", ".join(document["crs"])),
        Fact(LAYERS["storage_crs"], document["storageCrs"]),
        Fact(LAYERS["owner"], document["description"]),
    )
    rows = tuple(
        (Cell(item["title"], _as_page(item["href"])),)
        for item in document["links"]
        if item["rel"] not in ("self", "alternate") and "f=html" not in item["href"]
    )
    return LayerPage(
        _plain(document["title"]),
        above,
        json_href,
        facts=facts,
        columns=(LAYERS["parts"],),
        rows=rows,
    )


def _collections(document: Json, above: tuple[Step, ...], json_href: str) -> LayerPage:
    """Return the list of collections."""
    rows = tuple(
        (
            Cell(item["title"], _page_of(item, "self")),
            Cell(item["id"]),
            Cell(item["description"]),
            Cell(_text(item["extent"]["spatial"]["bbox"][0])),
        )
        for item in document["collections"]
    )
    columns = tuple(LAYERS[x] for x in ("collection", "name", "owner", "extent"))
    title = LAYERS["collections"]
    return LayerPage(title, above, json_href, columns=columns, rows=rows)


def _item(document: Json, above: tuple[Step, ...], json_href: str) -> LayerPage:
    """Return the properties of an item."""
    facts = (
        *(Fact(_plain(n), _text(v)) for n, v in document["properties"].items()),
        Fact(LAYERS["geometry"], _kind(document), _text(document["geometry"])),
    )
    return LayerPage(_plain(str(document["id"])), above, json_href, facts=facts)


def _schema(document: Json, above: tuple[Step, ...], json_href: str) -> LayerPage:
    """Return the properties of a schema, with what they mean."""
    rows = tuple(
        (Cell(name), Cell(str(item.get("type", ""))), Cell(_about(item)))
        for name, item in document["properties"].items()
    )
    columns = (LAYERS["name"], LAYERS["type"], LAYERS["meaning"])
    title = _plain(document["title"])
    return LayerPage(title, above, json_href, columns=columns, rows=rows)


def _classes(document: Json, above: tuple[Step, ...], json_href: str) -> LayerPage:
    """Return what this conforms to."""
    rows = tuple((Cell(text),) for text in document["conformsTo"])
    title = LAYERS["conformance"]
    return LayerPage(title, above, json_href, columns=(title,), rows=rows)


def _paths(document: Json, above: tuple[Step, ...], json_href: str) -> LayerPage:
    """Return the paths of the OpenAPI document."""
    rows = tuple(
        (Cell(path), Cell(get["summary"]), Cell(_names(get["parameters"])))
        for path, get in ((p, item["get"]) for p, item in document["paths"].items())
    )
    columns = (LAYERS["paths"], LAYERS["meaning"], LAYERS["parameters"])
    return LayerPage(LAYERS["paths"], above, json_href, columns=columns, rows=rows)


def _landing(document: Json, above: tuple[Step, ...], json_href: str) -> LayerPage:
    """Return the landing page."""
    rows = tuple(
        (Cell(item["title"], _as_page(item["href"])),)
        for item in document["links"]
        if item["rel"] not in ("self", "alternate", "service-desc")
    )
    title, about = (Words(*document[name].split(" ", 1)) for name in HEADINGS)
    columns = (LAYERS["parts"],)
    return LayerPage(title, above, json_href, about, columns=columns, rows=rows)


def _matrix_sets(document: Json, above: tuple[Step, ...], json_href: str) -> LayerPage:
    """Return the list of tile matrix sets."""
    rows = tuple(
        (Cell(item["id"], _page_of(item, "self")), Cell(item["uri"]))
        for item in document["tileMatrixSets"]
    )
    columns = (LAYERS["name"], LAYERS["meaning"])
    title = LAYERS["matrix_sets"]
    return LayerPage(title, above, json_href, columns=columns, rows=rows)


def _matrix_set(document: Json, above: tuple[Step, ...], json_href: str) -> LayerPage:
    """Return the matrices of a set."""
    names = ("id", "cellSize", "matrixHeight", "matrixWidth")
    words = ("matrix", "cell", "matrix_rows", "matrix_columns")
    rows = tuple(
        tuple(Cell(_text(item[name])) for name in names)
        for item in document["tileMatrices"]
    )
    columns = tuple(LAYERS[word] for word in words)
    title = _plain(document["title"])
    facts = (Fact(LAYERS["crs"], document["crs"].rpartition("/")[2]),)
    return LayerPage(title, above, json_href, None, facts, columns, rows)


def _tilesets(document: Json, above: tuple[Step, ...], json_href: str) -> LayerPage:
    """Return the tilesets of a collection."""
    rows = tuple(
        (
            Cell(item["title"], _page_of(item, "self")),
            Cell(item["tileMatrixSetURI"].rpartition("/")[2]),
        )
        for item in document["tilesets"]
    )
    columns = (LAYERS["collection"], LAYERS["matrix_sets"])
    title = LAYERS["tiles"]
    return LayerPage(title, above, json_href, columns=columns, rows=rows)


def _tileset(document: Json, above: tuple[Step, ...], json_href: str) -> LayerPage:
    """Return where the tiles of a tileset are."""
    box = document["boundingBox"]
    facts = (
        Fact(LAYERS["edition"], document["version"]),
        Fact(LAYERS["extent"], _text([*box["lowerLeft"], *box["upperRight"]])),
    )
    rows = tuple(
        (
            Cell(item["tileMatrix"]),
            Cell(f"{item['minTileRow']}-{item['maxTileRow']}"),
            Cell(f"{item['minTileCol']}-{item['maxTileCol']}"),
        )
        for item in document["tileMatrixSetLimits"]
    )
    words = ("matrix", "matrix_rows", "matrix_columns")
    columns = tuple(LAYERS[word] for word in words)
    title = _plain(document["title"])
    return LayerPage(title, above, json_href, None, facts, columns, rows)


def _tilejson(document: Json, above: tuple[Step, ...], json_href: str) -> LayerPage:
    """Return where the tiles of a TileJSON are."""
    facts = (
        Fact(LAYERS["extent"], _text(document["bounds"])),
        Fact(LAYERS["tiles"], document["tiles"][0]),
    )
    return LayerPage(_plain(document["name"]), above, json_href, facts=facts)


def _is_key(names: list[str], features: list[Json]) -> bool:
    """Return whether the first property is the id."""
    return bool(names) and all(f["properties"][names[0]] == f["id"] for f in features)


def _kind(item: Json) -> str:
    """Return the type of the geometry of an item; empty for none."""
    return item["geometry"]["type"] if item["geometry"] else ""


def _names(parameters: list[Json]) -> str:
    return ", ".join(parameter["name"] for parameter in parameters)


def _about(item: Json) -> str:
    """Return what a property means, with its unit and the list of its values."""
    unit, values = item.get("x-ogc-unit", ""), item.get("enum", ())
    parts = (item.get("description", ""), f"({unit.strip('{}')})" if unit else "")
    return " ".join(filter(None, (*parts, ", ".join(map(_text, values)))))


def _page_of(document: Json, rel: str) -> str:
    """Return the address of a page that a document links to."""
    return next(_as_page(x["href"]) for x in document["links"] if x["rel"] == rel)


def _as_page(href: str) -> str:
    """Return the address of a document as a page."""
    if "f=html" in href:
        return href
    return f"{href}{'&' if '?' in href else '?'}f=html"


def _plain(text: str) -> Words:
    """Return a text that is the same in both languages."""
    return Words(text, text)


def _text(value: object) -> str:
    """Return a value as people read it; nothing where there is none."""
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


BUILDERS: Final[Mapping[str, Callable[[Json, tuple[Step, ...], str], LayerPage]]] = {
    "features": _items,
    "tileMatrixSets": _matrix_sets,
    "tileMatrices": _matrix_set,
    "tilesets": _tilesets,
    "tileMatrixSetLimits": _tileset,
    "tilejson": _tilejson,
    "collections": _collections,
    "geometry": _item,
    "extent": _collection,
    "properties": _schema,
    "conformsTo": _classes,
    "paths": _paths,
    "links": _landing,
}
"""By the first member that a document has of these."""
