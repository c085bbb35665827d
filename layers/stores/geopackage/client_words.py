"""What GIS software reads beside the layers: names, closed lists, how to draw them."""

import sqlite3
from collections.abc import Iterator, Mapping

from layers.schema.layer import Field, LayerSchema
from layers.stores.geopackage.listed import LISTED
from layers.stores.geopackage.qml import style_of
from layers.words.answers import STATUSES
from layers.words.vocabulary import IN_FORCE


def write_words(
    connection: sqlite3.Connection, layers: Mapping[str, LayerSchema] = LISTED
) -> None:
    """Say how layers are called, which values their columns take, how they look.

    What was said of them before is said anew; what a user of QGIS kept beside stays.

    Parameters
    ----------
    connection
        Inside a transaction that writes, of a file of today's form.
    layers
        Schemas by the name in the file.
    """
    for name, schema in layers.items():
        _forget(connection, name)
        connection.execute(
            "UPDATE gpkg_contents SET identifier = ? WHERE table_name = ?",
            (f"{schema.zh}（{IN_FORCE.zh}）", name),
        )
        for field in schema.fields:
            _write_column(connection, name, field)
        connection.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
            "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, "
            "description, owner) VALUES ('', '', ?, ?, 'Pagoda', ?, '', 1, '', '')",
            (name, "geom" if schema.geometry else "", style_of(name, schema)),
        )


def _forget(connection: sqlite3.Connection, name: str) -> None:
    connection.execute(
        "DELETE FROM gpkg_data_column_constraints WHERE constraint_name IN ("
        "SELECT constraint_name FROM gpkg_data_columns WHERE table_name = ?)",
        (name,),
    )
    connection.execute("DELETE FROM gpkg_data_columns WHERE table_name = ?", (name,))
    connection.execute(
        "DELETE FROM layer_styles WHERE f_table_name = ? AND styleName = 'Pagoda'",
        (name,),
    )


def _write_column(connection: sqlite3.Connection, name: str, field: Field) -> None:
    entries = list(_entries(field))
    constraint = f"{name}_{field.name}" if entries else None
    connection.execute(
        "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, ?)",
        (name, field.name, field.zh, field.zh, field.description, constraint),
    )
    connection.executemany(
        "INSERT INTO gpkg_data_column_constraints "
        "(constraint_name, constraint_type, value, description) "
        "VALUES (?, 'enum', ?, ?)",
        [(constraint, value, words) for value, words in entries],
    )


def _entries(field: Field) -> Iterator[tuple[str, str]]:
    """Yield what a column takes, and its Chinese."""
    if field.name == "status":
        yield from ((status.value, words.zh) for status, words in STATUSES.items())
    if field.values_zh:
        yield from zip(field.entries, field.values_zh, strict=True)
