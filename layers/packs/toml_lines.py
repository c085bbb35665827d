"""Data of a TOML file, and the line that each of its values stands on."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from gis.errors import ScenarioError

Path: TypeAlias = tuple[str | int, ...]

_HEADER: Final = re.compile(r"\s*(\[\[?)\s*([\w.\- \"']+?)\s*\]\]?\s*(?:#.*)?$")
_KEY: Final = re.compile(r"\s*([\w.\-\"']+)\s*=")
_AT_LINE: Final = re.compile(
    r"\s*\(at line (\d+), column \d+\)| \(at end of document\)"
)


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
            match = _AT_LINE.search(str(error))
            line = match[1] if match and match[1] else len(text.split("\n"))
            what = _AT_LINE.sub("", str(error))
            raise ScenarioError(
                f"{name}, line {line}: it is not TOML ({what}); correct the line."
            ) from error
        self._lines = dict(_lines(text))

    def line_of(self, path: Path) -> int:
        """Return the line of a value, or of the nearest thing that holds it.

        Parameters
        ----------
        path
            Keys and numbers that lead to it.
        """
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def sentence(self, path: Path, text: str) -> str:
        """Return what is wrong with a value, with file and line.

        Parameters
        ----------
        path
            Keys and numbers that lead to it.
        text
            What was found and what was expected.
        """
        return f"{self.name}, line {self.line_of(path)}: {text}; correct it."


def _lines(text: str) -> Iterator[tuple[Path, int]]:
    """Yield the path of each table and key with its line; the text is TOML."""
    table: Path = ()
    counts: Counter[str] = Counter()
    statement = ""
    for line, row in enumerate(text.split("\n"), start=1):
        if statement:
            statement = _unfinished(f"{statement}\n{row}")
            continue
        header, key = _HEADER.match(row), _KEY.match(row)
        if header:
            table = _keys(header[2])
            if header[1] == "[[":
                table = (*table, counts[header[2]])
                counts[header[2]] += 1
            yield table, line
        elif key:
            yield (*table, *_keys(key[1])), line
            statement = _unfinished(row)


def _keys(dotted: str) -> Path:
    """Return the parts of a dotted key."""
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _unfinished(statement: str) -> str:
    """Return a statement that goes on in the next line, or nothing."""
    try:
        tomllib.loads(statement)
    except tomllib.TOMLDecodeError:
        return statement
    return ""
