"""A town's own risk method: proposed from its first month, stored on command."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import pandas as pd

from gis.errors import SettingError
from gis.models import Instant
from layers.packs.rulebook import RISK, read_rulebook
from layers.rating.facts import Cutoff
from layers.rating.proposal import MONTH_DAYS
from layers.stores import Store
from layers.stores.facts import timestamp
from layers.stores.log import Link


@dataclass(frozen=True, slots=True)
class Adoption:
    """Under what name a proposal comes into force, by whom and since when.

    Attributes
    ----------
    version
        Name of the set of constants.
    owner
        Body that answers for it.
    valid_from
        Since when areas are rated by it.
    timezone
        IANA zone of local times.
    """

    version: str
    owner: str
    valid_from: Instant
    timezone: str


def first_month(store: Store, today: Cutoff) -> Cutoff:
    """Return the cut-off of the last day of the first month of a store.

    It begins with the first event, without events with the first inspection.

    Parameters
    ----------
    store
        The store.
    today
        The cut-off of today; its day is replaced.

    Raises
    ------
    SettingError
        If there is neither, or the month is not over.
    """
    times = store.events()["occurred_at"]
    if times.empty:
        times = store.facts("inspections", known_at=today.known_at)["valid_from"]
    if times.empty:
        raise SettingError(
            "The store has neither events nor inspections, expected a month of them; "
            "load them, or name the last day of a month with --on."
        )
    start = today.days_of(times).min().item()
    last = start + dt.timedelta(days=MONTH_DAYS - 1)
    if last > today.day:
        raise SettingError(
            "The first month of the store ends on {last}, which is still to come; "
            "wait for it, or name an earlier day with --on.",
            last=last.isoformat(),
        )
    return Cutoff(last, today.known_at, today.timezone, today.system, today.terms)


def adopt(store: Store, body: Mapping[str, Any], adoption: Adoption) -> Link:
    """Store a proposed method as the rule of the town.

    Days before stay under the method that was in force.

    Parameters
    ----------
    store
        The store.
    body
        Of the proposal.
    adoption
        Its name, owner and first day.

    Raises
    ------
    SettingError
        If the method in force has that name.
    InvalidLayerError
        If name or owner are empty.
    """
    rules = store.facts("rules", valid_at=adoption.valid_from)
    current = read_rulebook(rules).method.version
    if current == adoption.version:
        raise SettingError(
            "The risk method in force is called {current!r} already, expected another "
            "name for other constants; choose one with --store-as.",
            current=current,
        )
    rule = {**body, "version": adoption.version, "owner": adoption.owner}
    row = {
        "rule_id": RISK,
        "owner": adoption.owner,
        "body": orjson.dumps(rule).decode(),
        "valid_from": timestamp(adoption.valid_from),
    }
    return store.record("rules", pd.DataFrame([row]))
