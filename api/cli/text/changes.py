"""What a planner's change comes to, in lines."""

from collections.abc import Iterator

from api.service.versions.gate import Trial
from gis.counts import count_text
from layers.figures.review import RECORD_KINDS, Review


def trial_lines(trial: Trial) -> Iterator[str]:
    """Yield what changes, whose ground goes where, and what becomes of posts."""
    changes = trial.changes
    kinds = changes["change"].value_counts()
    counted = ", ".join(
        f"{count_text(int(kinds.get(kind, 0)), 'grid')} {kind}"
        for kind in ("created", "changed", "retired")
    )
    yield f"On version {trial.version.version}: {counted}."
    for kind, grid in zip(changes["change"], changes["grid_id"], strict=True):
        yield f"  {kind} {grid}"
    for row in trial.lineage:
        yield f"  {row.share:.1%} of the ground of {row.from_id} goes to {row.to_id}"
    plan = trial.plan
    yield (
        f"Posts: {len(plan.ended)} end, {len(plan.moved)} move, "
        f"{len(plan.created)} are new, {count_text(len(plan.vacant), 'grid')} without "
        "a leader on purpose."
    )
    yield from trial.succession.to_texts()


def review_lines(review: Review) -> Iterator[str]:
    """Yield how much changes hands; a layer that is not loaded is said as such."""
    kinds = {"place": "places", "event": "open events", "check": "due checks"}
    records = {kinds[kind]: review.caseload.records[kind] for kind in RECORD_KINDS}
    for name, rows in (records | {"duties": review.caseload.duties}).items():
        text = "not loaded" if rows is None else f"{len(rows):,} change hands"
        yield f"{name}: {text}"
    yield f"Coverage certificate: {review.certificate.verdict}"
    yield from review.succession.to_texts()
