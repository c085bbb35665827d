"""Empty cells of facts: filled as a column that is not there, and counted."""

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.counts import count_text
from gis.errors import RowFault
from gis.sentences import joined, sentence
from layers.files.layer_columns import FILE_LAYERS

FROM_OPTION: Final = {("enterprises", "source"): "--source"}
"""Columns without a default, and the option that gives their value."""


def empty_cells(column: pd.Series) -> NDArray[np.bool_]:
    """Return where a column has no value, shape (m,).

    Examples
    --------
    >>> empty_cells(pd.Series(["a", " ", None])).tolist()
    [False, True, True]
    """
    texts = column.astype("str").str.strip()
    cells: NDArray[np.bool_] = (column.isna() | texts.isna() | (texts == "")).to_numpy(
        np.bool_
    )
    return cells


def filled(
    column: pd.Series, is_empty: NDArray[np.bool_], value: object
) -> tuple[pd.Series, list[str]]:
    """Return a column with values where it has none, and what to say of them.

    Parameters
    ----------
    column
        Cells of a file.
    is_empty
        Where it has none, shape (m,).
    value
        What its empty cells are, or a column with a value for each.

    Examples
    --------
    >>> column = pd.Series(["tax", ""], name="source")
    >>> cells, notices = filled(column, empty_cells(column), "fire")
    >>> cells.tolist(), notices
    (['tax', 'fire'], ["1 empty cell is taken as 'fire' in 'source'."])
    """
    if not is_empty.any():
        return column, []
    values = column.astype(object)
    values[is_empty] = value[is_empty] if isinstance(value, pd.Series) else value
    name = str(column.name)
    return values, [about_filled(name, int(is_empty.sum()), values[is_empty].iloc[0])]


def about_filled(name: str, count: int, value: object) -> str:
    """Return what is said of cells of a column that took a value.

    Parameters
    ----------
    name
        The column, as the file has it.
    count
        Number of its empty cells.
    value
        What they are taken as.

    Examples
    --------
    >>> about_filled("source", 2, "fire")
    "2 empty cells are taken as 'fire' in 'source'."
    """
    return sentence(
        "{cells} taken as {value!r} in {name!r}.",
        cells=count_text(count, "empty cell is", "empty cells are"),
        value=value,
        name=name,
    )


def has_default(layer: str, name: str) -> bool:
    """Say whether a file of a layer may leave a column out, and so its cells empty.

    Examples
    --------
    >>> has_default("posts", "valid_from"), has_default("duties", "starts_at")
    (True, False)
    """
    fields = FILE_LAYERS[layer].all_fields
    return not any(field.required for field in fields if field.name == name)


def with_options(layer: str, faults: Iterable[RowFault]) -> list[RowFault]:
    """Return faults; of an empty cell that an option could fill with that option.

    Parameters
    ----------
    layer
        The layer.
    faults
        What is wrong with its rows.

    Examples
    --------
    >>> rule = sentence("is empty, expected {expected}", expected="text")
    >>> with_options("enterprises", [RowFault(1, "source", rule)])[0].rule
    'is empty, expected text, or the option --source'
    """
    return [
        fault._replace(rule=_with_option(fault.rule, FROM_OPTION[layer, fault.field]))
        if (layer, fault.field) in FROM_OPTION and _is_of_empty(fault.rule)
        else fault
        for fault in faults
    ]


def _is_of_empty(rule: Any) -> bool:
    """Say whether a rule is that of a cell that is empty."""
    return getattr(rule, "template", "").startswith("is empty")


def _with_option(rule: str, option: str) -> str:
    return joined("", (rule, sentence(", or the option {option}", option=option)))
