"""Files of browser code, under an address that changes with them."""

import hashlib
from functools import cache
from typing import Final

from layers.maps.browser_modules import module_names
from layers.maps.offline import BROWSER, PACKED, browser_file
from layers.styles import METHOD_COLOURS, css_variables, house_variables

FILES: Final = {
    "leaflet.js": PACKED,
    "leaflet.css": PACKED,
    "swagger-ui.js": PACKED,
    "swagger-ui.css": PACKED,
    "docs.js": BROWSER,
    "docs.css": BROWSER,
    **{
        f"{name}.js": BROWSER
        for entry in ("cockpit", "waiting", "sendings")
        for name in module_names(entry)
    },
    "five_colour.css": BROWSER,
    "cockpit.css": BROWSER,
}
"""Where each lies."""
OWN_COLOURS: Final = {"docs.css": METHOD_COLOURS}
"""Colours that a style sheet has besides those of the house."""
KINDS: Final = {"js": "text/javascript", "css": "text/css"}


def asset(name: str) -> bytes:
    """Return a file; our own style sheets begin with the colours of the house.

    Parameters
    ----------
    name
        One of `FILES`.

    Raises
    ------
    MapError
        If the browser code was not installed.
    """
    content = browser_file(FILES[name] / name)
    is_our_style = FILES[name] == BROWSER and name.endswith(".css")
    if not is_our_style:
        return content
    own = css_variables(colours=OWN_COLOURS[name]) if name in OWN_COLOURS else ""
    return (house_variables() + own).encode() + content


@cache
def assets_path() -> str:
    """Return the folder of all files, named by what stands in them.

    Examples
    --------
    >>> assets_path() == assets_path()
    True
    """
    parts = (hashlib.sha256(asset(name)).digest() for name in sorted(FILES))
    return f"/assets/{hashlib.sha256(b''.join(parts)).hexdigest()[:16]}"
