"""Optional pictures under the areas: Tianditu by key, or tiles of one's own."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from gis.errors import SettingError


@dataclass(frozen=True, slots=True)
class BaseMap:
    """Tile layers under the areas; where they cannot be had the map stays whole.

    Attributes
    ----------
    layers
        Address templates of tiles in web mercator, with {z}, {x} and {y}.
    attribution
        Whose pictures they are, printed on the map.
    source
        Where the page may load pictures from, as its content security policy says it.
    greatest_zoom
        Beyond it tiles are enlarged.
    """

    layers: tuple[str, ...]
    attribution: str
    source: str
    greatest_zoom: int = 18


def tianditu(key: str) -> BaseMap:
    """Return the vector base map of Tianditu and its Chinese labels.

    Parameters
    ----------
    key
        A browser key of the platform; it can be read on the page.

    Raises
    ------
    SettingError
        If the key is not made of letters and digits.

    Examples
    --------
    >>> tianditu("0123abcd").source
    'https://*.tianditu.gov.cn'
    """
    if not re.fullmatch(r"[0-9A-Za-z]+", key):
        raise SettingError(
            "The Tianditu key has signs that no key has, expected letters and digits; "
            "copy it again from the console of the platform."
        )
    query = (
        "SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&STYLE=default&TILEMATRIXSET=w"
        "&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
    )
    host = "https://t{s}.tianditu.gov.cn"
    layers = tuple(
        f"{host}/{name}_w/wmts?{query}&LAYER={name}&tk={key}" for name in ("vec", "cva")
    )
    return BaseMap(layers, "天地图 Tianditu", "https://*.tianditu.gov.cn")


def local_tiles(folder: str, attribution: str, *, greatest_zoom: int = 17) -> BaseMap:
    """Return a base map of PNG tiles that lie beside the page: folder/z/x/y.png.

    Parameters
    ----------
    folder
        Relative to the page, with `/` between names.
    attribution
        Whose pictures they are.
    greatest_zoom
        Greatest zoom that the folder holds.

    Raises
    ------
    SettingError
        If the folder is an address, not a relative path.

    Examples
    --------
    >>> local_tiles("tiles", "Survey office").layers
    ('tiles/{z}/{x}/{y}.png',)
    """
    path = PurePosixPath(folder)
    if (
        path.is_absolute()
        or ".." in path.parts
        or not re.fullmatch(r"[\w./-]+", folder)
    ):
        raise SettingError(
            "The folder of tiles is {folder!r}, expected a relative path of plain "
            "names; put the tiles beside the page and name their folder.",
            folder=folder,
        )
    return BaseMap(
        (f"{path}/{{z}}/{{x}}/{{y}}.png",), attribution, "'self' file:", greatest_zoom
    )
