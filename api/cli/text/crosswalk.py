"""What `pagoda crosswalk` says."""

from collections import Counter
from collections.abc import Iterator

from api.service.versions.crosswalk import CrosswalkJob
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
