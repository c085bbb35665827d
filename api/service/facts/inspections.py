"""One inspection reported by a device or a person, recorded as the layer keeps it."""

from dataclasses import dataclass

import orjson
import pandas as pd

from gis.errors import InvalidLayerError, RowFault
from gis.local_time import instant_text
from gis.models import Instant
from gis.sentences import sentence
from layers.stores import Store
from layers.stores.events import EventIds
from layers.stores.log import Link

LAYER = "inspections"


@dataclass(frozen=True, slots=True)
class FindingReport:
    """Something found wrong; without an id it gets one from its inspection."""

    severity: str
    about: str = ""
    finding_id: str | None = None


@dataclass(frozen=True, slots=True)
class InspectionReport:
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
    post_id
        Post that made it; None where that is not said.
    """

    place_id: str
    kind: str
    done_at: Instant
    findings: tuple[FindingReport, ...] = ()
    fixed: tuple[str, ...] = ()
    campaign: str = ""
    result: str = ""
    inspection_id: str = ""
    post_id: str | None = None


def record_inspection(
    store: Store, inspection: InspectionReport, now: Instant
) -> tuple[str, Link]:
    """Record an inspection; return its id and the link of the log it came with.

    Parameters
    ----------
    store
        The store.
    inspection
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
    inspection_id = inspection.inspection_id or EventIds().make(now)
    if inspection.done_at > now:
        rule = sentence(
            "{instant_text}, is in the future, expected a time until now",
            instant_text=instant_text(inspection.done_at),
        )
        raise InvalidLayerError(
            "The time of the inspection of {place_id!r}, {rule_name}; correct it.",
            faults=(RowFault(1, "done_at", rule),),
            place_id=inspection.place_id,
            rule_name=rule,
        )
    row = {
        "inspection_id": inspection_id,
        "place_id": inspection.place_id,
        "kind": inspection.kind,
        "findings": _findings(inspection, inspection_id),
        "fixed": orjson.dumps(inspection.fixed).decode() if inspection.fixed else None,
        "campaign": inspection.campaign or None,
        "result": inspection.result or None,
        "post_id": inspection.post_id,
        "valid_from": instant_text(inspection.done_at),
    }
    return inspection_id, store.record(LAYER, pd.DataFrame([row]), is_new=True)


def finding_ids(inspection: InspectionReport, inspection_id: str) -> list[str]:
    """Return the ids of findings as they were reported, made for those without one.

    Parameters
    ----------
    inspection
        What was reported.
    inspection_id
        Its id.

    Examples
    --------
    >>> findings = (FindingReport("minor"), FindingReport("minor", finding_id="F7"))
    >>> finding_ids(InspectionReport("E1", "check", Instant(0), findings), "I1")
    ['I1/1', 'F7']
    """
    return [
        finding.finding_id or f"{inspection_id}/{number}"
        for number, finding in enumerate(inspection.findings, start=1)
    ]


def _findings(inspection: InspectionReport, inspection_id: str) -> str | None:
    """Return the findings as the layer keeps them."""
    if not inspection.findings:
        return None
    findings = [
        {
            "finding_id": finding_id,
            "severity": finding.severity,
            "about": finding.about,
        }
        for finding_id, finding in zip(
            finding_ids(inspection, inspection_id), inspection.findings, strict=True
        )
    ]
    return orjson.dumps(findings).decode()
