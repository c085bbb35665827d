"""What a planner's change comes to, in lines."""

from collections.abc import Iterator
from typing import Final

from api.service.versions.gate import Trial
from gis.counts import count_text
from gis.sentences import joined, sentence
from layers.figures.review import RECORD_KINDS, Review

CHANGES: Final = {
    "created": sentence("created"),
    "changed": sentence("changed"),
    "retired": sentence("retired"),
}
"""What becomes of grids, as it is said."""


def trial_lines(trial: Trial) -> Iterator[str]:
    """Yield what changes, whose ground goes where, and what becomes of posts."""
    changes = trial.changes
    kinds = changes["change"].value_counts()
    counted = joined(
        ", ",
        (
            sentence(
                "{grids} {change}",
                grids=count_text(int(kinds.get(kind, 0)), "grid"),
                change=words,
            )
            for kind, words in CHANGES.items()
        ),
    )
    yield sentence(
        "On version {version}: {counted}.",
        version=trial.version.version,
        counted=counted,
    )
    for kind, grid in zip(changes["change"], changes["grid_id"], strict=True):
        yield sentence("  {change} {grid}", change=CHANGES[kind], grid=grid)
    for row in trial.lineage:
        yield sentence(
            "  {share:.1%} of the ground of {from_id} goes to {to_id}",
            share=row.share,
            from_id=row.from_id,
            to_id=row.to_id,
        )
    plan = trial.plan
    yield (
        sentence(
            "Posts: {ended} end, {moved} move, {created} are new, {grids} without a "
            "leader on purpose.",
            ended=len(plan.ended),
            moved=len(plan.moved),
            created=len(plan.created),
            grids=count_text(len(plan.vacant), "grid"),
        )
    )
    yield from trial.succession.to_texts()


def review_lines(review: Review) -> Iterator[str]:
    """Yield how much changes hands; a layer that is not loaded is said as such."""
    kinds = {
        "place": sentence("places"),
        "event": sentence("open events"),
        "check": sentence("due checks"),
    }
    records = {kinds[kind]: review.caseload.records[kind] for kind in RECORD_KINDS}
    for name, rows in (records | {sentence("duties"): review.caseload.duties}).items():
        lack = sentence("not loaded")
        if name == kinds["event"] and review.caseload.is_loopless:
            lack = sentence("loaded, none runs a loop")
        text = (
            lack if rows is None else sentence("{rows:,} change hands", rows=len(rows))
        )
        yield sentence("{name}: {text}", name=name, text=text)
    yield sentence(
        "Coverage certificate: {verdict}", verdict=review.certificate.verdict
    )
    yield from review.succession.to_texts()
