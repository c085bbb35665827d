"""What `pagoda load LAYER --columns` prints: what a file of a layer may have."""

from collections.abc import Iterator

from layers.files.layer_columns import LayerColumns
from layers.schema.layer import Field


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
    width_zh = max(len(field.zh) for field in columns.fields)
    head = f"{columns.name} {columns.zh}"
    if columns.geometry is not None:
        head += f": with a {columns.geometry} each, where the file has geometry"
    return [head, *(_line(field, width, width_zh) for field in columns.fields)]


def _line(field: Field, width: int, width_zh: int) -> str:
    """Return the line of a column; a Chinese sign is as wide as two letters."""
    gap = "  " * (width_zh - len(field.zh))
    need = "required" if field.required else "        "
    return (
        f"{field.name:<{width}}  {field.zh}{gap}  {field.kind:<7}  {need}  "
        f"{' '.join(_words(field))}"
    )


def _words(field: Field) -> Iterator[str]:
    """Yield what a column means, in what unit, and its list."""
    yield field.description
    if field.unit:
        yield f"In {field.unit}."
    if field.entries:
        pairs = zip(field.entries, field.values_zh, strict=True)
        words = ", ".join(f"{entry} {word}" for entry, word in pairs)
        yield f"{'One of' if field.values else 'Usually'}: {words}."
