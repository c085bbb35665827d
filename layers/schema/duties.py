"""The layers of duties and rotations: who holds a post from when to when.

Files of duties name each record and when it was known (`DUTIES`, `ROTATIONS`); a store
gives that itself (`DUTY_RECORDS`).
"""

import datetime as dt
from collections.abc import Hashable, Iterator
from time import time_ns
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.errors import InvalidLayerError, RowFault
from gis.local_time import DEFAULT_TIMEZONE
from gis.models import Instant, PostId
from gis.roster import Duty, Rotation
from gis.sentences import joined, sentence
from gis.written_time import read_time
from layers.schema.holders import check_holder, read_members
from layers.schema.instants import NO_INSTANT, read_instants, refuse_day
from layers.schema.layer import (
    Field,
    LayerSchema,
    check,
    refusal,
    refuse_missing_columns,
)

FOREVER = np.iinfo(np.int64).max
"""Stands for the end of a duty that has none."""

_RECORD = Field(
    "record_id",
    "integer",
    True,
    "open",
    "Running number of the record; several records may stand for one id.",
    zh="记录编号",
)
_DUTY = Field("duty_id", "text", True, "open", "Id of the duty.", zh="值班编号")
_POST = Field("post_id", "text", True, "open", "The post that is held.", zh="岗位编号")
_HOLDER = Field(
    "holder_id",
    "text",
    True,
    "conditional",
    "Number of who holds the post, such as L001, never a name.",
    rule=check_holder,
    zh="任岗人员编号",
)
_RECORDED = Field(
    "recorded_at",
    "instant",
    False,
    "conditional",
    "Since when the record was known; empty: since now.",
    zh="记录时间",
)
_CANCELLED = Field(
    "cancelled",
    "flag",
    False,
    "conditional",
    "True where it does not take place.",
    zh="是否撤销",
)

DUTY_RECORDS = LayerSchema(
    name="duties",
    key="duty_id",
    geometry=None,
    fields=(_DUTY, _POST, _HOLDER),
    owner="command office",
    zh="值班",
)

DUTIES = LayerSchema(
    name="duties",
    key="record_id",
    geometry=None,
    fields=(
        _RECORD,
        _DUTY,
        _POST,
        _HOLDER,
        Field(
            "starts_at",
            "instant",
            True,
            "conditional",
            "From, inclusive.",
            rule=refuse_day,
            zh="开始时间",
        ),
        Field(
            "ends_at",
            "instant",
            True,
            "conditional",
            "Until, exclusive; 9999-12-31 where no end is known.",
            rule=refuse_day,
            zh="结束时间",
        ),
        _RECORDED,
        _CANCELLED,
    ),
    owner="command office",
    zh="值班",
)

ROTATIONS = LayerSchema(
    name="rotations",
    key="record_id",
    geometry=None,
    fields=(
        _RECORD,
        Field(
            "rotation_id", "text", True, "open", "Id of the rotation.", zh="轮值编号"
        ),
        _POST,
        Field(
            "members",
            "text",
            False,
            "conditional",
            "Numbers of the holders in the order of their turns, joined by ';'.",
            rule=read_members,
            zh="轮值人员编号",
        ),
        Field(
            "first_at",
            "instant",
            True,
            "conditional",
            "First hand-over as local time without offset; later ones keep the hour.",
            rule=refuse_day,
            zh="首次交接时间",
        ),
        Field(
            "until",
            "instant",
            True,
            "conditional",
            "End of the last turn as local time without offset.",
            rule=refuse_day,
            zh="轮值截止时间",
        ),
        Field(
            "every_days",
            "integer",
            True,
            "open",
            "Length of a turn.",
            "days",
            zh="轮值天数",
        ),
        _RECORDED,
        _CANCELLED,
    ),
    owner="command office",
    zh="轮值",
)


def duties_of(
    frame: pd.DataFrame, timezone: str = DEFAULT_TIMEZONE, now: Instant | None = None
) -> tuple[Duty, ...]:
    """Return the duties of a layer, in its order.

    Parameters
    ----------
    frame
        Layer of duties (`DUTIES`); `record_id` may be left out.
    timezone
        Zone of times without offset.
    now
        Since when records are known that do not say it; None asks the clock.

    Raises
    ------
    InvalidLayerError
        If the layer breaks its schema, or local clocks skip a time or show it twice.
    """
    layer, instants, _ = _with_times(frame, DUTIES, timezone)
    times = (
        *(instants[name] for name in ("starts_at", "ends_at")),
        _recorded(instants["recorded_at"], now),
    )
    rows = zip(layer.to_dict("records"), *times, strict=True)
    return tuple(
        Duty(
            row["duty_id"],
            PostId(row["post_id"]),
            row["holder_id"],
            Instant(int(starts_at)),
            Instant(int(ends_at)),
            Instant(int(recorded_at)),
            row.get("cancelled") is True,
            place,
        )
        for place, (row, starts_at, ends_at, recorded_at) in enumerate(rows, start=1)
    )


def rotations_of(
    frame: pd.DataFrame, timezone: str = DEFAULT_TIMEZONE, now: Instant | None = None
) -> tuple[Rotation, ...]:
    """Return the rotations of a layer, in its order.

    Parameters
    ----------
    frame
        Layer of rotations (`ROTATIONS`); `record_id` may be left out.
    timezone
        Zone of a `recorded_at` without offset.
    now
        As `duties_of` takes it.

    Raises
    ------
    InvalidLayerError
        If the layer breaks its schema, or a hand-over has an offset.
    """
    layer, instants, clocks = _with_times(
        frame, ROTATIONS, timezone, local=("first_at", "until")
    )
    record_times = _recorded(instants["recorded_at"], now)
    return tuple(
        Rotation(
            row["rotation_id"],
            PostId(row["post_id"]),
            read_members(row["members"]) if isinstance(row.get("members"), str) else (),
            clocks["first_at"][place],
            clocks["until"][place],
            int(row["every_days"]),
            Instant(int(record_times[place])),
            row.get("cancelled") is True,
        )
        for place, row in enumerate(layer.to_dict("records"))
    )


def overlap_faults(
    rows: pd.DataFrame, facts: pd.DataFrame, recorded_at: Instant
) -> list[RowFault]:
    """Return duties that put two persons on one post at one time.

    A store of such duties could not answer who is on duty.

    Parameters
    ----------
    rows
        New duties as a store takes them, numbered by their index.
    facts
        The duties known; one with an id of a new row is superseded by it.
    recorded_at
        Not looked at: a duty may lie ahead.
    """
    names = ["duty_id", "post_id", "valid_from", "valid_to"]
    old = facts.loc[~facts["duty_id"].isin(rows["duty_id"]), names].assign(row=0)
    new = rows.loc[~rows["cancelled"].astype(bool), names]
    duties = pd.concat([old, new.assign(row=new.index)], ignore_index=True)
    starts = _milliseconds(duties["valid_from"])
    ends = np.where(
        duties["valid_to"].isna(), FOREVER, _milliseconds(duties["valid_to"])
    )
    duties = duties.assign(start=starts, end=ends).sort_values("start", kind="stable")
    posts = duties.groupby("post_id", sort=False)
    return [fault for _, post_duties in posts for fault in _post_overlaps(post_duties)]


def _post_overlaps(duties: pd.DataFrame) -> Iterator[RowFault]:
    """Yield the overlaps of the duties of one post, in order of their start."""
    longest: dict[Hashable, Any] = {}
    for duty in duties.to_dict("records"):
        row = max(duty["row"], longest.get("row", 0))
        if row and longest and duty["start"] < longest["end"]:
            own, other = (duty, longest) if row == duty["row"] else (longest, duty)
            rule = sentence(
                "duty {duty_id!r} overlaps {duty_id_2!r} of post {post_id!r}",
                duty_id=own["duty_id"],
                duty_id_2=other["duty_id"],
                post_id=duty["post_id"],
            )
            yield RowFault(int(row), "valid_from", rule)
        if not longest or duty["end"] > longest["end"]:
            longest = duty


def without_overlaps(duties: pd.DataFrame) -> pd.DataFrame:
    """Return duties of which no two put persons on one post at one time.

    A store refuses such duties; one that was filled before it did may hold some: the
    one recorded first stays, of one batch the one with the lowest id.

    Parameters
    ----------
    duties
        Facts of the layer, as a store gives them.

    Examples
    --------
    >>> times = pd.to_datetime(["2026-09-01", "2026-09-02"], utc=True)
    >>> held = pd.DataFrame({"duty_id": ["D1", "D2"], "post_id": "P", "batch": [7, 6],
    ...                      "valid_from": times, "valid_to": pd.NaT})
    >>> without_overlaps(held)["duty_id"].tolist()
    ['D2']
    """
    spans_by_post: dict[str, list[tuple[int, int]]] = {}
    labels = []
    rows = duties.sort_values(["batch", "duty_id"])
    starts, ends = (_milliseconds(rows[name]) for name in ("valid_from", "valid_to"))
    ends = np.where(rows["valid_to"].isna(), FOREVER, ends)
    spans = zip(starts.tolist(), ends.tolist(), strict=True)
    for row, post_id, span in zip(rows.index, rows["post_id"], spans, strict=True):
        post_spans = spans_by_post.setdefault(post_id, [])
        if not any(span[0] < end and start < span[1] for start, end in post_spans):
            post_spans.append(span)
            labels.append(row)
    return duties.loc[duties.index.isin(labels)]


def _milliseconds(times: pd.Series) -> NDArray[np.int64]:
    bare = times.dt.tz_localize(None).to_numpy(dtype="datetime64[ms]")
    milliseconds: NDArray[np.int64] = bare.astype(np.int64)
    return milliseconds


def checked_records(frame: pd.DataFrame, schema: LayerSchema) -> pd.DataFrame:
    """Return records of a layer, checked, each with its running number.

    Parameters
    ----------
    frame
        Rows of the layer; without `record_id`, or where it is empty, that is the row.
    schema
        `DUTIES` or `ROTATIONS`.

    Raises
    ------
    InvalidLayerError
        As `check` raises it; it names the columns that the frame has.
    """
    return check(_numbered(frame, schema), schema)


def _numbered(frame: pd.DataFrame, schema: LayerSchema) -> pd.DataFrame:
    """Return records with their running number, the row where they have none."""
    if "record_id" in frame and frame["record_id"].notna().any():
        return frame
    own = [field for field in schema.fields if field is not _RECORD]
    refuse_missing_columns(frame, schema.name, own)
    return frame.assign(record_id=np.arange(1, len(frame) + 1))


def _recorded(times: NDArray[np.int64], now: Instant | None) -> NDArray[np.int64]:
    """Return since when each record is known; one that does not say it since now."""
    present = time_ns() // 1_000_000 if now is None else now
    return np.where(times == NO_INSTANT, present, times)


def _with_times(
    frame: pd.DataFrame,
    schema: LayerSchema,
    timezone: str,
    local: tuple[str, ...] = (),
) -> tuple[pd.DataFrame, dict[str, NDArray[np.int64]], dict[str, list[dt.datetime]]]:
    """Return a layer with its instants and local times, or name every fault of it."""
    layer = _numbered(frame, schema)
    faults: list[RowFault] = []
    try:
        layer = check(layer, schema)
    except InvalidLayerError as error:
        if not error.faults:
            raise
        faults += error.faults
    cells = {(fault.row, fault.field) for fault in faults}
    instants, clocks = {}, {}
    absent = pd.Series(None, index=layer.index, dtype=object)
    of_times: list[RowFault] = []
    for field in schema.fields:
        if field.name in local:
            clocks[field.name], wrong = _clock_times(layer[field.name])
            of_times += wrong
        elif field.kind == "instant":
            column = layer.get(field.name, absent).rename(field.name)
            instants[field.name], wrong = _instants(column, timezone)
            of_times += wrong
    faults += [fault for fault in of_times if fault[:2] not in cells]
    if faults:
        again = sentence("read the layer again")
        raise refusal(schema.name, sorted(faults), again)
    return layer, instants, clocks


def _instants(
    column: pd.Series, timezone: str
) -> tuple[NDArray[np.int64], list[RowFault]]:
    """Return the instants of a column, and what is wrong with some."""
    name = str(column.name)
    instants = read_instants(column, timezone, may_be_open=name == "ends_at")
    faults = [
        RowFault(place + 1, name, joined(" ", (repr(column.iloc[place]), rule)))
        for place, rule in instants.faults.items()
    ]
    return instants.values, faults


def _clock_times(column: pd.Series) -> tuple[list[dt.datetime], list[RowFault]]:
    """Return the local times of a column, and what is wrong with some."""
    times: list[dt.datetime] = []
    faults: list[RowFault] = []
    for row, value in enumerate(column.tolist(), start=1):
        try:
            times.append(_clock_time(str(value)))
        except ValueError as error:
            rule = joined(" ", (repr(value), str(error)))
            faults.append(RowFault(row, str(column.name), rule))
    return times, faults


def _clock_time(text: str) -> dt.datetime:
    """Return a local time, refusing one with an offset."""
    local = read_time(text).moment
    if local.tzinfo is not None:
        raise ValueError(
            sentence(
                "has an offset, expected a local time; hand-overs follow the clocks of "
                "the town, leave it out"
            )
        )
    return local
