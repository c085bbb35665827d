"""Heads of columns: our names, in Chinese, both as templates have them, or mapped.

What a user says of a file stands in a `Naming`; every layer is read by `read_layer`.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gis.errors import InputFileError, InvalidLayerError, SettingError
from gis.sentences import sentence
from layers.files import guards
from layers.files.amendments import (
    DayOrder,
    FilledCells,
    Repeats,
    fill_cells,
    ordered_days,
    without_repeats,
)
from layers.files.coordinates import folded, is_text
from layers.files.cut_names import whole_names
from layers.files.formats import read_events
from layers.files.layer_columns import LayerColumns
from layers.files.parts import event_parts
from layers.files.table import EventTable
from layers.files.workbook import with_serial_times
from layers.schema.layer import Field
from layers.schema.nearest import about_nearest

EXAMPLE: Final = "EXAMPLE"
"""Key of the row that a template has as its example; it is never data."""


@dataclass(frozen=True, slots=True)
class Naming:
    """What a user says of a file.

    Attributes
    ----------
    renames
        Our name of a column -> the head that the file has for it.
    sheet
        Sheet of a workbook that is to be read; None where the file says it.
    fills
        Our name of a column -> the value of its empty cells, as `fill_cells` takes it.
    repeats
        Which of several rows of one id counts; None leaves them all.
    day_order
        Order of day and month in times such as 09/17/2015; None reads none such.
    """

    renames: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None
    fills: Mapping[str, str] = field(default_factory=dict)
    repeats: Repeats | None = None
    day_order: DayOrder | None = None


PLAIN: Final = Naming()
"""Nothing is said of a file."""


def head_of(column: Field) -> str:
    """Return the head that a template has for a column, Chinese then English.

    Examples
    --------
    >>> head_of(Field("tier", "integer", True, "open", "Tier.", zh="层级"))
    '层级 tier'
    """
    return f"{column.zh} {column.name}".strip()


def read_layer(
    path: Path | str, columns: LayerColumns, naming: Naming = PLAIN
) -> EventTable:
    r"""Return the rows of a file with our names of its columns; others stay.

    The example of a template is left out, and that is said.

    Parameters
    ----------
    path
        File in any format of `read_events`.
    columns
        What it may have.
    naming
        What the user says of it.

    Raises
    ------
    SettingError
        If a column is mapped that the layer has not.
    InputFileError
        If a column is mapped to one that the file has not.
    InvalidLayerError
        If two columns of the file stand for one of ours.

    Examples
    --------
    >>> import tempfile
    >>> tier = Field("tier", "integer", True, "open", "Tier.", zh="层级")
    >>> circles = LayerColumns("circles", "圈", "circle_id", (tier,))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "circles.csv")
    ...     _ = path.write_text("层级,备注\n1,a\n", encoding="utf-8")
    ...     read_layer(path, circles).columns.to_pydict()
    {'tier': ['1'], '备注': ['a']}
    """
    path = Path(path)
    table = read_events(path, naming.sheet, (columns.name, columns.zh))
    table = _in_our_words(path, table, columns, naming)
    if naming.repeats is not None:
        table = without_repeats(table, columns.key, naming.repeats)
    return fill_cells(table, columns, naming.fills)


class LayerParts:
    """The rows of a file as `read_layer` returns them, part by part.

    Parameters
    ----------
    path, columns, naming
        As `read_layer` takes them.

    Raises
    ------
    SettingError
        If a value is to fill a column that the layer has not.
    """

    def __init__(
        self, path: Path | str, columns: LayerColumns, naming: Naming = PLAIN
    ) -> None:
        self._path = Path(path)
        self._columns = columns
        self._naming = naming
        self._cells = FilledCells(columns, naming.fills)
        self._notices: tuple[str, ...] = ()

    @property
    def notices(self) -> tuple[str, ...]:
        """What to say of the rows so far."""
        return (*self._notices, *self._cells.notices())

    def parts(self) -> Generator[EventTable]:
        """Yield the rows, at least one part; all are one where repeats are left out.

        Raises
        ------
        InputFileError, InvalidLayerError, SettingError
            As `read_layer` and `event_parts` raise them.
        """
        naming, columns = self._naming, self._columns
        layer_names = columns.name, columns.zh
        if naming.repeats is None:
            tables = event_parts(self._path, naming.sheet, layer_names)
        else:
            tables = iter([read_events(self._path, naming.sheet, layer_names)])
        rows = 0
        for table in tables:
            part = _in_our_words(self._path, table, columns, naming, rows)
            if naming.repeats is not None:
                part = without_repeats(part, columns.key, naming.repeats)
            # what is said of the file is said with its first part
            self._notices += part.notices[len(table.notices) if rows else 0 :]
            rows += table.columns.num_rows
            yield self._cells.fill(part)


def _in_our_words(
    path: Path,
    table: EventTable,
    columns: LayerColumns,
    naming: Naming,
    rows_before: int = 0,
) -> EventTable:
    """Return rows with our names and ISO times, without the example of a template."""
    if "Shapefile" in guards.identify(path, in_parts=True):
        table = _with_whole_heads(table, columns, naming.renames)
    table = named(path, table, columns, naming.renames)
    table = with_serial_times(table, columns.names("instant"))
    table = without_example(table, columns.key, rows_before)
    if naming.day_order is not None:
        table = ordered_days(table, columns.names("instant"), naming.day_order)
    return table


def our_name(columns: LayerColumns, names: Sequence[str], head: str) -> str:
    """Return the name that a column has once a file is read, by the head that it had.

    Parameters
    ----------
    columns
        What the file may have.
    names
        Columns as they were read.
    head
        As the user names it.
    """
    if head in names:
        return head
    return _heads(columns).get(folded(head), head)


def head_for(columns: LayerColumns, names: Sequence[str], column: str) -> str:
    """Return the head in a file of what a user names; the name where there is none.

    Parameters
    ----------
    columns
        What the file may have.
    names
        Heads of the file.
    column
        A head as it stands there, or our name of it in either language.

    Examples
    --------
    >>> tier = Field("tier", "integer", True, "open", "Tier.", zh="层级")
    >>> circles = LayerColumns("circles", "圈", "circle_id", (tier,))
    >>> head_for(circles, ["层级 tier", "备注"], "tier")
    '层级 tier'
    """
    if column in names:
        return column
    heads = _heads(columns)
    ours = heads.get(folded(column), column)
    same = [name for name in names if heads.get(folded(name), name) == ours]
    return same[0] if len(same) == 1 else column


def named(
    path: Path, table: EventTable, columns: LayerColumns, renames: Mapping[str, str]
) -> EventTable:
    """Return a table with our names in place of heads that stand for them.

    Parameters
    ----------
    path
        File to name in messages.
    table
        What it holds.
    columns
        What it may have.
    renames
        Our name -> the head that the file has for it.
    """
    names = table.columns.column_names
    _refuse_unknown(columns, renames)
    places = {
        ours: _place_of(path, names, ours, head) for ours, head in renames.items()
    }
    heads = _heads(columns)
    ours_by_place = {place: ours for ours, place in places.items()}
    new_names = [
        ours_by_place.get(place) or heads.get(folded(name), name)
        for place, name in enumerate(names)
    ]
    _refuse_two_heads(path, columns, names, new_names)
    rows = table.columns.rename_columns(new_names)
    for ours, place in places.items():
        if ours_by_place[place] != ours:  # one head for two of ours
            rows = rows.append_column(
                rows.schema.field(place).with_name(ours), rows.column(place)
            )
    row_key = table.row_key
    if row_key is not None:
        row_key = new_names[names.index(row_key)]
    return replace(table, columns=rows, row_key=row_key)


def without_example(table: EventTable, key: str, rows_before: int = 0) -> EventTable:
    """Return a table without the example that its template had, and say so.

    Parameters
    ----------
    table
        Rows with our names.
    key
        Column that marks the example.
    rows_before
        Rows of the file before these.
    """
    names = table.columns.column_names
    if names.count(key) != 1:
        return table
    keys = table.columns[key]
    if pa.types.is_dictionary(keys.type):
        keys = keys.cast(keys.type.value_type)
    if not is_text(keys.type):
        return table
    if pa.types.is_string_view(keys.type):
        keys = keys.cast(pa.large_string())
    is_example = pc.fill_null(pc.equal(keys, EXAMPLE), fill_value=False)
    mask = is_example.to_numpy(zero_copy_only=False)
    if not mask.any():
        return table
    notice = sentence(
        "Row {row} is the example of the template ({key} {example!r}): left out, rows "
        "are counted without it.",
        row=rows_before + int(mask.argmax()) + 1,
        key=key,
        example=EXAMPLE,
    )
    return replace(table.take(np.flatnonzero(~mask)), notices=(*table.notices, notice))


def _with_whole_heads(
    table: EventTable, columns: LayerColumns, renames: Mapping[str, str]
) -> EventTable:
    """Return a table with the heads that a Shapefile cut; mapped ones stay."""
    fields = columns.all_fields
    names = [word for field in fields for word in (field.name, field.zh)]
    heads = table.columns.column_names
    whole = whole_names([n for n in heads if n not in renames.values()], names)
    rows = table.columns.rename_columns([whole.get(name, name) for name in heads])
    return replace(table, columns=rows)


def _heads(columns: LayerColumns) -> dict[str, str]:
    """Return our name of a column by every other head that stands for it."""
    return {
        folded(head): column.name
        for column in columns.all_fields
        for head in (column.zh, head_of(column))
    }


def _refuse_unknown(columns: LayerColumns, renames: Mapping[str, str]) -> None:
    """Raise for a mapping to a column that the layer has not."""
    ours = [column.name for column in columns.all_fields]
    for name in renames:
        if name not in ours:
            words = [column.zh for column in columns.all_fields]
            raise SettingError(
                "--map names {name!r}, which is no column of {layer}; it has "
                "{ours!r}{nearest}, name one of them.",
                name=name,
                layer=columns.name,
                ours=ours,
                nearest=about_nearest(name, ours, words),
            )


def _place_of(path: Path, names: Sequence[str], ours: str, head: str) -> int:
    """Return where the one column of a head stands."""
    places = [place for place, name in enumerate(names) if name.strip() == head]
    if len(places) == 1:
        return places[0]
    if places:
        raise InputFileError(
            "File {path!r} has {count} columns {head!r}, which --map says is {ours!r}; "
            "expected one, rename the others.",
            path=str(path),
            count=len(places),
            head=head,
            ours=ours,
        )
    raise InputFileError(
        "File {path!r} has no column {head!r}, which --map says is {ours!r}; it has "
        "{columns!r}{nearest}, name one of them.",
        path=str(path),
        head=head,
        ours=ours,
        columns=list(names),
        nearest=about_nearest(head, names),
    )


def _refuse_two_heads(
    path: Path, columns: LayerColumns, names: Sequence[str], new_names: Sequence[str]
) -> None:
    """Raise where two heads of a file stand for one of our columns."""
    for column in columns.all_fields:
        heads = [
            name
            for name, new in zip(names, new_names, strict=True)
            if new == column.name
        ]
        if len(heads) > 1:
            raise InvalidLayerError(
                "File {path!r} has the columns {first!r} and {second!r} for {name!r}, "
                "expected one; rename or remove the other.",
                path=str(path),
                first=heads[0],
                second=heads[1],
                name=column.name,
            )
