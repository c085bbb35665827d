"""Places without a safety code that special campaigns take in, and what they owe."""

import numpy as np
import pandas as pd

from gis.safety.campaign_checks import owe_checks
from layers.rating.facts import RiskFacts


def rate_campaign_places(facts: RiskFacts) -> pd.DataFrame:
    """Return the places without a code of campaigns that are there at a day's end.

    Parameters
    ----------
    facts
        What is known.

    Returns
    -------
    places
        place_id, name, scene, grid_row, code (0), criteria (empty), campaign (that owes
        a check; None for none), due_on (NaT for none), overdue_days.
    """
    places, day = facts.campaign_places, facts.cutoff.day
    checks = facts.inspections[facts.inspections["kind"] == "check"]
    last_days = checks.groupby("place_id")["day"].max().reindex(places["place_id"])
    campaigns = facts.rulebook.calendar.campaigns
    due, row = owe_checks(
        places["scene"].tolist(),
        places["known"].to_numpy("datetime64[D]"),
        last_days.to_numpy("datetime64[D]"),
        campaigns,
        day,
    )
    today = np.datetime64(day, "D")
    ids = np.array([*(campaign.campaign_id for campaign in campaigns), None], object)
    table = pd.DataFrame(places[["place_id", "name", "scene", "grid_row"]]).assign(
        code=np.int8(0),
        criteria="",
        campaign=ids[row],
        due_on=due,
        # NaT is the least whole number
        overdue_days=np.maximum((today - due).astype(np.int64), 0),
    )
    is_there = ~(places["gone"].to_numpy("datetime64[D]") <= today)
    return table[is_there].reset_index(drop=True)
