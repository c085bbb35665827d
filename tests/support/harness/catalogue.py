"""Gathers every sentence of the program into the catalogues, which translators fill."""

import datetime as dt
import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import gis.errors
from api.cli.commands import cli
from layers.files.layer_columns import FILE_LAYERS
from layers.languages import CATALOGUES, DOMAIN

ROOT: Final = Path(__file__).parents[3]
FLOORS: Final = ("gis", "layers", "api")
LANGUAGE: Final = "zh"
KEYWORDS: Final[dict[str, Any]] = {
    "sentence": None,
    "noun_for": (2,),
    "count_text": (2,),
}
"""Calls whose texts are templates, and which argument is one."""


def po_file(language: str) -> Path:
    """Return the catalogue of a language, as translators have it."""
    return CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


@cache
def texts() -> frozenset[str]:
    """Return every template, the help of commands, and what columns of files are."""
    errors = {
        name: None
        for name, kind in vars(gis.errors).items()
        if isinstance(kind, type) and issubclass(kind, gis.errors.GovernanceError)
    }
    ours = {
        text
        for floor in FLOORS
        for _, _, text, _, _ in extract_from_dir(
            ROOT / floor, keywords=KEYWORDS | errors
        )
    }
    columns = {
        field.description
        for layer in FILE_LAYERS.values()
        for field in layer.all_fields
    }
    return frozenset(ours | columns | set(help_texts(cli)))


def click_texts() -> set[str | tuple[str, ...]]:
    """Return what click says by itself."""
    folder = Path(click.__file__).parent
    return {text for _, _, text, _, _ in extract_from_dir(folder)}


def help_texts(command: click.Command) -> Iterator[str]:
    """Yield the help of a command, of its options, and of the commands below it."""
    if command.help:
        yield command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            yield parameter.help
    if isinstance(command, click.Group):
        for below in command.commands.values():
            yield from help_texts(below)


def gather(language: str) -> None:
    """Bring a catalogue up to date: new texts come in empty, old ones go out."""
    path = po_file(language)
    before = read_po(io.BytesIO(path.read_bytes()), locale=language)
    catalogue = Catalog(
        locale=language,
        header_comment="# What Pagoda says; `make catalogue` brings it up to date.",
        project="pagoda",
        creation_date=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        revision_date=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        fuzzy=False,
    )
    for text in sorted(texts() | click_texts(), key=str):
        former = before.get(text)
        catalogue.add(text, former.string if former else None)
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=88, omit_header=False)
    path.write_bytes(buffer.getvalue())


if __name__ == "__main__":
    gather(LANGUAGE)
