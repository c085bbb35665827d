"""What `pagoda draft` says."""

from collections.abc import Iterator, Sequence

from api.service.versions.drafts import ImportedDraft
from api.service.versions.returned_change import ReturnedChange
from gis.counts import count_text
from gis.editing.reconciliation import Reconciliation

MOST_NAMED = 5


def imported_lines(imported: ImportedDraft) -> Iterator[str]:
    """Yield what came back: unchanged, changed, splits, mergers, disputes, conflicts.

    Parameters
    ----------
    imported
        As `api.service.versions.drafts.import_draft` returns it.
    """
    outcome = imported.reconciliation
    base = imported.base
    yield f"Drawn on version {base.version} of grid system {base.system!r}."
    if not imported.is_on_head:
        yield "That is not the head any more: what was published since is not in it."
    yield from _grids(outcome)
    yield from _changes_of_hands(outcome)
    for change in imported.fields:
        yield (
            f"value: {change.grid!r} {change.field}: {change.before!r} to "
            f"{change.after!r}"
        )
    yield from (f"ground: {pair.to_text()}" for pair in outcome.disputes)
    yield from (f"conflict: {conflict.to_text()}" for conflict in outcome.conflicts)
    yield _verdict(outcome)


def change_lines(returned: ReturnedChange) -> Iterator[str]:
    """Yield what ids new grids have in the change, and what it leaves out.

    Parameters
    ----------
    returned
        As `api.service.versions.returned_change.change_of` returns it.
    """
    yield from (
        f"id: {key!r} is {grid!r}; its figures are estimates until they are typed"
        for key, grid in returned.ids.items()
    )
    for change in returned.left_out:
        yield (
            f"left out: {change.grid!r} {change.field}: no operation changes it from "
            f"{change.before!r} to {change.after!r}"
        )


def _grids(outcome: Reconciliation) -> Iterator[str]:
    """Yield how many grids came back how."""
    returned = outcome.returned
    is_settled = not outcome.conflicts
    unchanged = outcome.unchanged if is_settled else returned.unchanged
    changed = outcome.changed if is_settled else returned.changed
    halves = set(returned.half_of)
    created = [key for key in returned.created if key not in halves]
    yield f"Unchanged: {count_text(len(unchanged), 'grid')}."
    yield from _names("Changed", changed)
    yield from _names("Only with corners of a border beside them", outcome.noded)
    yield from _names("Created", created)
    yield from _names("Did not come back", returned.lacking)


def _changes_of_hands(outcome: Reconciliation) -> Iterator[str]:
    """Yield splits, mergers, and ground that another grid has."""
    for split in outcome.returned.splits:
        count = count_text(len(split.halves), "other half", "other halves")
        yield (
            f"split: {split.grid!r} stays with the greatest; {count} without an id yet"
        )
    for merger in outcome.mergers:
        into = ", ".join(f"{key!r} {share:.1%}" for key, share in merger.into)
        yield f"merger: {merger.grid!r} into {into}"
    if outcome.conflicts:
        return
    for passage in outcome.passages:
        yield (
            f"hands: {passage.area_m2:,.1f} m2 from {passage.source!r} to "
            f"{passage.target!r}"
        )


def _verdict(outcome: Reconciliation) -> str:
    if outcome.conflicts:
        count = count_text(len(outcome.conflicts), "conflict")
        return f"Refused: {count}; nothing was changed."
    faces = sum(pair.count for pair in outcome.disputes)
    healed = f"; healed {count_text(faces, 'face')}" if faces else ""
    return f"Accepted: one coverage{healed}."


def _names(head: str, grids: Sequence[str]) -> Iterator[str]:
    """Yield the first ids of a list and how many more there are."""
    if grids:
        more = len(grids) - MOST_NAMED
        rest = f" and {more:,} more" if more > 0 else ""
        count = count_text(len(grids), "grid")
        yield f"{head}: {count}, {', '.join(map(repr, grids[:MOST_NAMED]))}{rest}."
