"""One inspection reported by a device or a person, recorded as the layer keeps it."""

from dataclasses import dataclass

import orjson
import pandas as pd

from api.service.facts.findings import findings_of_place
from gis.counts import count_text
from gis.errors import InvalidLayerError, RowFault
from gis.local_time import instant_text
from gis.models import Instant
from gis.sentences import sentence
from layers.packs.rulebook import CAMPAIGN
from layers.stores import Store
from layers.stores.events import EventIds
from layers.stores.facts import Selection
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
        Ids of findings seen as fixed, which it or another inspection of the place
        lists.
    campaign
        Id of the special campaign it belongs to, declared by the rule
        ``campaign/ID``; empty for none.
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
        If it lies in the future, the place or the campaign is unknown, it has a result
        and is no drill, it fixes what the place never had or a word is none of its
        list.
    StoreError
        If an inspection of that id is recorded already.
    """
    inspection_id = inspection.inspection_id or EventIds().make(now)
    _refuse_future(inspection, now)
    _refuse_result(inspection)
    _refuse_campaign(store, inspection)
    _refuse_fixes(store, inspection, inspection_id)
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


def _refuse_future(inspection: InspectionReport, now: Instant) -> None:
    if inspection.done_at <= now:
        return
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


def _refuse_result(inspection: InspectionReport) -> None:
    """Refuse a result of a check: what it found are its findings."""
    if not inspection.result or inspection.kind != "check":
        return
    rule = sentence(
        "{result!r} is the result of a drill, expected none of a check",
        result=inspection.result,
    )
    raise InvalidLayerError(
        "The result of the inspection of {place_id!r}, {rule_name}; leave it out, and "
        "list what was found wrong under findings.",
        faults=(RowFault(1, "result", rule),),
        place_id=inspection.place_id,
        rule_name=rule,
    )


def _refuse_campaign(store: Store, inspection: InspectionReport) -> None:
    """Refuse a campaign that nobody declared: figures count campaigns."""
    if not inspection.campaign:
        return
    rule_id = f"{CAMPAIGN}{inspection.campaign}"
    if len(store.facts("rules", only=Selection("rule_id", (rule_id,)))):
        return
    rule = sentence(
        "{campaign!r} is declared by no rule, expected the id of a special campaign",
        campaign=inspection.campaign,
    )
    raise InvalidLayerError(
        "The campaign of the inspection of {place_id!r}, {rule_name}; correct it, or "
        "have the rule {rule_id!r} recorded first.",
        faults=(RowFault(1, "campaign", rule),),
        place_id=inspection.place_id,
        rule_name=rule,
        rule_id=rule_id,
    )


def _refuse_fixes(
    store: Store, inspection: InspectionReport, inspection_id: str
) -> None:
    """Refuse fixes of what the place never had; a place that is unknown has no say."""
    own = {*finding_ids(inspection, inspection_id)}
    place_id = inspection.place_id
    only = Selection("place_id", (place_id,))
    if {*inspection.fixed} <= own or store.facts("enterprises", only=only).empty:
        return
    ids = own | findings_of_place(store, place_id)
    unknown = [name for name in inspection.fixed if name not in ids]
    if not unknown:
        return
    rule = sentence(
        "names {count} that the place never had, such as {first!r}, expected ids that "
        "this or another inspection of it lists",
        count=count_text(len(unknown), "finding"),
        first=unknown[0],
    )
    raise InvalidLayerError(
        "What the inspection of {place_id!r} saw as fixed {rule_name}; correct these "
        "ids or leave them out.",
        faults=(RowFault(1, "fixed", rule),),
        place_id=place_id,
        rule_name=rule,
    )


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
