"""What `pagoda crosswalk` and `pagoda draft merge` say."""

from collections import Counter
from collections.abc import Iterator

from api.service.versions.crosswalk import CrosswalkJob
from api.service.versions.mergers import MergedSystems, MergerJob
from gis.counts import count_text, noun_for
from gis.crosswalk import Crosswalk, Relation, Weights

MOST_NAMED = 5


def crosswalk_lines(
    job: CrosswalkJob, crosswalk: Crosswalk, weights: Weights
) -> Iterator[str]:
    """Yield the relations of both systems, what is in conflict, and what is left out.

    Parameters
    ----------
    job
        What was asked for.
    crosswalk, weights
        What came of it.
    """
    for walk, names in (
        (crosswalk, (job.source, job.target)),
        (crosswalk.reversed(), (job.target, job.source)),
    ):
        words = Counter(walk.relations)
        counts = ", ".join(f"{words[word]:,} {word}" for word in Relation)
        grids = count_text(len(walk.sources.ids), "grid")
        yield f"{grids} of {names[0]!r} to {names[1]!r}: {counts}."
    conflicts = [
        grid_id
        for grid_id, relation in zip(
            crosswalk.sources.ids, crosswalk.relations, strict=True
        )
        if relation is Relation.CONFLICT
    ]
    yield from _names("In conflict", conflicts)
    yield _about_pieces(crosswalk)
    if job.by != "area":
        by_area = [
            grid_id
            for grid_id, is_by_area in zip(
                crosswalk.sources.ids, weights.is_by_area.tolist(), strict=True
            )
            if is_by_area
        ]
        yield from _names(f"Without {job.by}, weighed by area", by_area)


def merger_lines(job: MergerJob, merged: MergedSystems) -> Iterator[str]:
    """Yield what two systems become, and every post without a seat.

    Parameters
    ----------
    job
        What was asked for.
    merged
        What came of it.
    """
    ids = merged.merger.grids.ids
    counts = dict.fromkeys((job.source, job.target), 0)
    for system, _ in {(row.from_system, row.from_id) for row in merged.merger.lineage}:
        counts[system] += 1
    former = " and ".join(
        f"{count_text(count, 'grid')} of {name!r}" for name, count in counts.items()
    )
    yield f"{former} become {count_text(len(ids), 'grid')}, {ids[0]!r} to {ids[-1]!r}."
    yield f"Digest {merged.digest}."
    if merged.seats is None:
        yield "No posts came with --posts; nobody is seated."
        return
    seats = merged.seats
    yield (
        f"{count_text(len(seats.posts), 'post')} seated, {len(seats.orphans):,} "
        f"without a seat, {count_text(len(seats.vacancies), 'grid')} without a leader."
    )
    yield from (
        f"orphan: {post.post_id!r} of {post.area_id!r}" for post in seats.orphans
    )
    yield from (f"vacant: {grid!r}" for grid in seats.vacancies)


def _about_pieces(crosswalk: Crosswalk) -> str:
    """Return how many pieces count, are small, and are noise."""
    slivers = int((crosswalk.is_noise & crosswalk.is_shared).sum())
    limits = crosswalk.limits
    return (
        f"{count_text(int(crosswalk.counts.sum()), 'piece')} "
        f"{noun_for(int(crosswalk.counts.sum()), 'counts', 'count')}; "
        f"{int(crosswalk.is_small.sum()):,} below {limits.least_share:.0%} of both "
        f"grids listed; {count_text(slivers, 'sliver')} below {limits.noise_m:g} m "
        "ignored."
    )


def _names(head: str, ids: list[str]) -> Iterator[str]:
    """Yield the first ids of a list and how many more there are."""
    if ids:
        more = len(ids) - MOST_NAMED
        rest = f" and {more:,} more" if more > 0 else ""
        yield f"{head}: {', '.join(ids[:MOST_NAMED])}{rest}."
