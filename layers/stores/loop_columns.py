"""Some fields of many loops as columns, for figures: no object is made a loop."""

from collections.abc import Iterable, Sequence
from dataclasses import MISSING, fields
from typing import Final, Literal, Protocol

import numpy as np
import pandas as pd

from gis.events import Loop
from gis.models import Instant
from gis.sentences import sentence

FIRST_DEPARTMENT: Final = "first_department"
"""The department that had to handle it first, empty for none: from its tasks."""
CHUNK: Final = 20_000
"""So many rows are objects at a time."""
FIRST_DEPARTMENT_SQL: Final = (
    "coalesce((SELECT tasks.department_id FROM tasks "
    "WHERE tasks.event_id = loops.event_id AND tasks.sort = 'handle' "
    "AND tasks.department_id <> '' "
    "ORDER BY tasks.given_at, length(tasks.task_id), tasks.task_id LIMIT 1), '')"
)
Dtype = Literal["object", "category", "bool", "int64", "float64"]


def _dtype(default: object) -> Dtype:
    """Return what holds the values of a field; texts are few and repeated."""
    if default is None:
        return "float64"
    if isinstance(default, bool):
        return "bool"
    return "int64" if isinstance(default, int) else "category"


DTYPES: Final[dict[str, Dtype]] = {
    **{f.name: _dtype(f.default) for f in fields(Loop) if f.default is not MISSING},
    "event_id": "object",
    "grid_id": "category",
    FIRST_DEPARTMENT: "category",
}
"""Columns that there are; times that may be missing are floats of milliseconds."""


def loop_expressions(columns: Sequence[str]) -> str:
    """Return what stands behind SELECT for some columns.

    Parameters
    ----------
    columns
        Of `DTYPES`.

    Examples
    --------
    >>> loop_expressions(["row", "kind"])
    'event_row, kind'
    """
    unknown = sorted(set(columns) - set(DTYPES))
    if unknown:
        raise ValueError(
            sentence(
                "Loops have no columns {unknown!r}; choose of DTYPES.", unknown=unknown
            )
        )
    own = {"row": "event_row", FIRST_DEPARTMENT: FIRST_DEPARTMENT_SQL}
    return ", ".join(own.get(name, name) for name in columns)


def loop_frame(
    chunks: Iterable[Sequence[tuple[object, ...]]], columns: Sequence[str]
) -> pd.DataFrame:
    """Return rows of loops as a frame.

    Parameters
    ----------
    chunks
        Rows, some at a time.
    columns
        What each value is, of `DTYPES`.

    Examples
    --------
    >>> loop_frame([[("noise", None)], [("theft", 5)]], ["kind", "due_at"])
        kind  due_at
    0  noise     NaN
    1  theft     5.0
    """
    readers = [_Column(DTYPES[name]) for name in columns]
    for chunk in chunks:
        for reader, values in zip(readers, zip(*chunk, strict=True), strict=True):
            reader.add(values)
    return pd.DataFrame(
        {name: reader.read() for name, reader in zip(columns, readers, strict=True)}
    )


class HandlingTask(Protocol):
    """What of a `Task` says who has to handle an event."""

    @property
    def task_id(self) -> str:
        """The event and a number."""

    @property
    def sort(self) -> str:
        """What is owed."""

    @property
    def department_id(self) -> str:
        """Which department owes it; empty for none."""

    @property
    def given_at(self) -> Instant:
        """Since when."""


def first_department(tasks: Iterable[HandlingTask]) -> str:
    """Return the department that had to handle an event first; empty for none.

    Parameters
    ----------
    tasks
        Of the event.

    Examples
    --------
    >>> from gis.events import Task
    >>> first_department([Task("E/1", "E", department_id="police")])
    'police'
    """
    handling = [t for t in tasks if t.sort == "handle" and t.department_id]
    first = min(
        handling, key=lambda t: (t.given_at, len(t.task_id), t.task_id), default=None
    )
    return first.department_id if first else ""


class _Column:
    """The values of one column as they come, texts by their numbers."""

    def __init__(self, dtype: Dtype) -> None:
        self._dtype = dtype
        self._parts: list[np.ndarray] = []
        self._numbers: dict[object, int] = {None: -1}

    def add(self, values: Sequence[object]) -> None:
        """Add the values of some rows."""
        if self._dtype != "category":
            self._parts.append(np.array(values, dtype=self._dtype))
            return
        numbers = self._numbers
        codes = [numbers.setdefault(value, len(numbers) - 1) for value in values]
        self._parts.append(np.array(codes, dtype=np.int32))

    def read(self) -> pd.Series:
        """Return all values."""
        is_text = self._dtype == "category"
        empty = np.array([], dtype=np.int32 if is_text else self._dtype)
        values = np.concatenate([empty, *self._parts])
        if not is_text:
            return pd.Series(values)
        # the first one stands for none
        texts = pd.Index([*self._numbers][1:], dtype=object)
        return pd.Series(pd.Categorical.from_codes(values, categories=texts))
