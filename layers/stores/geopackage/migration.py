"""The form of a GeoPackage: what later releases changed in files that were there."""

import sqlite3
from importlib.resources import files
from typing import Final, NamedTuple

from layers.stores.geopackage.client_words import write_words

MIGRATIONS: Final = "migrations"
FIRST: Final = 1
"""Number of the form that `layers.stores.geopackage.tables` makes."""
LISTED_SINCE: Final = 13
"""Number of the form since which GIS software is told what layers are called."""


class Migration(NamedTuple):
    """A step from one form of the file to the next."""

    number: int
    name: str
    statements: tuple[str, ...]


def migrations() -> list[Migration]:
    """Return all migrations in their order; the first form needs none.

    Examples
    --------
    >>> [step.number for step in migrations()][:2]
    [2, 3]
    """
    folder = files("layers.stores.geopackage").joinpath(MIGRATIONS)
    steps = [
        Migration(
            int(path.name[:3]), path.name, _statements(path.read_text(encoding="utf-8"))
        )
        for path in folder.iterdir()
        if path.name.endswith(".sql")
    ]
    return sorted(steps)


def newest() -> int:
    """Return the number of the form that this release writes."""
    return max((step.number for step in migrations()), default=FIRST)


def missing_steps(number: int) -> list[Migration]:
    """Return the migrations that a store of a form lacks, in their order.

    Examples
    --------
    >>> missing_steps(newest())
    []
    """
    return [step for step in migrations() if step.number > number]


def apply_missing(connection: sqlite3.Connection) -> None:
    """Apply the migrations that a store lacks, and say anew how layers are called.

    Parameters
    ----------
    connection
        Inside a transaction that writes.
    """
    (number,) = connection.execute("SELECT schema_version FROM pagoda_store").fetchone()
    for step in missing_steps(number):
        for statement in step.statements:
            connection.execute(statement)
        connection.execute("UPDATE pagoda_store SET schema_version = ?", [step.number])
    if newest() >= LISTED_SINCE:
        write_words(connection)


def _statements(text: str) -> tuple[str, ...]:
    """Return the statements of a file; blank lines part them."""
    parts = (part.strip() for part in text.split("\n\n"))
    return tuple(part for part in parts if part and not _is_comment(part))


def _is_comment(part: str) -> bool:
    return all(line.startswith("--") for line in part.splitlines())
