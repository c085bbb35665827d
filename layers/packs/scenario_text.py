"""A scenario pack from its TOML text; every fault names file and line."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, NoReturn

from gis.errors import ScenarioError
from gis.events.scenario import (
    Codes,
    Kind,
    Minutes,
    Pack,
    Path,
    SameWithin,
    pack_flaws,
)
from gis.sentences import sentence
from layers.packs.toml_lines import fault_line, line_of

LONGEST: Final = 256 * 1024
"""Characters; what is longer is no pack."""

PACK_KEYS: Final = (
    "pack",
    "name",
    "owner",
    "sources",
    "loop",
    "verify_below",
    "all_kinds",
    "kinds",
    "map",
)
KIND_KEYS: Final = (
    "kind",
    "name",
    "module",
    "line",
    "platform",
    "departments",
    "minutes",
    "same_within",
    "close_at",
    "sensitive",
    "hazard",
    "whistle_by",
    "responders",
)
MINUTES_KEYS: Final = ("accept", "arrive", "handle", "climb")
NONE: Final = object()
"""Stands for a key that must be there."""


@dataclass(frozen=True, slots=True)
class PackText:
    """A pack as it is written.

    Attributes
    ----------
    name
        What it is called in a fault: a file, or a rule of a store.
    text
        The TOML.
    """

    name: str
    text: str

    def refuse(self, path: Path, fault: str) -> NoReturn:
        """Refuse a value of it by its line.

        Raises
        ------
        ScenarioError
            Always.
        """
        self.refuse_line(line_of(self.text, path), fault)

    def refuse_line(self, line: int, fault: str) -> NoReturn:
        """Refuse a line of it.

        Raises
        ------
        ScenarioError
            Always.
        """
        raise ScenarioError(
            "Pack {name!r}, line {line}: {fault}; correct it.",
            name=self.name,
            line=line,
            fault=fault,
        )


def pack_of_text(source: PackText, codes: Codes) -> Pack:
    """Return the pack that a text holds.

    Parameters
    ----------
    source
        The text, and what it is called.
    codes
        Templates, platforms, lines and modules that it may use.

    Raises
    ------
    ScenarioError
        If it is no TOML, or has a key or value that no pack has.

    Examples
    --------
    >>> text = PackText("noise.toml", "pack = 7")
    >>> pack_of_text(text, Codes(()))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    gis.errors.ScenarioError: Pack 'noise.toml', line 1: has 'pack' as 7, expected a ...
    """
    pack = _pack(_Table(source, _values(source), (), PACK_KEYS))
    for flaw in pack_flaws(pack, codes):
        source.refuse(flaw.path, flaw.text)
    return pack


def _values(source: PackText) -> dict[str, Any]:
    """Return the values of a text, or say at which line it is no TOML."""
    if len(source.text) > LONGEST:
        source.refuse_line(
            1, sentence("is longer than {longest} characters", longest=LONGEST)
        )
    try:
        return tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        fault = str(error).partition(" (at ")[0]
        line = fault_line(source.text, error)
        source.refuse_line(
            line, sentence("is no TOML ({fault})", fault=fault.rstrip(".").lower())
        )
    except (ValueError, RecursionError):
        # a number of thousands of digits, lists within lists without end
        source.refuse_line(
            _first_bad_line(source.text), sentence("has a value that is no value")
        )


def _first_bad_line(text: str) -> int:
    """Return the line whose value the reader of TOML breaks at."""
    lines = text.split("\n")
    for count in range(1, len(lines)):
        try:
            tomllib.loads("\n".join(lines[:count]))
        except tomllib.TOMLDecodeError:
            continue
        except (ValueError, RecursionError):
            return count
    return len(lines)


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of a pack that has no key but these."""

    source: PackText
    values: Mapping[str, Any]
    path: Path
    keys: tuple[str, ...]

    def __post_init__(self) -> None:
        strange = [key for key in self.values if key not in self.keys]
        if strange:
            self.source.refuse(
                (*self.path, strange[0]),
                sentence(
                    "has the key {strange!r}, expected only {value!r}",
                    strange=strange[0],
                    value=[*self.keys],
                ),
            )

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def refuse(self, key: str, expected: str) -> NoReturn:
        """Refuse a value for what it is, or for not being there."""
        path = (*self.path, key)
        if key not in self.values:
            self.source.refuse(
                path,
                sentence(
                    "has no {key!r}, expected {expected}", key=key, expected=expected
                ),
            )
        fault = sentence(
            "has {key!r} as {values!r}, expected {expected}",
            key=key,
            values=self.values[key],
            expected=expected,
        )
        self.source.refuse(path, fault)

    def text(self, key: str, default: Any = NONE) -> str:
        """Return a text."""
        value = self.values.get(key, default)
        if not isinstance(value, str):
            self.refuse(key, sentence("a text in quotes"))
        return value

    def texts(self, key: str, default: Any = NONE) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.values.get(key, default)
        is_list = isinstance(value, list | tuple)
        if not is_list or not all(isinstance(item, str) for item in value):
            self.refuse(key, sentence("a list of texts in brackets"))
        return tuple(value)

    def names(self, key: str) -> tuple[str, str]:
        """Return a Chinese and an English name."""
        names = self.texts(key)
        if len(names) != 2:
            self.refuse(key, sentence("a Chinese and an English name in brackets"))
        return names[0], names[1]

    def flag(self, key: str) -> bool:
        """Return a truth value; false where it is not there."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.refuse(key, sentence("true or false without quotes"))
        return value

    def number(self, key: str, default: Any = NONE) -> float:
        """Return a number."""
        value = self.values.get(key, default)
        if type(value) not in {int, float}:
            self.refuse(key, sentence("a number without quotes"))
        try:
            return float(value)
        except OverflowError:
            self.refuse(key, sentence("a smaller number"))

    def whole(self, key: str) -> int:
        """Return a whole number."""
        value = self.values.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(key, sentence("a whole number without quotes"))
        return value

    def table(self, key: str, keys: tuple[str, ...], default: Any = NONE) -> "_Table":
        """Return a table within."""
        value = self.values.get(key, default)
        if not isinstance(value, dict):
            self.refuse(key, sentence("a table with {value!r}", value=[*keys]))
        return _Table(self.source, value, (*self.path, key), keys)

    def tables(self, key: str, keys: tuple[str, ...]) -> "list[_Table]":
        """Return a list of tables; none where it is not there."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            self.refuse(key, sentence("tables that begin with [[{key}]]", key=key))
        return [
            _Table(self.source, item, (*self.path, key, row), keys)
            for row, item in enumerate(value)
        ]


def _pack(table: _Table) -> Pack:
    """Return the pack of a whole text."""
    return Pack(
        pack=table.text("pack"),
        name=table.names("name"),
        owner=table.text("owner"),
        sources=table.texts("sources"),
        template=table.text("loop"),
        kinds=tuple(_kind(kind) for kind in table.tables("kinds", KIND_KEYS)),
        verify_below=table.number("verify_below", 0.0),
        takes_all_kinds=table.flag("all_kinds"),
        symbol=table.table("map", ("symbol",), {}).text("symbol", ""),
    )


def _kind(table: _Table) -> Kind:
    """Return a kind from its table; what has a default may be left out."""
    plain = {f.name: f.default for f in fields(Kind)}
    return Kind(
        kind=table.text("kind"),
        name=table.names("name"),
        module=table.text("module"),
        line=table.text("line"),
        platform=table.text("platform"),
        departments=table.texts("departments"),
        minutes=_minutes(table.table("minutes", MINUTES_KEYS)),
        same_within=_same_within(table) if "same_within" in table else None,
        close_at=table.text("close_at", plain["close_at"]),
        is_sensitive=table.flag("sensitive"),
        is_hazard=table.flag("hazard"),
        whistle_by=table.texts("whistle_by", plain["whistle_by"]),
        responders=table.texts("responders", plain["responders"]),
    )


def _minutes(table: _Table) -> Minutes:
    return Minutes(**{key: table.whole(key) for key in MINUTES_KEYS})


def _same_within(kind: _Table) -> SameWithin:
    table = kind.table("same_within", ("metres", "minutes"))
    return SameWithin(table.number("metres"), table.whole("minutes"))
