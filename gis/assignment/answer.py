"""The road from a reported position to its answer: one position, or many.

Both ways give the same bytes: `answer_one` takes the prebuilt answer of a grid for a
position that lies inside it, with the likelihood that `answer_many` gives, and goes
through `answer_many` for all else.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis.assignment.assigner import (
    SNAPPED,
    STATUSES,
    Assigner,
    AssignmentTable,
    plain_provenance,
)
from gis.assignment.jurisdictions import Jurisdiction, Jurisdictions
from gis.assignment.positions import (
    REASONS,
    Positions,
    bring_to_grids,
    is_plain_degrees,
    is_usable,
)
from gis.assignment.uncertainty import (
    FAULTS,
    Likelihood,
    LikelihoodTable,
    Uncertainty,
    decide_tiers,
    record,
)
from gis.crs import Datum, is_same_place, is_shifting, parse_datum
from gis.models import Assignment, Instant, Position, Status
from gis.roster import BEGINNING

Floats = NDArray[np.float64]
Instants = NDArray[np.int64]

DATUMS_AT_ONCE: Final = 16
"""Datums whose prebuilt answers are kept; a seventeenth starts anew."""
NO_VERSION: Final = "no_version"
"""Reason of a time at which no version of the grids was in force."""
MISSING: Final = REASONS.index("missing")
ACCURACY_FAULTS: Final = FAULTS[FAULTS.index("accuracy_negative") :]
"""Faults of an accuracy; those before say that there is none, or no position."""
ABROAD: Final = (STATUSES.index(Status.OUTSIDE), SNAPPED)
"""Statuses of positions that lie in no grid."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked beside whose a position is.

    Attributes
    ----------
    candidates_m
        Radius of the candidates, metres; 0 asks for none.
    confidence
        Probability that a true position lies within its radius, 0.68 or 0.95.
    datum_error_m
        Error of the GCJ-02 and BD-09 formulas, metres; it is recorded, and added to
        an accuracy in quadrature, where a conversion uses them. So is the error that a
        datum without parameters is allowed.
    """

    candidates_m: float = 0.0
    confidence: float = 0.68
    datum_error_m: float | None = None


PLAIN_REQUEST: Final = Request()
"""Whose it is, and no more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one position.

    Attributes
    ----------
    assignment
        Whose it is, with its provenance.
    row
        Row of the owner in the grid ids, -1 for none.
    x, y
        The position in the coordinates of the grids; None where it is not usable.
    position_reason
        What is wrong with the position as it was reported; empty for nothing.
    likelihood
        How probable each grid is; None without a usable accuracy.
    accuracy_fault
        Why an accuracy is no use, of `ACCURACY_FAULTS`; empty for nothing.
    neighbour
        The area next to the town that holds a position outside all grids; None where
        none is known. It stands beside the assignment, which names grids alone.
    """

    assignment: Assignment
    row: int
    x: float | None
    y: float | None
    position_reason: str = ""
    likelihood: Likelihood | None = None
    accuracy_fault: str = ""
    neighbour: Jurisdiction | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to m positions as columns.

    Attributes
    ----------
    assigner
        What gave them, with the provenance of their datum.
    positions
        In the coordinates of the grids, with what is wrong with each.
    table
        Whose each is.
    likelihoods
        How probable each grid is; None where no accuracy was given.
    neighbours
        As in `Answer`, shape (m,); None where no area next to the town is known.
    """

    assigner: Assigner
    positions: Positions
    table: AssignmentTable
    likelihoods: LikelihoodTable | None
    neighbours: NDArray[np.object_] | None = None

    def at(self, at: Instants) -> "Answers":
        """Return the answers to the same positions at other times.

        Nothing is located again: only who is on duty is asked anew.

        Parameters
        ----------
        at
            When, shape (m,).

        Examples
        --------
        >>> import shapely
        >>> from gis.geodesy import GeodesicRuler
        >>> from gis.index import GridIndex
        >>> grid = shapely.box(120, 30, 121, 31)
        >>> index = GridIndex.build(["G1"], [grid])
        >>> assigner = Assigner(index, [grid], GeodesicRuler())
        >>> basis = AnswerBasis(assigner, parse_datum("cgcs2000"))
        >>> place = Positions(*np.array([[120.5], [30.5]]), np.zeros(1, dtype=np.uint8))
        >>> first = answer_many(basis, place, basis.datum)
        >>> first.at(np.array([0])).answer(0) == first.answer(0)
        True
        """
        on_duty = self.assigner.on_duty(self.table.rows, at)
        return replace(self, table=replace(self.table, on_duty=on_duty))

    def answer(self, place: int) -> Answer:
        """Return the answer to one position."""
        ready, code = self.positions, int(self.positions.reasons[place])
        usable = bool(is_usable(ready.reasons[place : place + 1])[0])
        answer = Answer(
            assignment=self.assigner.record(self.table, place),
            row=int(self.table.rows[place]),
            x=float(ready.x[place]) if usable else None,
            y=float(ready.y[place]) if usable else None,
            position_reason=REASONS[code],
            neighbour=None if self.neighbours is None else self.neighbours[place],
        )
        if self.likelihoods is None:
            return answer
        fault = FAULTS[self.likelihoods.faults[place]]
        return _judged(answer, fault or record(self.likelihoods, place))


@dataclass(frozen=True, slots=True)
class DatumView:
    """An assigner as positions in one datum see it.

    Attributes
    ----------
    datum
        Of the positions.
    assigner
        With the provenance of the datum.
    error_m
        Error of the conversion, metres; None where there is none.
    is_plain
        Whether the positions are degrees in the coordinates of the grids already.
    """

    datum: Datum
    assigner: Assigner
    error_m: float | None
    is_plain: bool


class AnswerBasis:
    """What answers are made from: an assigner, and the datum of its grids.

    Parameters
    ----------
    assigner
        Grids, command tree and duties, ready to answer.
    datum
        Datum of the grids.
    jurisdictions
        The areas next to the town; None where none is known.
    """

    def __init__(
        self,
        assigner: Assigner,
        datum: Datum,
        jurisdictions: Jurisdictions | None = None,
    ) -> None:
        self.assigner = assigner
        self.datum = datum
        self.jurisdictions = jurisdictions
        self._views: dict[tuple[str, float | None, float | None], DatumView] = {}

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Bounds of all grids, ``(minx, miny, maxx, maxy)``."""
        return self.assigner.bounds

    @cached_property
    def uncertainty(self) -> Uncertainty:
        """What judges positions that have an accuracy."""
        ruler = self.assigner.ruler
        return Uncertainty(ruler.bring_polygons(self.assigner.polygons), ruler.scale)

    def bring(self, positions: Positions, datum: Datum) -> Positions:
        """Return reported positions in the coordinates of the grids, faults named."""
        return bring_to_grids(positions, datum, self.datum, self.bounds)

    def view(self, datum: Datum, datum_error_m: float | None) -> DatumView:
        """Return the assigner as positions in a datum see it."""
        key = datum.definition, datum_error_m, datum.error_m
        view = self._views.get(key)
        if view is None:
            error_m = _conversion_error_m(datum, self.datum, datum_error_m)
            view = DatumView(
                datum,
                self.assigner.with_datum(datum.definition, error_m),
                error_m,
                datum.is_geographic
                and datum.shift == self.datum.shift
                and is_same_place(datum.crs, self.datum.crs),
            )
            if len(self._views) >= DATUMS_AT_ONCE:
                self._views.clear()
            self._views[key] = view
        return view


def _conversion_error_m(
    source: Datum, target: Datum, datum_error_m: float | None
) -> float | None:
    """Return the error of bringing positions to the grids, None where there is none."""
    errors = [datum_error_m] if is_shifting(source, target) else []
    if not is_same_place(source.crs, target.crs):
        errors += [source.error_m or None, target.error_m or None]
    metres = [error for error in errors if error is not None]
    return math.hypot(*metres) if metres else None


def answer_one(
    basis: AnswerBasis,
    position: Position | None,
    at: Instant = BEGINNING,
    *,
    accuracy_m: float | None = None,
    request: Request = PLAIN_REQUEST,
) -> Answer:
    """Return the answer to one position, equal to that of `answer_many` to the byte.

    Parameters
    ----------
    basis
        What answers are made from.
    position
        As reported, in the datum that it declares; None where it is missing.
    at
        When; without it, as before the first duty.
    accuracy_m
        Radius of its accuracy, metres; None where none is known.
    request
        What is asked besides.

    Raises
    ------
    CrsError
        If the datum is unknown.
    SettingError
        If the confidence is neither 0.68 nor 0.95.

    Examples
    --------
    >>> import shapely
    >>> from gis.geodesy import GeodesicRuler
    >>> from gis.index import GridIndex
    >>> grid = shapely.box(120, 30, 121, 31)
    >>> assigner = Assigner(GridIndex.build(["G1"], [grid]), [grid], GeodesicRuler())
    >>> basis = AnswerBasis(assigner, parse_datum("cgcs2000"))
    >>> answer_one(basis, Position(120.5, 30.25)).assignment.grid_id
    'G1'
    >>> answer_one(basis, Position(30.25, 120.5)).position_reason
    'swapped_axes'
    """
    if position is not None and not request.candidates_m:
        view = basis.view(parse_datum(position.datum), request.datum_error_m)
        prebuilt = _prebuilt(basis, view, position, at)
        if prebuilt is not None:
            if accuracy_m is None:
                return prebuilt
            return _judged_alone(basis, view, prebuilt, accuracy_m, request.confidence)
    x, y = (position.x, position.y) if position else (math.nan, math.nan)
    code = 0 if position else MISSING
    answers = answer_many(
        basis,
        Positions(np.array([x]), np.array([y]), np.array([code], dtype=np.uint8)),
        parse_datum(position.datum if position else "wgs84"),
        at=np.array([at]),
        accuracy_m=None if accuracy_m is None else np.array([accuracy_m]),
        request=request,
    )
    return answers.answer(0)


def with_likelihood(answer: Answer, likely: Answer) -> Answer:
    """Return an answer with the probabilities of another one, at another time.

    Parameters
    ----------
    answer
        Without an accuracy.
    likely
        To the same position from the same grids, with an accuracy.

    Examples
    --------
    >>> likely = unanswered(NO_VERSION, "wgs84")
    >>> with_likelihood(likely, likely) == likely
    True
    """
    return replace(
        answer, likelihood=likely.likelihood, accuracy_fault=likely.accuracy_fault
    )


def answer_many(
    basis: AnswerBasis,
    positions: Positions,
    datum: Datum,
    *,
    at: Instants | None = None,
    accuracy_m: Floats | None = None,
    request: Request = PLAIN_REQUEST,
) -> Answers:
    """Return the answers to many positions in one datum.

    Parameters
    ----------
    basis
        What answers are made from.
    positions
        As reported, m of them, with what was found wrong while reading.
    datum
        Of the positions.
    at
        When each occurred, shape (m,); None as before the first duty.
    accuracy_m
        Radius of each, metres, NaN where none is known, shape (m,); None asks for no
        probabilities.
    request
        What is asked besides.

    Raises
    ------
    SettingError
        If the confidence is neither 0.68 nor 0.95.
    """
    view = basis.view(datum, request.datum_error_m)
    ready = basis.bring(positions, datum)
    table = view.assigner.assign_many(
        ready.x,
        ready.y,
        reasons=ready.reasons,
        at=at,
        candidates_m=request.candidates_m,
    )
    likelihoods = None
    if accuracy_m is not None:
        likelihoods = _likelihoods(
            basis, view, ready, table.rows, accuracy_m, request.confidence
        )
    neighbours = _neighbours(basis.jurisdictions, ready, table)
    return Answers(view.assigner, ready, table, likelihoods, neighbours)


def unanswered(reason: str, datum: str) -> Answer:
    """Return the answer where there is nothing to answer from.

    Parameters
    ----------
    reason
        Why, such as `NO_VERSION`.
    datum
        Name of the datum of the position.

    Examples
    --------
    >>> unanswered(NO_VERSION, "wgs84").assignment.reason
    'no_version'
    """
    assignment = Assignment(
        status=Status.UNLOCATED,
        reason=reason,
        grid_id=None,
        distance_m=None,
        candidates=(),
        chain=(),
        community_id=None,
        accountable=None,
        accountable_reason="",
        region_leader=None,
        leaders=(),
        provenance=plain_provenance(datum),
    )
    return Answer(assignment, -1, None, None, reason)


def decided_level(
    assigner: Assigner, probabilities: Sequence[tuple[int, float]], owner: int
) -> str | None:
    """Return the lowest level at which the doubt about a position does not matter.

    Parameters
    ----------
    assigner
        Whose tree it is.
    probabilities
        (row, probability) of the grids, as in `Likelihood`.
    owner
        Row of the owner, -1 for none.

    Returns
    -------
    level
        ``grid``, or ``tier4``, ... as far as the tree goes; None where not even the
        core is sure.
    """
    decided = decide_tiers(probabilities, owner, assigner.chain_rows).decided
    if not decided:
        return None if decided is None else "grid"
    return f"tier{assigner.tiers[decided - 1]}"


def _likelihoods(
    basis: AnswerBasis,
    view: DatumView,
    ready: Positions,
    owners: NDArray[np.int32],
    accuracy_m: Floats,
    confidence: float,
) -> LikelihoodTable:
    """Return how probable each grid is for positions as the grids have them."""
    usable = is_usable(ready.reasons)
    x, y = basis.assigner.ruler.bring(ready.x, ready.y)
    with_error = np.hypot(accuracy_m, view.error_m or 0.0)
    return basis.uncertainty.at_many(
        np.where(usable, x, np.nan),
        np.where(usable, y, np.nan),
        # a negative radius stays one, so that it is named
        np.where(accuracy_m < 0, accuracy_m, with_error),
        owners,
        confidence=confidence,
    )


def _judged_alone(
    basis: AnswerBasis,
    view: DatumView,
    answer: Answer,
    accuracy_m: float,
    confidence: float,
) -> Answer:
    """Return the answer to a position inside a grid with its likelihood."""
    x, y = basis.assigner.ruler.bring(*np.array([[answer.x], [answer.y]]))
    # as `_likelihoods`, position by position
    with_error = float(np.hypot(accuracy_m, view.error_m or 0.0))
    judged = basis.uncertainty.judge(
        float(x[0]),
        float(y[0]),
        accuracy_m if accuracy_m < 0 else with_error,
        answer.row,
        confidence=confidence,
    )
    return _judged(answer, judged)


def _judged(answer: Answer, judged: Likelihood | str) -> Answer:
    """Return an answer with its likelihood, or what is wrong with that."""
    if isinstance(judged, Likelihood):
        return replace(answer, likelihood=judged)
    return replace(answer, accuracy_fault=judged if judged in ACCURACY_FAULTS else "")


def _neighbours(
    jurisdictions: Jurisdictions | None, ready: Positions, table: AssignmentTable
) -> NDArray[np.object_] | None:
    """Return the area next to the town that holds each position outside all grids."""
    if jurisdictions is None:
        return None
    neighbours = np.full(len(table.rows), None, dtype=object)
    out = np.flatnonzero(np.isin(table.statuses, ABROAD))
    neighbours[out] = jurisdictions.at_many(ready.x[out], ready.y[out])
    return neighbours


def _prebuilt(
    basis: AnswerBasis, view: DatumView, position: Position, at: Instant
) -> Answer | None:
    """Return the kept answer of the grid around a position that needs no second look.

    None where the position is converted, is no plain pair of degrees near the grids,
    or does not lie strictly inside one grid.
    """
    x, y = float(position.x), float(position.y)
    if not (view.is_plain and is_plain_degrees(x, y, basis.bounds)):
        return None
    prebuilt = view.assigner.assign_inside(x, y, at)
    return None if prebuilt is None else Answer(prebuilt[1], prebuilt[0], x, y)
