"""The browser code of the editor: one module and one style sheet, no addresses."""

from typing import Final

from layers.maps.offline import BROWSER, packed_code
from layers.styles import (
    EDITOR_COLOURS,
    PAGE_COLOURS,
    RECEIVER_FILLS,
    css_variables,
)

SOURCES: Final = (
    "editor_model",
    "editor_canvas",
    "editor_tools",
    "editor_figures",
    "editor_panel",
    "editor_exchange",
    "editor_keys",
    "editor",
)
"""Our own code for the browser, in `layers/browser`, in order."""


def editor_module() -> str:
    """Return the editor as one ES module that exports ``mount(element, options)``.

    It imports nothing; Leaflet is given to `mount` as ``L``.

    Examples
    --------
    >>> editor_module().count("export ")
    1
    """
    return "".join(_source(f"{name}.js") for name in SOURCES)


def editor_styles() -> str:
    """Return the style sheet: page colours, Leaflet's rules, those of the editor.

    Raises
    ------
    MapError
        If the browser code was not installed.

    Examples
    --------
    >>> "--receiver-1: #" in editor_styles()
    True
    """
    receivers = {
        f"receiver-{number}": colour
        for number, colour in enumerate(RECEIVER_FILLS, start=1)
    }
    colours = css_variables(".pagoda-editor", PAGE_COLOURS | EDITOR_COLOURS | receivers)
    return f"{colours}\n{packed_code('leaflet.css')}\n{_source('editor.css')}"


def _source(name: str) -> str:
    """Read one file of our own browser code."""
    return (BROWSER / name).read_text(encoding="utf-8")
