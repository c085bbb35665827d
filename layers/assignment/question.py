"""What is asked about all rows of a frame, checked before anything is read."""

import math
from dataclasses import dataclass, field
from numbers import Real

from gis.assignment import Request, check_confidence
from gis.crs import Datum
from gis.errors import SettingError
from gis.local_time import DEFAULT_TIMEZONE
from layers.assignment.frame_table import Frame, FrameColumns
from layers.assignment.run import RunQuestion
from layers.datums import refuse_other_datums
from layers.files.amendments import DAY_ORDERS, DayOrder


@dataclass(frozen=True, slots=True)
class FrameQuestion:
    """What is asked about all rows of a frame.

    Attributes
    ----------
    columns
        Where they stand.
    datum
        Of the positions; None takes the CRS of the geometry, WGS 84 for columns.
    anchors, anchors_datum
        Known places that the datum is judged by, and their own.
    timezone, day_order
        Zone of times without offset, and the order of day and month in times such as
        09/17/2015; None reads none such.
    request, snap_m
        As `answer_many` and `Territory.basis` take them.

    Raises
    ------
    SettingError
        If a number is none, or a text no text.
    """

    columns: FrameColumns = field(default_factory=FrameColumns)
    datum: str | Datum | None = None
    anchors: Frame | None = None
    anchors_datum: str | Datum | None = None
    timezone: str = DEFAULT_TIMEZONE
    day_order: DayOrder | None = None
    request: Request = field(default_factory=Request)
    snap_m: float = 0.0

    @property
    def run(self) -> RunQuestion:
        """What is asked once positions are read."""
        at, radius = self.columns.at, self.columns.accuracy
        return RunQuestion(self.request, self.timezone, self.day_order, at, radius)

    def __post_init__(self) -> None:
        _refuse_other_metres("snap_m", self.snap_m)
        _refuse_other_metres("candidates_m", self.request.candidates_m)
        if self.request.datum_error_m is not None:
            _refuse_other_metres("datum_error_m", self.request.datum_error_m)
        _refuse_other_confidences(self.request.confidence)
        refuse_other_datums("datum", self.datum)
        refuse_other_datums("anchors_datum", self.anchors_datum)
        if not isinstance(self.timezone, str):
            raise SettingError(
                "timezone is {value!r}, expected an IANA name such as "
                "{default_timezone!r}; write it in quotes.",
                value=self.timezone,
                default_timezone=DEFAULT_TIMEZONE,
            )
        is_order = isinstance(self.day_order, str) and self.day_order in DAY_ORDERS
        if self.day_order is not None and not is_order:
            raise SettingError(
                "day_order is {value!r}, expected 'mdy' or 'dmy'; name one of them.",
                value=self.day_order,
            )


def _refuse_other_confidences(value: object) -> None:
    """Refuse what is no confidence of a radius."""
    if not isinstance(value, Real):
        raise SettingError(
            "confidence is {value!r}, expected a number; give 0.68 or 0.95.",
            value=value,
        )
    check_confidence(float(value))


def _refuse_other_metres(option: str, value: object) -> None:
    """Refuse what is no number of metres from 0 on."""
    metres = math.nan
    if isinstance(value, Real) and not isinstance(value, bool):
        metres = float(value)
    if not math.isfinite(metres) or metres < 0:
        raise SettingError(
            "{option} is {value!r}, expected a number of metres, 0 or more; correct "
            "it.",
            option=option,
            value=value,
        )
