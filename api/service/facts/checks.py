"""A check by a checklist: what was ticked becomes findings, recorded once."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import orjson

from api.service.facts.inspections import (
    FindingReport,
    InspectionReport,
    record_inspection,
)
from api.service.rating.days import RiskDesk
from gis.errors import ChangedRequestError, StoreError
from gis.models import Instant
from gis.safety import ChecklistItem
from layers.rating.facts import CodedPlaces
from layers.rating.places import OpenFinding

NOTE: Final = "note"
"""Stands in the id of a finding that no list has."""
RESIDENT: Final = "居民反映："
PHOTO: Final = "照片："


@dataclass(frozen=True, slots=True)
class Ticks:
    """What somebody ticked and wrote at a place.

    Attributes
    ----------
    place_id, post_id, done_at
        Where, by which post, and when.
    faults, fixed
        Ids of items that are wrong, and of those put right on the spot.
    earlier
        Marks of findings of before that are put right; see `mark_of`.
    note, severity
        What no list has, and how grave that is.
    link
        Address of a photo; empty for none.
    is_on_behalf
        Whether a resident said it.
    """

    place_id: str
    post_id: str | None
    done_at: Instant
    faults: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()
    earlier: frozenset[str] = frozenset()
    note: str = ""
    severity: str = "minor"
    link: str = ""
    is_on_behalf: bool = False


class RecordedCheck(NamedTuple):
    """What a check recorded: findings, how many of them and of before are fixed."""

    findings: int
    fixed: int
    earlier: int


def mark_of(finding_id: str) -> str:
    """Return what stands for a finding of before on a page, which has no closed id.

    Examples
    --------
    >>> len(mark_of("I-1/1"))
    16
    """
    return hashlib.sha256(finding_id.encode()).hexdigest()[:16]


def check_of(
    ticks: Ticks,
    inspection_id: str,
    items: Sequence[ChecklistItem],
    earlier: Sequence[OpenFinding],
) -> InspectionReport:
    """Return a check as it is to be recorded.

    Parameters
    ----------
    ticks
        What was ticked; an item that is fixed was found.
    inspection_id
        Its id; those of its findings begin with it.
    items
        The checklist of the place.
    earlier
        What is open there.

    Examples
    --------
    >>> exit = ChecklistItem("exit", "critical", "出口被堵", "The exit is blocked.")
    >>> ticks = Ticks("E1", None, Instant(0), fixed=frozenset({"exit"}))
    >>> check = check_of(ticks, "I1", [exit], [])
    >>> check.findings[0].severity, check.fixed
    ('critical', ('I1/exit',))
    """
    findings = tuple(_findings(ticks, inspection_id, items))
    own = tuple(
        f"{inspection_id}/{item.item_id}"
        for item in items
        if item.item_id in ticks.fixed
    )
    before = tuple(
        finding.finding_id
        for finding in earlier
        if mark_of(finding.finding_id) in ticks.earlier
    )
    return InspectionReport(
        ticks.place_id,
        "check",
        ticks.done_at,
        findings,
        (*own, *before),
        inspection_id=inspection_id,
        post_id=ticks.post_id,
    )


def _findings(
    ticks: Ticks, inspection_id: str, items: Sequence[ChecklistItem]
) -> Iterator[FindingReport]:
    """Yield a finding for each item that is wrong, and one for what no list has."""
    before = RESIDENT if ticks.is_on_behalf else ""
    after = f"；{PHOTO}{ticks.link}" if ticks.link else ""
    for item in items:
        if item.item_id in ticks.faults | ticks.fixed:
            about = f"{before}{item.zh}{after}"
            name = f"{inspection_id}/{item.item_id}"
            yield FindingReport(item.severity, about, name)
    if ticks.note:
        about = f"{before}{ticks.note}{after}"
        yield FindingReport(ticks.severity, about, f"{inspection_id}/{NOTE}")


def record_once(desk: RiskDesk, check: InspectionReport) -> None:
    """Record a check; one that is recorded already is left as it is.

    Parameters
    ----------
    desk
        Knows the place, and the store.
    check
        With its own id.

    Raises
    ------
    ChangedRequestError
        If one of that id says something else.
    StoreError, InvalidLayerError
        As `record_inspection` does.
    """
    try:
        record_inspection(desk.store, check, desk.now())
    except StoreError:
        row = _row(desk.at_place(check.place_id), check.inspection_id)
        if row is None:
            raise
        findings, fixed = row
        names = [finding.finding_id for finding in check.findings]
        is_same = names == [finding["finding_id"] for finding in findings]
        if not is_same or [*check.fixed] != fixed:
            raise ChangedRequestError(
                "Check {inspection_id!r} came before and said something else, "
                "expected the same content; send it as before, or under another name.",
                inspection_id=check.inspection_id,
            ) from None


def recorded_check(facts: CodedPlaces, inspection_id: str) -> RecordedCheck | None:
    """Return what a check recorded at a place; None where there is none of that id.

    Parameters
    ----------
    facts
        What is known of the place.
    inspection_id
        Any text.
    """
    row = _row(facts, inspection_id)
    if row is None:
        return None
    findings, fixed = row
    names = {finding["finding_id"] for finding in findings}
    own = len(names.intersection(fixed))
    return RecordedCheck(len(names), own, len(fixed) - own)


def _row(
    facts: CodedPlaces, inspection_id: str
) -> tuple[list[dict[str, str]], list[str]] | None:
    """Return findings and fixes of an inspection; None where it is not there."""
    rows = facts.inspections
    row = rows[rows["inspection_id"] == inspection_id]
    if row.empty:
        return None
    texts = [row[column].iloc[0] for column in ("found_json", "fixed_json")]
    findings, fixed = (
        orjson.loads(t) if isinstance(t, str) and t else [] for t in texts
    )
    return findings, fixed
