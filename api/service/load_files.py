"""Load layers of facts from files: checked, all or nothing, every faulty row named."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from api.service.datums import choose_datum
from gis.codes import Verdict, check_credit_code
from gis.crs import convert, parse_datum
from gis.errors import InputFileError, InvalidLayerError, RowFault, SettingError
from gis.local_time import instant_text, timezone_of
from gis.models import Instant
from gis.roster import Duty
from layers.files import EventTable, read_coordinates, read_events
from layers.files.table import to_frame
from layers.instants import NO_INSTANT, read_instants
from layers.stores import Store
from layers.stores.chain import Link
from layers.stores.fact_checks import prepare_facts
from layers.stores.facts import Reference, fact_layer, timestamp

TIMES = ("valid_from", "valid_to")
OTHER_NAMES = {"starts_at": "valid_from", "ends_at": "valid_to"}
"""Columns as files of duties have them."""
FOREVER = pd.Timestamp("9999-12-31", tz="UTC")
"""Stands for the end of a duty that has none."""


@dataclass(frozen=True, slots=True)
class FactJob:
    """How a file of facts is to be read.

    Attributes
    ----------
    layer
        One of `layers.stores.facts.FACTS`.
    valid_from
        Since when rows are true, where no column says so.
    timezone
        IANA zone of times without offset.
    source
        Register that says so, for enterprises without a column `source`.
    datum
        Overrides a geographic CRS of points.
    """

    layer: str
    valid_from: Instant
    timezone: str
    source: str | None = None
    datum: str | None = None


@dataclass(frozen=True, slots=True)
class FactReport:
    """What was recorded, and sentences the user should read."""

    link: Link
    notices: tuple[str, ...]


def load_facts(store: Store, path: Path, job: FactJob) -> FactReport:
    """Record the rows of a file, all or none.

    Parameters
    ----------
    store
        Where they go.
    path
        File in any format of `layers.files.read_events`.
    job
        How to read it.

    Raises
    ------
    InvalidLayerError
        Its `faults` name every faulty row with field and rule.
    """
    table = read_events(path)
    notices: list[str] = []
    if fact_layer(job.layer).schema.geometry is None:
        frame = to_frame(path, EventTable(table.columns))
    else:
        frame, notice = _with_points(path, table, job, store.crs)
        notices.append(notice)
    report = record_frame(store, frame, job)
    return FactReport(report.link, (*notices, *report.notices))


def record_frame(store: Store, frame: pd.DataFrame, job: FactJob) -> FactReport:
    """Record the rows of a frame, as `load_facts` does.

    Parameters
    ----------
    store
        Where they go.
    frame
        Columns of the layer; `starts_at` and `ends_at` stand for `valid_from` and
        `valid_to`. Of rows with one key and several `recorded_at` the last counts.
    job
        How to read it.
    """
    frame = frame.rename(
        columns={n: to for n, to in OTHER_NAMES.items() if to not in frame}
    )
    frame, numbers, superseded = _latest(frame, job)
    frame, notices = _with_defaults(frame, job)
    faults, warnings = _code_faults(frame)
    if job.layer == "duties":
        faults += _overlap_faults(store, frame)
    if faults:
        faults += _store_faults(store, job.layer, frame)
        raise refusal(job.layer, _numbered(faults, numbers))
    try:
        link = store.record(job.layer, frame)
    except InvalidLayerError as error:
        if not error.faults:
            raise
        raise refusal(job.layer, _numbered(error.faults, numbers)) from error
    return FactReport(link, (*superseded, *notices, *warnings))


def duty_frame(duties: Iterable[Duty]) -> pd.DataFrame:
    """Return duties as a frame that `record_frame` takes.

    Parameters
    ----------
    duties
        In the order of their layer.
    """
    rows = [
        (
            duty.duty_id,
            duty.post_id,
            duty.holder_id,
            timestamp(duty.starts_at),
            timestamp(duty.ends_at),
            timestamp(duty.recorded_at),
            duty.cancelled,
        )
        for duty in duties
    ]
    names = ["duty_id", "post_id", "holder_id", *TIMES, "recorded_at", "cancelled"]
    return pd.DataFrame(rows, columns=names)


def refusal(layer: str, faults: Iterable[RowFault]) -> InvalidLayerError:
    """Return the error that names what is wrong with rows of a layer.

    Parameters
    ----------
    layer
        Its name.
    faults
        At least one.
    """
    listed = sorted(faults)
    count = "1 fault" if len(listed) == 1 else f"{len(listed)} faults"
    return InvalidLayerError(
        f"Layer {layer!r} has {count}: {'; '.join(map(str, listed[:3]))}; correct "
        f"{'it' if len(listed) == 1 else 'them'} and load the layer again.",
        listed,
    )


def _with_points(
    path: Path, table: EventTable, job: FactJob, crs: str
) -> tuple[gpd.GeoDataFrame, str]:
    """Return rows with points in the CRS of the store, and what to say."""
    try:
        coordinates = read_coordinates(table)
    except InputFileError:
        # an enterprise may have no position at all
        frame = to_frame(path, EventTable(table.columns))
        nowhere = np.full(len(frame), None, dtype=object)
        placed = gpd.GeoDataFrame(frame, geometry=nowhere, crs=crs)
        return placed, "The file has no positions."
    bad = [
        RowFault(row + 1, "geometry", f"the position is {coordinates.reasons[row]}")
        for row in np.flatnonzero(coordinates.reasons != "").tolist()
        if coordinates.reasons[row] != "missing"
    ]
    if bad:
        raise refusal(job.layer, bad)
    declared = None if coordinates.columns else table.crs
    datum, notice = choose_datum(job.layer, "--datum", job.datum, declared)
    x, y = convert(coordinates.x, coordinates.y, datum, parse_datum(crs))
    points = np.array(shapely.points(x, y), dtype=object)
    points[np.isnan(coordinates.x)] = None
    frame = to_frame(path, EventTable(table.columns))
    frame = frame.drop(columns=list(coordinates.columns or ()))
    return gpd.GeoDataFrame(frame, geometry=points, crs=crs), notice


def _latest(
    frame: pd.DataFrame, job: FactJob
) -> tuple[pd.DataFrame, list[int], list[str]]:
    """Return the last record of each key, their rows in the file, and what to say."""
    numbers = list(range(1, len(frame) + 1))
    if "recorded_at" not in frame:
        return frame, numbers, []
    recorded = read_instants(frame["recorded_at"], job.timezone).values
    key = list(fact_layer(job.layer).key)
    rest = frame.drop(columns=["recorded_at", "batch"], errors="ignore")
    if not set(key) <= set(rest):
        return rest, numbers, []
    order = np.argsort(recorded, kind="stable")
    records = rest[key].assign(_recorded=recorded).iloc[order]
    # two records of one key and time are two that contradict each other: a fault
    last = records.groupby(key, dropna=False)["_recorded"].transform("max")
    kept = np.sort(order[(records["_recorded"] == last).to_numpy()])
    gone = len(rest) - len(kept)
    notices = [
        "The store records all rows as known since now; of the column 'recorded_at' it "
        f"takes which row of a key is the last, {gone:,} superseded rows are left out."
    ]
    return rest.iloc[kept].reset_index(drop=True), (kept + 1).tolist(), notices


def _with_defaults(frame: pd.DataFrame, job: FactJob) -> tuple[pd.DataFrame, list[str]]:
    """Return rows with times that have their offset, and with their source."""
    notices = []
    columns: dict[str, pd.Series] = {}
    for name in TIMES:
        if name in frame:
            columns[name], local = _with_offset(frame[name], job.timezone)
            if local:
                notices.append(
                    f"{local:,} times of {name!r} have no offset: taken as local in "
                    f"{job.timezone}."
                )
    if "valid_from" not in frame:
        at = timestamp(job.valid_from)
        columns["valid_from"] = pd.Series(at, index=frame.index)
        shown = instant_text(job.valid_from, timezone_of(job.timezone))
        notices.append(f"The rows do not say since when they hold: taken as {shown}.")
    if job.layer == "enterprises" and "source" not in frame:
        if not job.source:
            raise SettingError(
                "The enterprises have no column 'source'; name the register that they "
                "come from with --source."
            )
        columns["source"] = pd.Series(job.source, index=frame.index, dtype="str")
    return frame.assign(**columns), notices


def _with_offset(times: pd.Series, timezone: str) -> tuple[pd.Series, int]:
    """Return times with offset, those that cannot be read as they came, and a count."""
    read = read_instants(times, timezone)
    values = [
        given if value == NO_INSTANT else timestamp(Instant(value))
        for given, value in zip(times.tolist(), read.values.tolist(), strict=True)
    ]
    return pd.Series(values, index=times.index, dtype=object), int(read.is_local.sum())


def _code_faults(frame: pd.DataFrame) -> tuple[list[RowFault], list[str]]:
    """Return invalid credit codes, and sentences on those that are only unusual."""
    if "credit_code" not in frame:
        return [], []
    faults: list[RowFault] = []
    warned: list[RowFault] = []
    codes = frame["credit_code"].astype("str").str.strip()
    for row, code in enumerate(codes.tolist(), start=1):
        if not isinstance(code, str) or not code:
            continue
        for fault in check_credit_code(code).faults:
            into = faults if fault.verdict is Verdict.ERROR else warned
            into.append(RowFault(row, "credit_code", fault.text))
    if not warned:
        return faults, []
    shown = " ".join(map(str, warned[:3]))
    return faults, [f"{len(warned):,} credit codes are valid and unusual, as {shown}"]


def _overlap_faults(store: Store, frame: pd.DataFrame) -> list[RowFault]:
    """Return rows that put two persons on one post at one time.

    A store of such duties could not answer who is on duty.
    """
    names = ["duty_id", "post_id", *TIMES]
    if not {"duty_id", "post_id", "valid_from"} <= set(frame):
        return []
    given = frame.reindex(columns=[*names, "cancelled"])
    cancelled = given.pop("cancelled").astype("str").str.lower().isin(["true", "1"])
    given = given.assign(row=range(1, len(given) + 1))
    known = store.facts("duties")[names].assign(row=0)
    known = known[~known["duty_id"].isin(given["duty_id"])]
    duties = pd.concat([known, given[~cancelled.to_numpy()]], ignore_index=True)
    for name in TIMES:
        moments = pd.to_datetime(duties[name], utc=True, errors="coerce")
        duties[name] = moments if name == "valid_from" else moments.fillna(FOREVER)
    # what is wrong with a time or a post is said elsewhere
    duties = duties.dropna(subset=["post_id", "valid_from"])
    faults = []
    for _, held in duties.sort_values("valid_from").groupby("post_id"):
        longest: dict[Hashable, Any] = {}
        for duty in held.to_dict("records"):
            row = max(duty["row"], longest.get("row", 0))
            if row and longest and duty["valid_from"] < longest["valid_to"]:
                other = longest if row == duty["row"] else duty
                rule = f"overlaps duty {other['duty_id']!r} of {duty['post_id']!r}"
                faults.append(RowFault(row, "valid_from", rule))
            if not longest or duty["valid_to"] > longest["valid_to"]:
                longest = duty
    return faults


def _store_faults(store: Store, layer: str, frame: pd.DataFrame) -> list[RowFault]:
    """Return what the store would find wrong as well; nothing is recorded."""

    def known(reference: Reference) -> set[str]:
        return set(store.facts(reference.layer)[reference.target])

    try:
        prepare_facts(layer, frame, known, store.crs)
    except InvalidLayerError as error:
        if not error.faults:
            raise
        return list(error.faults)
    return []


def _numbered(faults: Iterable[RowFault], numbers: list[int]) -> list[RowFault]:
    """Return faults with the rows that the file has."""
    return [fault._replace(row=numbers[fault.row - 1]) for fault in faults]
