"""The line of a TOML text that gives a value, found by the keys that lead to it."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from gis.errors import ScenarioError
from gis.events.scenario import Path
from gis.sentences import sentence

AT_LINE: Final = re.compile(r"\(at line (\d+), column \d+\)")
_PLACE: Final = re.compile(r"\s*\(at line \d+, column \d+\)| \(at end of document\)")


class TomlFile:
    r"""A TOML file with the lines of its values.

    Attributes
    ----------
    name
        Name of the file, for faults.
    data
        What it says.

    Parameters
    ----------
    name
        Name of the file.
    text
        What stands in it.

    Raises
    ------
    ScenarioError
        If it is not TOML.

    Examples
    --------
    >>> file = TomlFile("a.toml", 'x = 1\n[[kinds]]\nkind = "noise"')
    >>> file.line_of(("kinds", 0, "kind")), file.line_of(("kinds", 0, "name"))
    (3, 2)
    """

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        try:
            self.data: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            what = _PLACE.sub("", str(error))
            raise ScenarioError(
                "{name}, line {fault_line}: it is not TOML ({what}); correct the line.",
                name=name,
                fault_line=fault_line(text, error),
                what=what,
            ) from error
        self._text = text

    def line_of(self, path: Path) -> int:
        """Return the line of a value, or of the nearest thing that holds it.

        Parameters
        ----------
        path
            Keys and numbers that lead to it.
        """
        return line_of(self._text, path)

    def sentence(self, path: Path, text: str) -> str:
        """Return what is wrong with a value, with file and line.

        Parameters
        ----------
        path
            Keys and numbers that lead to it.
        text
            What was found and what was expected.
        """
        return sentence(
            "{name}, line {line_of}: {text}; correct it.",
            name=self.name,
            line_of=self.line_of(path),
            text=text,
        )


def fault_line(text: str, error: ValueError) -> int:
    r"""Return the line at which a text stops to be TOML.

    Parameters
    ----------
    text
        The text.
    error
        What its reader said.

    Examples
    --------
    >>> try:
    ...     tomllib.loads("a = 1\nb = ?")
    ... except ValueError as error:
    ...     fault_line("a = 1\nb = ?", error)
    2
    """
    at_line = AT_LINE.search(str(error))
    return int(at_line[1]) if at_line else text.count("\n") + 1


def line_of(text: str, path: Path) -> int:
    r"""Return the line of a value; of its table where it is not there.

    Parameters
    ----------
    text
        Sound TOML.
    path
        Keys, and numbers in lists of tables.

    Examples
    --------
    >>> text = 'pack = "a"\n[[kinds]]\n[[kinds]]\nkind = "b"'
    >>> line_of(text, ("kinds", 1, "kind")), line_of(text, ("kinds", 1, "line"))
    (4, 3)
    """
    lines = _lines(text)
    return next(
        lines[path[:depth]]
        for depth in range(len(path), -1, -1)
        if path[:depth] in lines
    )


def _lines(text: str) -> dict[Path, int]:
    """Return the first line of every value that a statement of its own gives."""
    lines: dict[Path, int] = {(): 1}
    tables: Counter[Path] = Counter()
    here: Path = ()
    for line, statement in _statements(text):
        keys = _keys(tomllib.loads(statement))
        if statement.startswith("["):
            here = _table_path(keys[0], tables, is_listed=statement.startswith("[["))
            keys = [()]
        for key in keys:
            for depth in range(len(key) + 1):
                lines.setdefault((*here, *key[:depth]), line)
            # a list of tables begins where its first one does
            if here and here[-1] == 0:
                lines.setdefault(here[:-1], line)
    return lines


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield each header and each key with its value, and the line it begins at."""
    statement, begins = "", 1
    for number, line in enumerate(text.split("\n"), 1):
        if not statement:
            begins = number
        statement += f"{line}\n"
        try:
            is_empty = not tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue
        if not is_empty:
            yield begins, statement.lstrip()
        statement = ""


def _keys(values: dict[str, Any]) -> list[Path]:
    """Return the chains of keys of one statement, those in braces too."""
    chains: list[Path] = []
    for key, value in values.items():
        inner = _keys(value) if isinstance(value, dict) else []
        chains += [(key, *chain) for chain in inner] or [(key,)]
    return chains


def _table_path(names: Path, tables: Counter[Path], *, is_listed: bool) -> Path:
    """Return where a header leads: in a list of tables, to the last one."""
    path: Path = ()
    for depth, name in enumerate(names, 1):
        path = (*path, name)
        if is_listed and depth == len(names):
            tables[path] += 1
        if path in tables:
            path = (*path, tables[path] - 1)
    return path
