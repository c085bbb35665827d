"""Rules on open events at a change of grids, as rows of the layer of rules."""

from typing import Final

import orjson
import pandas as pd

from gis.events import OpenEvents, read_open_events
from gis.models import Instant
from layers.packs.rulebook import HANDOVER
from layers.schema.rules import body_of
from layers.stores import Store
from layers.stores.facts import Selection, instant_of, timestamp
from layers.stores.protocol import MAIN_SYSTEM

LAYER: Final = "rules"


def keeping_since(store: Store, system: str = MAIN_SYSTEM) -> frozenset[Instant]:
    """Return since when versions are valid that leave open events where they are.

    Parameters
    ----------
    store
        Has the rules ``handover/SYSTEM``.
    system
        The grid system.

    Examples
    --------
    >>> from layers.stores import open_store
    >>> keeping_since(open_store("memory:"))
    frozenset()
    """
    rule_id = f"{HANDOVER}{system}"
    rules = store.facts(LAYER, only=Selection("rule_id", {rule_id}))
    rows = zip(rules["valid_from"], rules["body"], strict=True)
    return frozenset(
        instant_of(since)
        for since, body in rows
        if read_open_events(rule_id, body_of(body)) == OpenEvents.KEEP
    )


def handover_rows(
    store: Store, system: str, mode: OpenEvents, at: Instant, owner: str
) -> pd.DataFrame:
    """Return the rows of the layer of rules by which open events move or stay.

    Parameters
    ----------
    store
        Has the rules.
    system
        The grid system.
    mode
        What becomes of the events.
    at
        Since when the version is valid that it is about.
    owner
        Who answers for that.

    Returns
    -------
    rows
        None where they move and no rule says otherwise.
    """
    is_default = mode == OpenEvents.MOVE and at not in keeping_since(store, system)
    row = {
        "rule_id": f"{HANDOVER}{system}",
        "owner": owner,
        "body": orjson.dumps({"open_events": mode.value}).decode(),
        "valid_from": timestamp(at),
    }
    return pd.DataFrame([] if is_default else [row])
