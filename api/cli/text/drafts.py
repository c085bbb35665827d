"""What `pagoda draft` says."""

from collections.abc import Iterator, Sequence

from api.service.versions.drafts import ImportedDraft
from api.service.versions.returned_change import CountChange, ReturnedChange
from gis.counts import count_text
from gis.editing.reconciliation import Reconciliation
from gis.sentences import joined, sentence

MOST_NAMED = 5
MOST_COUNTS = 20


def imported_lines(imported: ImportedDraft) -> Iterator[str]:
    """Yield what came back: unchanged, changed, splits, mergers, disputes, conflicts.

    Parameters
    ----------
    imported
        As `api.service.versions.drafts.import_draft` returns it.
    """
    outcome = imported.reconciliation
    base = imported.base
    yield sentence(
        "Drawn on version {version} of grid system {system!r}.",
        version=base.version,
        system=base.system,
    )
    if not imported.is_on_head:
        yield sentence(
            "That is not the head any more: what was published since is not in it."
        )
    yield from _grids(outcome)
    yield from _changes_of_hands(outcome)
    for change in imported.fields:
        yield (
            sentence(
                "value: {grid!r} {field}: {before!r} to {after!r}",
                grid=change.grid,
                field=change.field,
                before=change.before,
                after=change.after,
            )
        )
    yield from (
        sentence("ground: {pair}", pair=pair.to_text()) for pair in outcome.disputes
    )
    yield from (
        sentence("conflict: {conflict}", conflict=conflict.to_text())
        for conflict in outcome.conflicts
    )
    yield _verdict(outcome)


def change_lines(returned: ReturnedChange) -> Iterator[str]:
    """Yield what ids new grids have, what counts follow the ground, what is left out.

    Parameters
    ----------
    returned
        As `api.service.versions.returned_change.change_of` returns it.
    """
    yield from (
        sentence(
            "id: {key!r} is {grid!r}; its figures are estimates until they are typed",
            key=key,
            grid=grid,
        )
        for key, grid in returned.ids.items()
    )
    yield from _counts(returned.counts)
    for change in returned.left_out:
        yield (
            sentence(
                "left out: {grid!r} {field}: no operation changes it from {before!r} "
                "to {after!r}",
                grid=change.grid,
                field=change.field,
                before=change.before,
                after=change.after,
            )
        )


def _counts(counts: Sequence[CountChange]) -> Iterator[str]:
    """Yield what became of people and households of grids with other ground."""
    for grid, name, before, after in counts[:MOST_COUNTS]:
        yield sentence(
            "count: {grid!r} {name}: {before} to {after}",
            grid=grid,
            name=name,
            before=_count(before),
            after=sentence("about {count}", count=_count(after.value))
            if after is not None and after.is_estimate
            else _count(None if after is None else after.value),
        )
    if len(counts) > MOST_COUNTS:
        yield sentence(
            "count: {more:,} more counts follow the ground, see the page of "
            "`pagoda draft diff`",
            more=len(counts) - MOST_COUNTS,
        )


def _count(value: int | None) -> str:
    return sentence("none") if value is None else format(value, ",")


def _grids(outcome: Reconciliation) -> Iterator[str]:
    """Yield how many grids came back how."""
    returned = outcome.returned
    is_settled = not outcome.conflicts
    unchanged = outcome.unchanged if is_settled else returned.unchanged
    changed = outcome.changed if is_settled else returned.changed
    halves = set(returned.half_of)
    created = [key for key in returned.created if key not in halves]
    yield sentence("Unchanged: {grids}.", grids=count_text(len(unchanged), "grid"))
    yield from _names(sentence("Changed"), changed)
    yield from _names(
        sentence("Only with corners of a border beside them"), outcome.noded
    )
    yield from _names(sentence("Created"), created)
    yield from _names(sentence("Did not come back"), returned.lacking)


def _changes_of_hands(outcome: Reconciliation) -> Iterator[str]:
    """Yield splits, mergers, and ground that another grid has."""
    for split in outcome.returned.splits:
        count = count_text(
            len(split.halves), sentence("other half"), sentence("other halves")
        )
        yield (
            sentence(
                "split: {grid!r} stays with the greatest; {count} without an id yet",
                grid=split.grid,
                count=count,
            )
        )
    for merger in outcome.mergers:
        into = joined(", ", (f"{key!r} {share:.1%}" for key, share in merger.into))
        yield (
            sentence("split: {grid!r} into {into}", grid=merger.grid, into=into)
            if merger.is_split(outcome.returned.created)
            else sentence("merger: {grid!r} into {into}", grid=merger.grid, into=into)
        )
    if outcome.conflicts:
        return
    for passage in outcome.passages:
        yield (
            sentence(
                "hands: {area_m2:,.1f} m2 from {source!r} to {target!r}",
                area_m2=passage.area_m2,
                source=passage.source,
                target=passage.target,
            )
        )


def _verdict(outcome: Reconciliation) -> str:
    if outcome.conflicts:
        count = count_text(len(outcome.conflicts), "conflict")
        return sentence("Refused: {count}; nothing was changed.", count=count)
    faces = sum(pair.count for pair in outcome.disputes)
    healed = (
        sentence("; healed {faces}", faces=count_text(faces, "face")) if faces else ""
    )
    return sentence("Accepted: one coverage{healed}.", healed=healed)


def _names(head: str, grids: Sequence[str]) -> Iterator[str]:
    """Yield the first ids of a list and how many more there are."""
    if grids:
        more = len(grids) - MOST_NAMED
        rest = sentence(" and {more:,} more", more=more) if more > 0 else ""
        count = count_text(len(grids), "grid")
        yield sentence(
            "{head}: {count}, {ids}{rest}.",
            head=head,
            count=count,
            ids=", ".join(map(repr, grids[:MOST_NAMED])),
            rest=rest,
        )
