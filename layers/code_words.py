"""Chinese words of codes that stand in sentences, by the name of the value there."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from gis.models import SCENE_NAMES, Severity
from gis.roster import ROLES
from gis.text_width import padded
from layers.packs.loop_files import templates
from layers.packs.scenario_files import shipped_scenarios
from layers.words import Vocabulary
from layers.words.answers import (
    ACCURACY_FAULTS,
    HOLDING_REASONS,
    POSITION_REASONS,
    STATUSES,
)
from layers.words.code_lists import (
    AUDITED,
    FIELD_KINDS,
    GEOMETRIES,
    KEY_LIMITS,
    KEY_STATES,
    MEASURES,
    RELATIONS,
    REPLAYS,
    RULES,
)
from layers.words.loops import PARTIES, STEPS, TASK_STATES, TASKS
from layers.words.phone import CHECK


def code_word(name: str, value: object) -> object:
    """Return a value of a sentence as a Chinese one has it, the code behind its word.

    Parameters
    ----------
    name
        Of the value in the template; a number behind it counts for nothing.
    value
        A code, or a list of codes; what is none that is known, such as a state of a
        town's own loop, stays as it is.

    Examples
    --------
    >>> code_word("role", "auditor"), code_word("states", ["closed", "own"])
    ('审计员（auditor）', ['结案（closed）', 'own'])
    >>> code_word("name", "auditor")
    'auditor'
    """
    words = _words(re.sub(r"_\d+$", "", name))
    if words is None:
        return value
    if isinstance(value, list | tuple):
        return [_word(words, code) for code in value]
    return _word(words, value)


class _Word(str):
    """A word and its code; in a column of a table the word alone, as wide as it looks.

    Parameters
    ----------
    word, code
        In Chinese, and as it is typed.
    """

    __slots__ = ("_word",)

    _word: str

    def __new__(cls, word: str, code: str) -> "_Word":
        """Make the text, and keep the word beside it."""
        itself = super().__new__(cls, f"{word}（{code}）")
        itself._word = word
        return itself

    def __format__(self, spec: str) -> str:
        column = re.fullmatch(r"([<>])(\d+)", spec)
        if column is None:
            return super().__format__(spec)
        return padded(self._word, int(column[2]), to_right=column[1] == ">")


def _word(words: Mapping[str, str], code: object) -> object:
    """Return a code behind its word; what has none stays as it is."""
    word = words.get(str(code)) if isinstance(code, str) else None
    return code if word is None else _Word(word, str(code))


def _roles() -> dict[str, str]:
    """Return the words of roles of keys and of posts."""
    return _chinese(PARTIES) | {name: role.name_zh for name, role in ROLES.items()}


def _steps() -> dict[str, str]:
    """Return the words of steps and tasks."""
    return _chinese(TASKS) | _chinese(STEPS)


def _states() -> dict[str, str]:
    """Return the words of states of tasks and of the shipped loops."""
    return _chinese(TASK_STATES) | {
        state.state: state.name_zh
        for template in templates().values()
        for state in template.states
    }


def _severities() -> dict[str, str]:
    """Return the words of how bad a finding is."""
    return {code: CHECK[code].zh for code in (s.name.lower() for s in Severity)}


def _scenes() -> dict[str, str]:
    """Return the words of scenes."""
    return {scene.value: zh for scene, (zh, _) in SCENE_NAMES.items()}


def _kinds() -> dict[str, str]:
    """Return the words of the kinds of events in the shipped packs."""
    return {code: kind.name[0] for code, kind in shipped_scenarios().kinds.items()}


def _statuses() -> dict[str, str]:
    """Return the words of how a position was located."""
    return {status.value: words.zh for status, words in STATUSES.items()}


def _reasons() -> dict[str, str]:
    """Return the words of why an answer is as it is."""
    tables = (POSITION_REASONS, HOLDING_REASONS, ACCURACY_FAULTS)
    return {code: words for table in tables for code, words in _chinese(table).items()}


def _layers() -> dict[str, str]:
    """Return the Chinese names of the layers that files have."""
    # reads every schema, which no other sentence needs
    from layers.files.layer_columns import FILE_LAYERS  # noqa: PLC0415
    from layers.schema.keys import KEYS  # noqa: PLC0415
    from layers.schema.loops import EVENT_LOOPS, TASKS  # noqa: PLC0415

    stored = {schema.name: schema.zh for schema in (KEYS, EVENT_LOOPS, TASKS)}
    return stored | {name: columns.zh for name, columns in FILE_LAYERS.items()}


def _chinese(vocabulary: Vocabulary) -> dict[str, str]:
    """Return the Chinese words of a vocabulary."""
    return {code: words.zh for code, words in vocabulary.items()}


_TABLES: Final[Mapping[str, Callable[[], dict[str, str]]]] = MappingProxyType(
    {
        **dict.fromkeys(("role", "roles"), _roles),
        **dict.fromkeys(("action", "actions", "transitions"), _steps),
        **dict.fromkeys(("state", "states", "later", "to"), _states),
        **dict.fromkeys(("severity", "severities"), _severities),
        **dict.fromkeys(("scene", "scenes"), _scenes),
        **dict.fromkeys(("kind", "kinds"), _kinds),
        **dict.fromkeys(("layer", "layers"), _layers),
        "rule_id": lambda: _chinese(RULES),
        "measure": lambda: _chinese(MEASURES),
        "relation": lambda: _chinese(RELATIONS),
        "key_state": lambda: _chinese(KEY_STATES),
        "field_kind": lambda: _chinese(FIELD_KINDS),
        "compared": lambda: _chinese(REPLAYS),
        "entry": lambda: _chinese(AUDITED),
        "geometry": lambda: _chinese(GEOMETRIES),
        "limit": lambda: _chinese(KEY_LIMITS),
        **dict.fromkeys(("answer", "status"), _statuses),
        "reason": _reasons,
    }
)


@cache
def _words(name: str) -> Mapping[str, str] | None:
    """Return the words of codes that a value of a name is one of."""
    table = _TABLES.get(name)
    return None if table is None else MappingProxyType(table())
