"""A folium figure as one HTML page that opens anywhere: packed code, no addresses."""

import base64
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import folium
from branca.element import Element

from gis.errors import MapError
from layers.words.vocabulary import CHINESE

BROWSER = Path(__file__).parents[1] / "browser"
PACKED = BROWSER / "dist"

_HEAD = (
    # the browser itself then refuses every request, also one we did not foresee
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "img-src {images}; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
    '<link rel="icon" href="data:,">\n'
)
_NO_ZOOM = re.compile(r",\s*maximum-scale=1\.0, user-scalable=no")
_LINK = re.compile(
    r'<script src="(?P<js>[^"]+)"></script>'
    r'|<link rel="stylesheet" href="(?P<css>[^"]+)"/>'
)
_NEEDED_BY = {
    "jquery-3.7.1.min.js": r"\$\(|jQuery\(",
    "bootstrap.bundle.min.js": r"new bootstrap\.|data-bs-",
    "bootstrap.min.css": r'class="(?:[^"]* )?btn',
    "bootstrap-glyphicons.css": r'class="(?:[^"]* )?glyphicon',
    "all.min.css": r'L\.AwesomeMarkers|class="(?:[^"]* )?fa-',
    "leaflet.awesome-markers.js": r"L\.AwesomeMarkers",
    "leaflet.awesome-markers.css": r"L\.AwesomeMarkers",
    "leaflet.awesome.rotate.min.css": r"L\.AwesomeMarkers",
}
"""Links that folium writes on every page, and what on a page really uses them."""

_ADDRESS = re.compile(
    r"(?:https?|wss?|ftp):\\?/\\?/(?!www\.w3\.org/)[^\s\"'`<>)]*", re.I
)
_LOADED = re.compile(
    r"<(?:script|link|img|iframe|object|embed|source|audio|video|base)\b[^>]*?"
    r"\b(?:src|href|data)\s*=\s*[\"']?(?!data:|#)([^\s\"'>]+)"
    r"|(?:url\(|@import|\b(?:src|href)\s*=)\s*[\"']?(//[^\s\"'`>)]+)",
    re.I,
)


def page(figure_map: folium.Map, lang: str = CHINESE) -> str:
    """Return a map as one HTML page that asks for nothing outside itself.

    Links to libraries become packed code, or go where nothing on the page uses them;
    element ids become small numbers, so that equal maps give equal bytes.

    Parameters
    ----------
    figure_map
        Any folium map whose libraries are packed (`layers/browser/package.json`). One
        with a base map says in `image_sources` from where pictures may be loaded.
    lang
        The language that the page speaks first.

    Raises
    ------
    MapError
        If a library without a packed copy is used, or an outside address is left.

    Examples
    --------
    >>> text = page(folium.Map(tiles=None))
    >>> "cdn" in text, text == page(folium.Map(tiles=None))
    (False, True)
    """
    figure = figure_map.get_root()
    shell = _with_small_ids(figure.render(), figure)
    body = _LINK.sub("", shell)
    text = _LINK.sub(lambda link: _code_for(link, body), shell)
    _refuse_outside(text)
    images = f"data: {getattr(figure_map, 'image_sources', '')}".rstrip()
    text = text.replace("<html>", f'<html lang="{lang}">', 1)
    # folium keeps readers from zooming the page
    text = _NO_ZOOM.sub("", text)
    return text.replace("<head>\n", f"<head>\n{_HEAD.format(images=images)}", 1)


def packed_code(name: str) -> str:
    """Return a packed library as it stands on a page: pictures in, addresses out.

    Raises
    ------
    MapError
        If the browser code was not installed.
    """
    return _packed_code(PACKED / name)


def browser_file(path: Path) -> bytes:
    """Return a file of browser code, ours or packed, as it is.

    Raises
    ------
    MapError
        If the browser code was not installed.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise MapError(
            "The browser code {name!r} is not in {name_2!r}, expected it from the "
            "build; install the package again where npm works.",
            name=path.name,
            name_2=path.parent.name,
        ) from error


def _with_small_ids(text: str, figure: Element) -> str:
    """Replace the random ids of elements by their number in tree order."""
    ids = dict.fromkeys(element._id for element in _elements(figure, set()))
    small = {random_id: str(number) for number, random_id in enumerate(ids)}
    return re.sub(r"_([0-9a-f]{32})", lambda m: f"_{small.get(m[1], m[1])}", text)


def _elements(element: Element, ids: set[int]) -> Iterator[Element]:
    """Walk an element and what it holds, once each, in a fixed order."""
    if id(element) in ids:
        return
    ids.add(id(element))
    yield element
    values = [value for name, value in vars(element).items() if name != "_parent"]
    for value in [*values, *element._children.values()]:
        if isinstance(value, Element):
            yield from _elements(value, ids)


def _code_for(link: re.Match[str], body: str) -> str:
    """Return what stands for a link: packed code, or nothing where it is not used."""
    name = (link["js"] or link["css"]).split("?")[0].rsplit("/", 1)[-1]
    if name in _NEEDED_BY and not re.search(_NEEDED_BY[name], body):
        return ""
    if name not in {"leaflet.js", "leaflet.css"}:
        raise MapError(
            "The map uses the library {name!r}, expected one with a packed copy; take "
            "off the map what needs it, or pack it in layers/browser/package.json.",
            name=name,
        )
    tag = "script" if link["js"] else "style"
    return f"<{tag}>{packed_code(name)}</{tag}>"


@functools.cache
def _packed_code(path: Path) -> str:
    """Read one packed library and close it."""
    code = _ADDRESS.sub("#", browser_file(path).decode())
    if path.suffix == ".css":
        return re.sub(
            r"url\(images/([\w.-]+)\)", lambda m: f"url({_image(m[1])})", code
        )
    code = re.sub(r"//# sourceMappingURL=.*", "", code)
    options = ",".join(
        f'{option}:"{_image(name)}"'
        for option, name in (
            ("iconUrl", "marker-icon.png"),
            ("iconRetinaUrl", "marker-icon-2x.png"),
            ("shadowUrl", "marker-shadow.png"),
        )
    )
    return f"{code}\nL.Icon.Default.mergeOptions({{{options}}});"


def _image(name: str) -> str:
    """Return a packed picture as a data address."""
    return (
        "data:image/png;base64,"
        + base64.b64encode(browser_file(PACKED / name)).decode()
    )


def _refuse_outside(text: str) -> None:
    """Raise on the first address that would leave the page."""
    match = _ADDRESS.search(text) or _LOADED.search(text)
    if match:
        raise MapError(
            "The page would ask for {match!r}, expected no address outside the page; "
            "take that layer or picture off the map.",
            match=match[match.lastindex or 0][:80],
        )
