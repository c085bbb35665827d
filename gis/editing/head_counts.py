"""Counts of people and households as a draft has them: of its base, and typed."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from gis.editing.caseload import Redrawing
from gis.editing.grid_rows import Row
from gis.editing.populations import Count, Populations, populations_of
from gis.editing.recorded import Operation
from gis.editing.sizing import POPULATIONS

HeadCounts: TypeAlias = Mapping[str, Mapping[str, Count | None]]
"""Counts by name and grid; None where nobody knows."""


def counts_after(
    base_rows: Mapping[str, Row], change: Redrawing, operations: Iterable[Operation]
) -> HeadCounts:
    """Return the counts of the grids of a change as they are after it.

    People follow the ground as `gis.editing.populations.populations_of` says; what
    somebody typed stays. So the page that is approved and the version that is
    published have the same counts.

    Parameters
    ----------
    base_rows
        Attributes of all grids of the base, by id.
    change
        What differs from it.
    operations
        Of the draft, in the order in which they were done.
    """
    ids = sorted(change.after)
    of_base, typed = counts_of_rows(base_rows), typed_counts(operations)
    counts = populations_of(of_base, change, ids, typed=typed)
    return {name: dict(zip(ids, own, strict=True)) for name, own in counts.items()}


def counted_rows(
    rows: Mapping[str, Row], counts: HeadCounts, typed: Populations
) -> dict[str, Row]:
    """Return rows with their counts; those that were typed are there already.

    Parameters
    ----------
    rows
        Attributes by id of grid.
    counts
        As `counts_after` returns them; a name that is no column is left out.
    typed
        As `typed_counts` returns them.
    """
    counted = {**rows}
    for name, own in counts.items():
        for grid, count in own.items():
            if name in counted[grid] and grid not in typed.get(name, {}):
                value = None if count is None else count.value
                counted[grid] = {**counted[grid], name: value}
    return counted


def counts_of_rows(rows: Mapping[str, Mapping[str, Any]]) -> Populations:
    """Return the counts that rows of grids hold, by name and grid.

    Parameters
    ----------
    rows
        Attributes by id of grid; a name without any count is not loaded, and left out.

    Examples
    --------
    >>> counts_of_rows({"A": {"residents": 10}, "B": {"residents": None}})
    {'residents': {'A': 10, 'B': None}}
    """
    return {
        name: {grid: _whole(row.get(name)) for grid, row in rows.items()}
        for name in POPULATIONS
        if any(_whole(row.get(name)) is not None for row in rows.values())
    }


def typed_counts(operations: Iterable[Operation]) -> Populations:
    """Return the counts that somebody typed, by name and grid; the last one counts.

    Parameters
    ----------
    operations
        In the order in which they were done. A count that was emptied is None.

    Examples
    --------
    >>> typed = Operation.of("set_figures", grid="A", figures={"residents": 12})
    >>> typed_counts([typed])
    {'residents': {'A': 12}}
    """
    typed: dict[str, dict[str, int | None]] = {}
    for operation in operations:
        if operation.name == "set_figures":
            for name, value in operation.values["figures"].items():
                if name in POPULATIONS:
                    typed.setdefault(name, {})[operation.values["grid"]] = _whole(value)
    return typed


def _whole(value: object) -> int | None:
    """Return a count, None where there is none."""
    if not isinstance(value, int | float) or value != value:  # noqa: PLR0124  NaN
        return None
    return int(value)
