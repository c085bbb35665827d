"""What is looked at in a place of each scene, and how grave each fault would be."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NoReturn, Self

from gis.errors import InvalidLayerError
from gis.models import Scene
from gis.sentences import joined, sentence

SEVERITIES: Final = ("minor", "serious", "critical")
MOST_ITEMS: Final = 40
LONGEST: Final = 200
"""Characters of an id or sentence."""
_KEYS: Final = ("rule_id", "version", "owner", "zh", "en", "scenes")
_ITEM_KEYS: Final = ("item_id", "severity", "zh", "en")


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """A fault to look for.

    Attributes
    ----------
    item_id
        Its id within the scene.
    severity
        Of the finding where it is there: ``minor``, ``serious`` or ``critical``.
    zh, en
        The fault in one sentence.
    """

    item_id: str
    severity: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Checklists:
    """The checklist of each of the eight scenes.

    Attributes
    ----------
    version, owner
        Its version, and the body that answers for it.
    zh, en
        What is to be known of the lists, in one sentence.
    scenes
        Items of each scene, in the order in which they are looked at.
    """

    version: str
    owner: str
    zh: str
    en: str
    scenes: Mapping[Scene, tuple[ChecklistItem, ...]]

    @classmethod
    def from_body(cls, body: Mapping[str, object]) -> Self:
        """Read checklists from what their JSON says.

        The keys are `rule_id`, `version`, `owner`, `zh`, `en` and `scenes`; a scene is
        a list of items with `item_id`, `severity`, `zh` and `en`.

        Parameters
        ----------
        body
            The object; all keys and scenes are needed and no other is taken.

        Raises
        ------
        InvalidLayerError
            If a key, scene or text is missing or unknown, or an id stands twice.

        Examples
        --------
        >>> item = {"item_id": "exit", "severity": "critical", "zh": "堵", "en": "Shut"}
        >>> head = {"rule_id": "checklists", "version": "1", "owner": "office"}
        >>> texts = {"zh": "示例", "en": "An example"}
        >>> scenes = {"scenes": {scene: [item] for scene in Scene}}
        >>> lists = Checklists.from_body(head | texts | scenes)
        >>> lists.scenes[Scene.STREET_SHOP][0].severity
        'critical'
        """
        where = sentence("Rule 'checklists'")
        _check_keys(body, _KEYS, where)
        _, version, owner, zh, en = (_text(body, key, where) for key in _KEYS[:-1])
        scenes = body["scenes"]
        if not isinstance(scenes, Mapping):
            _refuse(
                _part(where, "scenes"),
                scenes,
                sentence("an object with keys"),
            )
        _check_keys(scenes, tuple(Scene), _part(where, "scenes"))
        items = {scene: _items(scenes[scene], scene) for scene in Scene}
        return cls(version, owner, zh, en, MappingProxyType(items))


def _items(body: object, scene: Scene) -> tuple[ChecklistItem, ...]:
    """Read the items of a scene; their ids differ."""
    where = sentence("Scene {value!r} of rule 'checklists'", value=scene.value)
    if not isinstance(body, list) or not 1 <= len(body) <= MOST_ITEMS:
        _refuse(
            where,
            body,
            sentence("a list of 1 to {most_items} items", most_items=MOST_ITEMS),
        )
    items = tuple(
        _item(row, sentence("{where}, item {number}", where=where, number=n))
        for n, row in enumerate(body, 1)
    )
    ids = [item.item_id for item in items]
    repeats = [name for name in ids if ids.count(name) > 1]
    if repeats:
        _refuse(where, repeats[0], sentence("every 'item_id' once"))
    return items


def _item(body: object, where: str) -> ChecklistItem:
    """Read one item."""
    if not isinstance(body, Mapping):
        _refuse(where, body, sentence("an object with keys"))
    _check_keys(body, _ITEM_KEYS, where)
    item = ChecklistItem(*(_text(body, key, where) for key in _ITEM_KEYS))
    if item.severity not in SEVERITIES:
        _refuse(
            sentence("{where}, 'severity'", where=where),
            item.severity,
            sentence("one of {value!r}", value=[*SEVERITIES]),
        )
    return item


def _check_keys(body: Mapping[str, object], keys: tuple[str, ...], where: str) -> None:
    """Raise where a key is unknown or missing."""
    names = [str(key) for key in keys]
    unknown = [key for key in body if key not in names]
    missing = [name for name in names if name not in body]
    if unknown:
        _refuse(where, unknown[0], sentence("only the keys {names!r}", names=names))
    if missing:
        _refuse(
            where, sorted(body), sentence("the key {missing!r} too", missing=missing[0])
        )


def _text(body: Mapping[str, object], key: str, where: str) -> str:
    value = body[key]
    is_text = isinstance(value, str) and 0 < len(value.strip()) <= LONGEST
    if not isinstance(value, str) or not is_text:
        _refuse(
            _part(where, key),
            value,
            sentence("a text of 1 to {longest} characters", longest=LONGEST),
        )
    return value.strip()


def _part(where: str, key: str) -> str:
    return joined(", ", (where, repr(key)))


def _refuse(where: str, value: object, expected: str) -> NoReturn:
    raise InvalidLayerError(
        "{where} has {value!r} where it must have {expected}; correct the rule.",
        where=where,
        value=str(value)[:LONGEST],
        expected=expected,
    )
