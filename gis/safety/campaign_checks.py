"""The checks that special campaigns owe at places without a safety code."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gis.safety.due import Campaign, Days


def owe_checks(
    kinds: Sequence[str],
    since: Days,
    last_check: Days,
    campaigns: Sequence[Campaign],
    day: dt.date,
) -> tuple[Days, NDArray[np.int64]]:
    """Return by when each place owes a check to a campaign that has begun.

    As at places with a code, the check is owed on the last day of the campaign, unless
    it was made since the first; of several campaigns the one that ends first counts.

    Parameters
    ----------
    kinds
        Kind of each place, shape (n,).
    since
        First day that it is known, datetime64[D], shape (n,).
    last_check
        Day of its last check, datetime64[D], shape (n,); NaT for none.
    campaigns
        Of all times.
    day
        The day, local; its end is meant.

    Returns
    -------
    due, campaign
        Day, NaT where no check is owed; and row of the campaign, -1 for none.

    Examples
    --------
    >>> body = {"name": "-", "scenes": ["住宅小区"], "first": "2026-08-01",
    ...     "last": "2026-08-31"}
    >>> estates = Campaign.from_body("estates", body)
    >>> since = np.array(["2026-01-01"] * 2, "M8[D]")
    >>> never = np.array(["NaT"] * 2, "M8[D]")
    >>> owe_checks(
    ...     ["住宅小区", "school"], since, never, [estates], dt.date(2026, 8, 2)
    ... )
    (array(['2026-08-31',        'NaT'], dtype='datetime64[D]'), array([ 0, -1]))
    """
    due = np.full(len(since), np.datetime64("NaT", "D"))
    campaign_rows = np.full(len(since), -1, dtype=np.int64)
    is_known = since <= np.datetime64(day, "D")
    for row, campaign in enumerate(campaigns):
        if campaign.first > day:
            continue
        is_target = np.isin(np.array(kinds, dtype=np.str_), campaign.scenes)
        owes = campaign.owes(is_target & is_known, since, last_check)
        last = np.datetime64(campaign.last, "D")
        # a comparison with NaT is false
        is_first = owes & ~(due <= last)
        due[is_first], campaign_rows[is_first] = last, row
    return due, campaign_rows
