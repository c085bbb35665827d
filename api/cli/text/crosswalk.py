"""What `pagoda crosswalk` and `pagoda draft merge` say."""

from collections import Counter
from collections.abc import Iterator

from api.service.versions.crosswalk import CrosswalkJob
from api.service.versions.mergers import MergedSystems, MergerJob
from gis.counts import count_text, noun_for
from gis.crosswalk import Crosswalk, Relation, Weights
from gis.sentences import joined, sentence

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
        counts = joined(
            ", ",
            (
                sentence("{count:,} {relation}", count=words[word], relation=str(word))
                for word in Relation
            ),
        )
        grids = count_text(len(walk.sources.ids), "grid")
        yield sentence(
            "{grids} of {names!r} to {names_2!r}: {counts}.",
            grids=grids,
            names=names[0],
            names_2=names[1],
            counts=counts,
        )
    conflicts = [
        grid_id
        for grid_id, relation in zip(
            crosswalk.sources.ids, crosswalk.relations, strict=True
        )
        if relation is Relation.CONFLICT
    ]
    yield from _names(sentence("In conflict"), conflicts)
    yield _about_pieces(crosswalk)
    if job.by != "area":
        by_area = [
            grid_id
            for grid_id, is_by_area in zip(
                crosswalk.sources.ids, weights.is_by_area.tolist(), strict=True
            )
            if is_by_area
        ]
        yield from _names(sentence("Without {by}, weighed by area", by=job.by), by_area)


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
    first, second = (
        sentence("{grids} of {system!r}", grids=count_text(n, "grid"), system=name)
        for name, n in counts.items()
    )
    former = sentence("{first} and {second}", first=first, second=second)
    yield sentence(
        "{former} become {grids}, {ids!r} to {ids_2!r}.",
        former=former,
        grids=count_text(len(ids), "grid"),
        ids=ids[0],
        ids_2=ids[-1],
    )
    yield sentence("Digest {digest}.", digest=merged.digest)
    if merged.seats is None:
        yield sentence("No posts came with --posts; nobody is seated.")
        return
    seats = merged.seats
    yield (
        sentence(
            "{posts} seated, {orphans:,} without a seat, {grids} without a leader.",
            posts=count_text(len(seats.posts), "post"),
            orphans=len(seats.orphans),
            grids=count_text(len(seats.vacancies), "grid"),
        )
    )
    yield from (
        sentence(
            "orphan: {post_id!r} of {area_id!r}",
            post_id=post.post_id,
            area_id=post.area_id,
        )
        for post in seats.orphans
    )
    yield from (sentence("vacant: {grid!r}", grid=grid) for grid in seats.vacancies)


def _about_pieces(crosswalk: Crosswalk) -> str:
    """Return how many pieces count, are small, and are noise."""
    slivers = int((crosswalk.is_noise & crosswalk.is_shared).sum())
    limits = crosswalk.limits
    return sentence(
        "{pieces} {counts}; {is_small:,} below {least_share:.0%} of both grids "
        "listed; {slivers} below {noise_m:g} m ignored.",
        pieces=count_text(int(crosswalk.counts.sum()), "piece"),
        counts=noun_for(int(crosswalk.counts.sum()), "counts", "count"),
        is_small=int(crosswalk.is_small.sum()),
        least_share=limits.least_share,
        slivers=count_text(slivers, "sliver"),
        noise_m=limits.noise_m,
    )


def _names(head: str, ids: list[str]) -> Iterator[str]:
    """Yield the first ids of a list and how many more there are."""
    if ids:
        more = len(ids) - MOST_NAMED
        rest = sentence(" and {more:,} more", more=more) if more > 0 else ""
        names = ", ".join(ids[:MOST_NAMED])
        yield sentence("{head}: {ids}{rest}.", head=head, ids=names, rest=rest)
