"""One inspection reported by a device or a person, recorded as the layer keeps it."""

from dataclasses import dataclass

import orjson
import pandas as pd

from gis.errors import InvalidLayerError, RowFault, StoreError
from gis.local_time import instant_text
from gis.models import Instant
from layers.stores import Store
from layers.stores.events import EventIds
from layers.stores.log import Link

LAYER = "inspections"


@dataclass(frozen=True, slots=True)
class ReportedFinding:
    """Something found wrong; without an id it gets one from its inspection."""

    severity: str
    about: str = ""
    finding_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReportedInspection:
    """An inspection or a drill as it was reported.

    Attributes
    ----------
    place_id
        The place.
    kind
        ``check`` or ``drill``.
    done_at
        When it was done.
    findings
        What was found wrong.
    fixed
        Ids of findings seen as fixed, listed here or before.
    campaign
        Special campaign it belongs to; empty for none.
    result
        ``passed`` or ``failed`` for a drill; empty otherwise.
    inspection_id
        Given by who reports; empty lets the service make one.
    """

    place_id: str
    kind: str
    done_at: Instant
    findings: tuple[ReportedFinding, ...] = ()
    fixed: tuple[str, ...] = ()
    campaign: str = ""
    result: str = ""
    inspection_id: str = ""


def record_inspection(
    store: Store, told: ReportedInspection, now: Instant
) -> tuple[str, Link]:
    """Record an inspection; return its id and the link of the log it came with.

    Parameters
    ----------
    store
        The store.
    told
        What was reported.
    now
        It cannot have been done later.

    Raises
    ------
    InvalidLayerError
        If it lies in the future, the place is unknown or a word is none of its list.
    StoreError
        If an inspection of that id is recorded already.
    """
    inspection_id = told.inspection_id or EventIds().make(now)
    if told.done_at > now:
        rule = (
            f"{instant_text(told.done_at)} is in the future, expected a time until now"
        )
        raise InvalidLayerError(
            f"The inspection of {told.place_id!r} was done {rule}; correct the time.",
            faults=(RowFault(1, "done_at", rule),),
        )
    if inspection_id in set(store.facts(LAYER)["inspection_id"]):
        raise StoreError(
            f"Inspection {inspection_id!r} is recorded already; report another under "
            "an id of its own."
        )
    row = {
        "inspection_id": inspection_id,
        "place_id": told.place_id,
        "kind": told.kind,
        "findings": _findings(told, inspection_id),
        "fixed": orjson.dumps(told.fixed).decode() if told.fixed else None,
        "campaign": told.campaign or None,
        "result": told.result or None,
        "valid_from": instant_text(told.done_at),
    }
    return inspection_id, store.record(LAYER, pd.DataFrame([row]))


def _findings(told: ReportedInspection, inspection_id: str) -> str | None:
    """Return the findings as the layer keeps them."""
    if not told.findings:
        return None
    listed = [
        {
            "finding_id": one.finding_id or f"{inspection_id}/{number}",
            "severity": one.severity,
            "about": one.about,
        }
        for number, one in enumerate(told.findings, start=1)
    ]
    return orjson.dumps(listed).decode()
