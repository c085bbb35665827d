"""Places and what was seen there, as arrays that a rating is computed from."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from gis.counts import count_text
from gis.errors import InvalidLayerError
from gis.models import Scene, Severity

Rows = NDArray[np.int64]
Levels = NDArray[np.int8]
Days = NDArray[np.datetime64]

SCENES: Final = tuple(Scene)
"""The row of a scene in every array of scenes."""

HAZARDS: Final[Mapping[str, int]] = MappingProxyType(
    {"": 0, "low": 1, "medium": 2, "high": 3}
)
"""Inherent hazard by its word; 0 is that of the scene."""

_EMPTY: Final = frozenset({"", "[]"})
"""Lists of an inspection that name no finding."""
_SEVERITIES: Final = {severity.name.lower(): severity for severity in Severity}


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Places that carry a safety code, one row each.

    Attributes
    ----------
    scene
        Row in `SCENES`, int8, shape (n,).
    hazard
        Inherent hazard 1 low to 3 high, 0 where that of the scene holds; int8, (n,).
    known
        Day since which the place is known, datetime64[D], shape (n,).
    """

    scene: Levels
    hazard: Levels
    known: Days

    @classmethod
    def of(
        cls, scenes: Sequence[str], hazards: Sequence[str | None], known: Days
    ) -> Self:
        """Return places by the words of their scenes and hazards.

        Parameters
        ----------
        scenes
            Values of `Scene`, n of them.
        hazards
            Words of `HAZARDS`; None and empty are that of the scene.
        known
            datetime64[D], shape (n,).

        Raises
        ------
        InvalidLayerError
            If a scene or hazard is none of the list.

        Examples
        --------
        >>> day = np.array(["2026-01-01"], "M8[D]")
        >>> Places.of(["crowded_place"], ["high"], day).hazard
        array([3], dtype=int8)
        """
        scene_rows = {scene.value: row for row, scene in enumerate(SCENES)}
        return cls(
            _codes(scenes, scene_rows, "scene"),
            _codes([word or "" for word in hazards], HAZARDS, "hazard"),
            known.astype("datetime64[D]"),
        )

    def __len__(self) -> int:
        return len(self.scene)

    def only(self, row: int) -> Self:
        """Return one place alone."""
        at = slice(row, row + 1)
        return type(self)(self.scene[at], self.hazard[at], self.known[at])


@dataclass(frozen=True, slots=True, eq=False)
class Visits:
    """Days on which something was done at a place, in any order.

    Attributes
    ----------
    place
        Row of the place, int64, shape (m,).
    day
        Local day, datetime64[D], shape (m,).
    """

    place: Rows
    day: Days

    def only(self, row: int) -> Self:
        """Return the visits of one place, as row 0."""
        at = self.place == row
        return type(self)(np.zeros(int(at.sum()), np.int64), self.day[at])


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """What inspections found, one row a listing, in order of inspection and list.

    Attributes
    ----------
    place
        Row of the place, int64, shape (f,).
    severity
        1 minor, 2 serious, 3 critical; int8, shape (f,).
    found, ended
        Open on the days from `found` until before `ended`; NaT: still open.
        datetime64[D], shape (f,).
    inspection, item
        Row of the inspection that listed it, and its position in that list.
    """

    place: Rows
    severity: Levels
    found: Days
    ended: Days
    inspection: Rows
    item: Rows

    def is_open(self, day: np.datetime64) -> NDArray[np.bool_]:
        """Say which are open at the end of a day."""
        ended: NDArray[np.bool_] = self.ended <= day
        return (self.found <= day) & ~ended

    def only(self, row: int) -> Self:
        """Return the findings of one place, as row 0."""
        at = self.place == row
        return type(self)(
            np.zeros(int(at.sum()), np.int64),
            self.severity[at],
            self.found[at],
            self.ended[at],
            self.inspection[at],
            self.item[at],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What is known of places: checks, drills that were passed, findings, fixes.

    A finding of a place is fixed once: the first time that it is seen as fixed after it
    was found.
    """

    checks: Visits
    drills: Visits
    findings: Findings
    fixes: Visits

    def only(self, row: int) -> Self:
        """Return the facts of one place, as row 0."""
        return type(self)(
            self.checks.only(row),
            self.drills.only(row),
            self.findings.only(row),
            self.fixes.only(row),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Inspections:
    """Rows of the layer of inspections, column by column, in any order.

    Attributes
    ----------
    place
        Row of the place, int64, shape (m,); those of a place that has no row are -1
        and left out.
    at
        When it was done, datetime64[ms] in UTC, shape (m,).
    day
        The local day of that, datetime64[D], shape (m,).
    kind
        ``check`` or ``drill``.
    findings, fixed
        JSON lists as the layer keeps them, or empty.
    result
        ``failed`` for a drill that does not count; anything else counts.
    """

    place: Rows
    at: Days
    day: Days
    kind: Sequence[str]
    findings: Sequence[str | None]
    fixed: Sequence[str | None]
    result: Sequence[str | None]


class _Mark(NamedTuple):
    """A finding named by an inspection: listed with a severity, or fixed (0).

    Of marks at one instant the lowest `turn` comes first: fixes by others, listings
    that the same inspection says are fixed, those fixes, all other listings. So a fix
    ends what was listed earlier or by the inspection itself, and nothing else.
    """

    inspection: int
    item: int
    finding_id: str
    severity: int
    turn: int


def gather_facts(inspections: Inspections) -> Facts:
    """Return checks, drills, findings and fixes from rows of inspections.

    A listing is open until the first later inspection that lists the same finding as
    fixed, or lists it again: then the later severity holds. What an inspection lists
    and itself names as fixed was corrected on the spot: it never is open, and counts
    as a fix. A finding of a place is fixed once, the first time. A fix by another
    inspection at the very instant of the listing is not later; of two listings of one
    instant the graver holds. A drill that failed counts as none.

    Parameters
    ----------
    inspections
        The rows; those after the day that is asked for are left out by `rate`.

    Raises
    ------
    InvalidLayerError
        If findings are not the JSON that the layer keeps.

    Examples
    --------
    >>> rows = Inspections(
    ...     np.array([0, 0]),
    ...     np.array(["2026-08-01T02:00", "2026-08-09T02:00"], "M8[ms]"),
    ...     np.array(["2026-08-01", "2026-08-09"], "M8[D]"),
    ...     ["check", "check"],
    ...     ['[{"finding_id": "F1", "severity": "minor", "about": "sign"}]', ""],
    ...     ["", '["F1"]'],
    ...     ["", ""],
    ... )
    >>> gather_facts(rows).findings.ended
    array(['2026-08-09'], dtype='datetime64[D]')
    """
    day = inspections.day.astype("datetime64[D]")
    has_place = inspections.place >= 0
    is_drill = np.array([kind == "drill" for kind in inspections.kind], dtype=bool)
    failed = np.array([result == "failed" for result in inspections.result], dtype=bool)
    checks, drills = has_place & ~is_drill, has_place & is_drill & ~failed
    findings, fixed_by = _match_marks(inspections, list(_marks(inspections)))
    return Facts(
        Visits(inspections.place[checks], day[checks]),
        Visits(inspections.place[drills], day[drills]),
        findings,
        Visits(inspections.place[fixed_by], day[fixed_by]),
    )


def count_fixes(inspections: Inspections) -> NDArray[np.int64]:
    """Return how many findings each inspection is the first to see as fixed.

    A finding of a place counts once, however often it is listed and named as fixed;
    an id that no inspection of the place listed until then is passed over.

    Parameters
    ----------
    inspections
        The rows.

    Returns
    -------
    fixes
        Shape (m,); 0 at those of a place that has no row.

    Raises
    ------
    InvalidLayerError
        If findings are not the JSON that the layer keeps.

    Examples
    --------
    >>> rows = Inspections(
    ...     np.array([0, 0, 0]),
    ...     np.array(["2026-08-01", "2026-08-09", "2026-08-10"], "M8[ms]"),
    ...     np.array(["2026-08-01", "2026-08-09", "2026-08-10"], "M8[D]"),
    ...     ["check", "check", "check"],
    ...     ['[{"finding_id": "F1", "severity": "minor"}]', "", ""],
    ...     ["", '["F1", "ghost"]', '["F1"]'],
    ...     ["", "", ""],
    ... )
    >>> count_fixes(rows)
    array([0, 1, 0])
    """
    _, fixed_by = _match_marks(inspections, list(_marks(inspections)))
    return np.bincount(fixed_by, minlength=len(inspections.place)).astype(np.int64)


def _marks(inspections: Inspections) -> Iterator[_Mark]:
    """Yield every finding that an inspection of a known place names."""
    texts = zip(inspections.findings, inspections.fixed, strict=True)
    for row, (findings, fixed) in enumerate(texts):
        # most name none, and JSON takes its time
        if inspections.place[row] < 0 or {findings, fixed} <= _EMPTY:
            continue
        try:
            yield from _marks_of(row, findings or "[]", fixed or "[]")
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidLayerError(
                "Inspection in row {row_number} has the findings {findings!r} and "
                "fixed {fixed!r} where JSON lists were expected, of findings with "
                "'finding_id' and a 'severity' of {value!r}; correct it.",
                row_number=row + 1,
                findings=findings,
                fixed=fixed,
                value=[*_SEVERITIES],
            ) from error


def _marks_of(row: int, findings: str, fixed: str) -> Iterator[_Mark]:
    """Yield the findings that one inspection names."""
    findings_of_rows = [
        (str(entry["finding_id"]), _SEVERITIES[entry["severity"]])
        for entry in json.loads(findings)
    ]
    fixed_ids = [str(finding_id) for finding_id in json.loads(fixed)]
    own = {finding_id for finding_id, _ in findings_of_rows} & {*fixed_ids}
    for item, (finding_id, severity) in enumerate(findings_of_rows):
        yield _Mark(row, item, finding_id, severity, 1 if finding_id in own else 3)
    for item, finding_id in enumerate(fixed_ids):
        yield _Mark(row, item, finding_id, 0, 2 if finding_id in own else 0)


def _match_marks(
    inspections: Inspections, marks: Sequence[_Mark]
) -> tuple[Findings, Rows]:
    """Return listings with the day each ended, and by what each finding was fixed."""
    row = np.array([mark.inspection for mark in marks], dtype=np.int64)
    severity = np.array([mark.severity for mark in marks], dtype=np.int8)
    item = np.array([mark.item for mark in marks], dtype=np.int64)
    place, day = inspections.place[row], inspections.day[row].astype("datetime64[D]")
    numbers: dict[tuple[int, str], int] = {}
    names = zip(place.tolist(), (mark.finding_id for mark in marks), strict=True)
    finding = np.array(
        [numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64
    )
    turn = np.array([mark.turn for mark in marks], dtype=np.int8)
    order = np.lexsort((severity, turn, inspections.at[row], finding))
    before, after = order[:-1], order[1:]
    is_next = (finding[before] == finding[after]) & (severity[before] > 0)
    ended = np.full(len(marks), np.datetime64("NaT"), dtype="datetime64[D]")
    ended[before[is_next]] = day[after[is_next]]
    closing = after[is_next & (severity[after] == 0)]
    _, first = np.unique(finding[closing], return_index=True)
    is_finding = severity > 0
    findings = Findings(
        place[is_finding],
        severity[is_finding],
        day[is_finding],
        ended[is_finding],
        row[is_finding],
        item[is_finding],
    )
    return findings, row[np.sort(closing[first])]


def _codes(words: Sequence[str], codes: Mapping[str, int], column: str) -> Levels:
    """Return the code of each word, or refuse the first that has none."""
    unknown = [word for word in words if word not in codes]
    if unknown:
        raise InvalidLayerError(
            "{have} a {column} that is unknown, the first {unknown!r}, where one of "
            "{value!r} was expected; correct them.",
            have=count_text(len(unknown), "place has", "places have"),
            column=column,
            unknown=unknown[0],
            value=[*codes],
        )
    return np.array([codes[word] for word in words], dtype=np.int8)
