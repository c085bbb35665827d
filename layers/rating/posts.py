"""Who answers for each grid at the end of a day."""

from layers.rating.facts import RiskFacts


def answering_posts(facts: RiskFacts) -> dict[str, tuple[str | None, str | None]]:
    """Return the accountable post of each grid and who holds it at the end of the day.

    Parameters
    ----------
    facts
        Of the day.
    """
    duties = facts.snapshot.territory.duties
    if duties is None:
        return {}
    posts: dict[str, tuple[str | None, str | None]] = {}
    for row, grid_id in enumerate(duties.grid_ids):
        duty = duties.on_duty(row, facts.cutoff.end).accountable
        if duty is not None:
            posts[grid_id] = (duty.post_id, duty.holder_id)
    return posts
