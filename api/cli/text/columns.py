"""What `pagoda load LAYER --columns` prints: what a file of a layer may have."""

from collections.abc import Iterator

from gis.sentences import joined, sentence
from gis.text_width import padded, text_width
from layers.files.layer_columns import LayerColumns
from layers.schema.layer import Field
from layers.words import words_of
from layers.words.code_lists import UNITS


def column_lines(columns: LayerColumns) -> list[str]:
    """Return a line a column: name, Chinese name, kind, whether it must be there, what.

    Parameters
    ----------
    columns
        The columns of a layer.

    Examples
    --------
    >>> from layers.files.layer_columns import FILE_LAYERS
    >>> print(column_lines(FILE_LAYERS["communities"])[1])
    community_id  社区编号  text     required  Id of the community.
    """
    width = max(len(field.name) for field in columns.fields)
    width_zh = max(text_width(field.zh) for field in columns.fields)
    head = f"{columns.name} {columns.zh}"
    if columns.geometry is not None:
        head = sentence(
            "{layer}: with a {geometry} each, where the file has geometry",
            layer=head,
            geometry=columns.geometry,
        )
    return [head, *(_line(field, width, width_zh) for field in columns.fields)]


def _line(field: Field, width: int, width_zh: int) -> str:
    """Return the line of a column."""
    kind = sentence("{field_kind:<7}", field_kind=field.kind)
    name = joined("  ", (f"{field.name:<{width}}", padded(field.zh, width_zh), kind))
    need = sentence("required") if field.required else "        "
    return joined("  ", (name, need, joined(" ", _words(field))))


def _words(field: Field) -> Iterator[str]:
    """Yield what a column means, in what unit, and its list."""
    yield sentence(field.description)
    if field.unit:
        yield sentence("In {unit}.", unit=words_of(field.unit, UNITS).sentence)
    if field.entries:
        pairs = zip(field.entries, field.values_zh, strict=True)
        entries = ", ".join(f"{entry} {word}" for entry, word in pairs)
        if field.values:
            yield sentence("One of: {entries}.", entries=entries)
        else:
            yield sentence("Usually: {entries}.", entries=entries)
