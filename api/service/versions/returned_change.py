"""Grids that came back from another program, as a change that can be reviewed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import pandas as pd

from api.service.versions.change_file import ChangeFile
from api.service.versions.drafts import KEY, FieldChange, ImportedDraft
from api.service.versions.gate import open_workspace
from gis.counts import count_text
from gis.editing import Operation, Workspace, changeset_of
from gis.editing.grid_rows import COMMUNITY_ID, PARENT_ID
from gis.editing.head_counts import counts_of_rows
from gis.editing.populations import Count
from gis.editing.reconciliation import Reconciliation
from gis.editing.sizing import POPULATIONS
from gis.errors import EditError, SettingError
from gis.sentences import sentence
from layers.stores import Store
from layers.stores.protocol import MAIN_SYSTEM

_FIXED: Final = {KEY, PARENT_ID, COMMUNITY_ID}


class CountChange(NamedTuple):
    """People or households of a grid that its ground changes; None is not known."""

    grid: str
    name: str
    before: int | None
    after: Count | None


@dataclass(frozen=True, slots=True)
class ReturnedChange:
    """A change out of grids that came back.

    Attributes
    ----------
    change
        On the version that they were drawn on.
    ids
        Of grids that came back without one, by key.
    left_out
        Values that differ and cannot be changed with borders.
    counts
        What follows the ground and is another count than before, typed ones left out.
    """

    change: ChangeFile
    ids: Mapping[str, str]
    left_out: tuple[FieldChange, ...]
    counts: tuple[CountChange, ...] = ()


def change_of(
    store: Store, imported: ImportedDraft, author: str, moves: tuple[str, ...] = ()
) -> ReturnedChange:
    """Return what came back as a change on its version.

    Grids without an id get the next number of the community of the grid that they
    were cut from, and no figures: both halves came with those of the whole. A grid that
    came with an id of its own has the figures that it came with, but for counts that
    are those of the grid it was cut from. Counts that nobody typed follow the ground.

    Parameters
    ----------
    store
        Has the version.
    imported
        Without conflicts, of the grid system that events are assigned by.
    author
        Whose change it is.
    moves
        ``communities``, ``outline``: what of the frozen borders it may move.

    Raises
    ------
    SettingError
        If there are conflicts, nothing differs, or it is of another grid system.
    EditError
        If an id was used before, or a frozen border would move.
    """
    outcome = imported.reconciliation
    if outcome.conflicts or imported.base.system != MAIN_SYSTEM:
        raise SettingError(
            "What came back has {conflicts} and is of grid system {system!r}, "
            "expected none, of {main_system!r}; solve them in the file, or write a "
            ".gpkg and publish it.",
            conflicts=count_text(len(outcome.conflicts), "conflict"),
            system=imported.base.system,
            main_system=MAIN_SYSTEM,
        )
    draft = open_workspace(store, MAIN_SYSTEM, imported.base)
    sources = dict(_sources(outcome))
    ids: dict[str, str] = {}
    for half, grid in outcome.returned.half_of.items():
        ids[half] = draft.next_id(grid, ids.values())
    ground = _adoption(outcome, ids, sources, moves)
    values, left_out = _values(draft, imported, sources)
    if ground is None and not values:
        raise SettingError(
            "What came back differs in nothing that a change could hold, expected a "
            "border or a value that does; give the file that was edited."
        )
    with draft.edit("as it came back", author=author) as edit:
        for operation in [*([ground] if ground else []), *values]:
            edit.do(operation)
    change, counts = ChangeFile(changeset_of(draft)), tuple(_counts(draft))
    return ReturnedChange(change, ids, left_out, counts)


def _sources(outcome: Reconciliation) -> Iterator[tuple[str, str]]:
    """Yield new grids by key, each with the grid that most of its ground is from."""
    halves, returned = outcome.returned.half_of, outcome.returned
    for key in returned.created:
        gains = [p for p in outcome.passages if p.target == key and p.source]
        if key in halves:
            yield key, halves[key]
        elif gains:
            yield key, max(gains, key=lambda passage: passage.area_m2).source
        else:
            raise EditError(
                "Grid {key!r} is new and has ground of no grid of its version",
                grids=[key],
                remedy=sentence("publish a town that grew from a file, with --outline"),
                key=key,
            )


def _adoption(
    outcome: Reconciliation,
    ids: Mapping[str, str],
    sources: Mapping[str, str],
    moves: tuple[str, ...],
) -> Operation | None:
    """Return the operation for all borders; None where none differs."""
    keys = [*outcome.changed, *outcome.noded, *sources]
    if not keys:
        return None
    return Operation.of(
        "adopt",
        polygons={ids.get(key, key): outcome.polygons[key] for key in keys},
        created={ids.get(key, key): grid for key, grid in sources.items()},
        retired=[g for g in outcome.returned.base if g not in outcome.polygons],
        moves=moves,
    )


def _values(
    draft: Workspace, imported: ImportedDraft, sources: Mapping[str, str]
) -> tuple[list[Operation], tuple[FieldChange, ...]]:
    """Return the operations for values that differ, and what has none."""
    rows = imported.rows.set_index(KEY)
    returned = imported.reconciliation.returned
    figures = [c for c in draft.columns if c in rows and c not in _FIXED]
    operations, left_out = [], []
    for grid in returned.created:
        if grid not in returned.half_of:
            values = {name: _plain(rows.loc[grid, name]) for name in figures}
            cut_from = draft.base_rows[sources[grid]]
            for name in POPULATIONS:
                # a program that cuts a grid gives each part the counts of the whole
                if name in values and values[name] == cut_from.get(name):
                    del values[name]
            operations.append(Operation.of("set_figures", grid=grid, figures=values))
    for change in imported.fields:
        grid, field = change.grid, change.field
        if field == COMMUNITY_ID or field not in draft.columns:
            left_out.append(change)
        elif field == PARENT_ID and change.after is not None:
            operations.append(
                Operation.of("reparent", grid=grid, parent_id=change.after)
            )
        elif field != PARENT_ID:
            values = {field: _plain(rows.loc[grid, field])}
            operations.append(Operation.of("set_figures", grid=grid, figures=values))
        else:
            left_out.append(change)
    return operations, tuple(left_out)


def _counts(draft: Workspace) -> Iterator[CountChange]:
    """Yield counts that follow the ground and are others than before."""
    of_base, typed = counts_of_rows(draft.base_rows), draft.typed_counts()
    for name, counts in draft.counts().items():
        for grid, after in counts.items():
            before = of_base.get(name, {}).get(grid)
            is_same = before == (None if after is None else after.value)
            if not is_same and grid not in typed.get(name, {}):
                yield CountChange(grid, name, before, after)


def _plain(value: Any) -> object:
    """Return a value of a table as JSON has it; None where there is none."""
    if pd.isna(value) or value == "":
        return None
    plain: object = value.item() if hasattr(value, "item") else value
    return int(plain) if isinstance(plain, float) and plain.is_integer() else plain
