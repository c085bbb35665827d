"""Kinds of places: the eight scenes that carry a code, and any other by its name."""

import difflib
import re
import unicodedata
from typing import Final

from gis.models import SCENE_NAMES, Scene
from gis.sentences import sentence

CLOSE: Final = 0.9
"""Likeness from which a name is a scene written wrong, not another kind."""

_APART = re.compile(r"[\W_]+")


def read_kind(text: str) -> str:
    """Return a kind of place: a `Scene`, or the name of another kind.

    Parameters
    ----------
    text
        Id of a scene, or a name such as 住宅小区.

    Raises
    ------
    ValueError
        If it is blank, or a scene in another spelling: taken as another kind it would
        name places that are none.

    Examples
    --------
    >>> read_kind("street_shop"), read_kind(" 住宅小区 ")
    (<Scene.STREET_SHOP: 'street_shop'>, '住宅小区')
    >>> read_kind("Street shops")
    Traceback (most recent call last):
    ...
    ValueError: is scene 'street_shop' in another spelling, expected that
    """
    kind = unicodedata.normalize("NFC", text).strip()
    if not kind:
        raise ValueError(sentence("is empty, expected a kind of place"))
    if kind in SCENE_NAMES:
        return Scene(kind)
    folded = _folded(kind)
    scene = _SPELLINGS.get(folded)
    if scene is None:
        close = difflib.get_close_matches(folded, _SPELLINGS, 1, CLOSE)
        scene = _SPELLINGS[close[0]] if close else None
    if scene is not None:
        raise ValueError(
            sentence(
                "is scene {value!r} in another spelling, expected that",
                value=scene.value,
            )
        )
    return kind


def _folded(text: str) -> str:
    """Return letters alone, in lower case and of usual width."""
    return _APART.sub("", unicodedata.normalize("NFKC", text).casefold())


_SPELLINGS: Final = {
    _folded(name): scene
    for scene, names in SCENE_NAMES.items()
    for name in (scene.value, *names)
}
