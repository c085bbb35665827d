"""The QR code of a place in the colour of its safety code."""

import segno

from gis.errors import SettingError
from gis.models import SafetyCode
from layers.maps.offline import escape_text
from layers.styles import CODE_CARDS, CODE_STYLES, PAGE_COLOURS

SIDE = 300
"""Width of the picture, pixels."""
BAND = 56
"""Height of the band that says the code."""
QUIET = 4
"""Modules of white round a QR code (ISO/IEC 18004)."""


def draw_code(content: str, place_id: str, code: SafetyCode | None) -> str:
    """Return an SVG: a QR code in its colour over a band that says the code in words.

    Parameters
    ----------
    content
        What a reader of the code is told, such as an address.
    place_id
        The place, printed below.
    code
        Its safety code; None where it has none.

    Raises
    ------
    SettingError
        If the content is more than a QR code holds.

    Examples
    --------
    >>> picture = draw_code("pagoda", "E<1>", SafetyCode.RED)
    >>> picture[:4], "E&#60;1&#62;" in picture
    ('<svg', True)
    """
    words, card = CODE_STYLES[code], CODE_CARDS[code]
    paper = PAGE_COLOURS["card"]
    try:
        symbol = segno.make(content, error="m", micro=False)
    except segno.DataOverflowError as error:
        raise SettingError(
            "The address of the place has {content:,} characters, which is more than "
            "a QR code holds; give the place a shorter id.",
            content=len(content),
        ) from error
    modules = symbol.symbol_size(border=QUIET)[0]
    scale = SIDE / modules
    inner = symbol.svg_inline(scale=scale, border=QUIET, dark=card.modules, light=paper)
    height = SIDE + BAND
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{height}" '
        f'viewBox="0 0 {SIDE} {height}" role="img" '
        f'aria-label="{escape_text(words.en)}">'
        f'<rect width="{SIDE}" height="{height}" fill="{paper}"/>{inner}'
        f'<rect y="{SIDE}" width="{SIDE}" height="{BAND}" fill="{card.band}"/>'
        f'<g font-family="sans-serif" text-anchor="middle" fill="{card.ink}">'
        f'<text x="{SIDE / 2}" y="{SIDE + 24}" font-size="18" font-weight="bold">'
        f"{escape_text(words.zh)} {escape_text(words.en)}</text>"
        f'<text x="{SIDE / 2}" y="{SIDE + 45}" font-size="14">'
        f"{escape_text(place_id)}</text>"
        "</g></svg>"
    )
