"""Load layers of facts from files: checked, all or nothing, every faulty row named."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from api.service.facts.areas import about_grids, area_faults
from api.service.facts.defaults import TIMES, FactJob, with_defaults, with_source
from api.service.facts.empty_cells import empty_cells, with_options
from api.service.facts.findings import passed_over
from api.service.facts.points import bring_to_store, point_faults, points_of
from api.service.inputs.areas import read_areas
from gis.codes import Verdict, check_credit_code
from gis.counts import count_text
from gis.crs import parse_datum
from gis.errors import InputFileError, InvalidLayerError, RowFault
from gis.models import Scene
from gis.roster import Duty, expand_rotations
from gis.sentences import joined, sentence
from layers.datums import choose_datum
from layers.files import EventTable, read_coordinates
from layers.files.duties import read_rotations
from layers.files.heads import PLAIN, Naming, read_layer
from layers.files.layer_columns import FILE_LAYERS
from layers.files.table import to_frame
from layers.schema.duties import FOREVER, rotations_of
from layers.schema.instants import read_instants
from layers.schema.layer import absent_columns, refusal
from layers.schema.persons import refuse_persons
from layers.stores import Store
from layers.stores.facts import fact_layer, timestamp
from layers.stores.log import Link

OTHER_NAMES = {
    "starts_at": "valid_from",
    "ends_at": "valid_to",
    "inspected_at": "valid_from",
}
"""Columns as files of duties and inspections have them."""
AGAIN = sentence("load the layer again")


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
    schema = fact_layer(job.layer).schema
    faults: list[RowFault] = []
    if schema.geometry == "polygon":
        frame, notices = _areas(path, job, store.crs)
    else:
        table = read_layer(path, FILE_LAYERS[job.layer], job.naming)
        frame, notices = to_frame(path, table.plain), [*table.notices]
        if schema.geometry == "point":
            refuse_persons(frame, job.layer)
            frame, notice, faults = _with_points(path, table, job, store)
            notices.append(notice)
    _refuse_absent(frame, job)
    if job.naming.renames:
        frame, more = _without_others(frame, job.layer)
        notices += more
    report = record_frame(store, frame, job, faults)
    return FactReport(report.link, (*notices, *report.notices))


def load_rotations(
    store: Store, path: Path, timezone: str, naming: Naming = PLAIN
) -> FactReport:
    """Record the duties that rotations of a file stand for, all or none.

    Parameters
    ----------
    store
        Where they go; it has the posts.
    path
        File of `layers.schema.duties.ROTATIONS`.
    timezone
        IANA zone whose clocks hand-overs follow.
    naming
        What the user says of the file.

    Raises
    ------
    InvalidLayerError
        If a rotation breaks its schema, has no post or no members, or one of its turns
        overlaps another duty.
    """
    now = store.now()
    rotations = rotations_of(read_rotations(path, naming), timezone, now)
    posts = set(store.facts("posts")["post_id"])
    turns = expand_rotations(rotations, posts, timezone)
    rows = {
        rotation.rotation_id: row for row, rotation in enumerate(rotations, start=1)
    }
    duties = pd.concat(
        [duty_frame(turns), _tombstones(store, turns, set(rows))], ignore_index=True
    )
    if all(rotation.recorded_at == now for rotation in rotations):
        duties = duties.drop(columns="recorded_at")
    try:
        return record_frame(store, duties, FactJob("duties", store.now(), timezone))
    except InvalidLayerError as error:
        if not error.faults:
            raise
        numbers = [rows[_rotation_of(duty_id)] for duty_id in duties["duty_id"]]
        raise _refused("rotations", error.faults, numbers) from error


def _refuse_absent(frame: pd.DataFrame, job: FactJob) -> None:
    """Refuse a file that lacks columns, all of them in one sentence."""
    columns = FILE_LAYERS[job.layer]
    missing = [
        field
        for field in columns.fields
        if field.required and field.name not in {*frame.columns, *OTHER_NAMES}
    ]
    if missing and job.layer == "enterprises" and not job.source:
        fields = (field for field in columns.fields if field.name == "source")
        missing += (field for field in fields if field.name not in frame)
    if missing:
        raise absent_columns(job.layer, missing, list(map(str, frame.columns)))


def _without_others(frame: pd.DataFrame, layer: str) -> tuple[pd.DataFrame, list[str]]:
    """Return a frame with the columns of its layer alone, and what was left out."""
    names = {field.name for field in FILE_LAYERS[layer].all_fields}
    names |= {*OTHER_NAMES, "geometry", "batch"}
    further = [name for name in frame.columns if name not in names]
    if not further:
        return frame, []
    notice = sentence(
        "{columns} of the file, such as {first!r}, left out.",
        columns=count_text(len(further), "further column"),
        first=str(further[0]),
    )
    return frame.drop(columns=further), [notice]


def record_frame(
    store: Store, frame: pd.DataFrame, job: FactJob, faults: Sequence[RowFault] = ()
) -> FactReport:
    """Record the rows of a frame, as `load_facts` does.

    Parameters
    ----------
    store
        Where they go.
    frame
        Columns of the layer; `starts_at` and `ends_at` stand for `valid_from` and
        `valid_to`, `inspected_at` for `valid_from`. Of rows with one key and several
        `recorded_at` the last counts.
    job
        How to read it.
    faults
        What is wrong with its rows as far as that is known, counted from 1.
    """
    heads = {n: to for n, to in OTHER_NAMES.items() if n in frame and to not in frame}
    names = {to: name for name, to in heads.items()}
    frame, about_source = with_source(frame.rename(columns=heads), job)
    frame, numbers, superseded = _latest(frame, job)
    frame, notices = with_defaults(frame, job, names)
    of_areas, about_areas = area_faults(store, frame, job.layer)
    places = {number: row for row, number in enumerate(numbers, start=1)}
    of_file = [f._replace(row=places[f.row]) for f in faults if f.row in places]
    try:
        link = store.record(job.layer, frame, faults=[*of_file, *of_areas])
    except InvalidLayerError as error:
        if not error.faults:
            raise
        faults = [f._replace(field=names.get(f.field, f.field)) for f in error.faults]
        faults = with_options(job.layer, faults)
        raise _refused(job.layer, faults, numbers) from error
    if job.layer == "enterprises":
        about_areas += about_grids(store, frame)
    more = passed_over(store, link) if job.layer == "inspections" else ()
    about_codes = (*_unusual_codes(frame), *_other_kinds(frame))
    about_rows = (*about_areas, *about_codes, *more)
    return FactReport(link, (*about_source, *superseded, *notices, *about_rows))


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


def _tombstones(
    store: Store, turns: Iterable[Duty], rotations: set[str]
) -> pd.DataFrame:
    """Return tombstones of the turns that rotations had and no longer have."""
    duties = store.facts("duties")
    is_theirs = duties["duty_id"].map(_rotation_of).isin(rotations)
    is_kept = duties["duty_id"].isin([turn.duty_id for turn in turns])
    tombstones = duties[is_theirs & ~is_kept]
    return tombstones.drop(columns="batch").assign(cancelled=True)


def _rotation_of(duty_id: str) -> str:
    """Return the id of the rotation that a duty is a turn of; empty if of none."""
    return duty_id.rpartition("/")[0]


def _areas(path: Path, job: FactJob, crs: str) -> tuple[pd.DataFrame, list[str]]:
    """Return rows with polygons in the CRS of the store, and what to say."""
    frame, notices = read_areas(
        path,
        fact_layer(job.layer).schema,
        parse_datum(crs),
        option="--datum",
        declared=job.datum,
        ballpark_m=job.ballpark_m,
        naming=job.naming,
    )
    refuse_persons(frame, job.layer)
    return frame, notices


def _with_points(
    path: Path, table: EventTable, job: FactJob, store: Store
) -> tuple[gpd.GeoDataFrame, str, list[RowFault]]:
    """Return rows with points in the CRS of the store, what to say, and their faults.

    A point with a fault is left out, so that the other columns are looked at too.
    """
    try:
        coordinates = read_coordinates(table)
    except InputFileError:
        # an enterprise may have no position at all
        frame = to_frame(path, table.plain)
        nowhere = np.full(len(frame), None, dtype=object)
        placed = gpd.GeoDataFrame(frame, geometry=nowhere, crs=store.crs)
        return placed, sentence("The file has no positions."), []
    declared = None if coordinates.columns else table.crs
    what = sentence("{layer}", layer=job.layer)
    datum, notice = choose_datum(what, "--datum", job.datum, declared, job.ballpark_m)
    positions = bring_to_store(coordinates, datum, store)
    frame = to_frame(path, table.plain)
    frame = frame.drop(columns=list(coordinates.columns or ()))
    placed = gpd.GeoDataFrame(frame, geometry=points_of(positions), crs=store.crs)
    return placed, notice, point_faults(coordinates, positions, table, datum)


def _latest(
    frame: pd.DataFrame, job: FactJob
) -> tuple[pd.DataFrame, list[int], list[str]]:
    """Return the last record of each key, their rows in the file, and what to say."""
    numbers = list(range(1, len(frame) + 1))
    if "recorded_at" not in frame:
        return frame, numbers, []
    is_empty = empty_cells(frame["recorded_at"])
    if is_empty.all():
        return frame.drop(columns="recorded_at"), numbers, []
    instants = read_instants(frame["recorded_at"], job.timezone).values
    # what does not say when it was known is known since now, later than all others
    instants = np.where(is_empty, FOREVER, instants)
    key = list(fact_layer(job.layer).key)
    facts = frame.drop(columns=["recorded_at", "batch"], errors="ignore")
    if not set(key) <= set(facts):
        return facts, numbers, []
    order = np.argsort(instants, kind="stable")
    records = facts[key].assign(_recorded=instants).iloc[order]
    # two records of one key and time are two that contradict each other: a fault
    last = records.groupby(key, dropna=False)["_recorded"].transform("max")
    rows = np.sort(order[(records["_recorded"] == last).to_numpy()])
    surplus = len(facts) - len(rows)
    notices = [
        sentence(
            "The store records all rows as known since now; of the column "
            "'recorded_at' it takes which row of a key is the last, and leaves {rows} "
            "out.",
            rows=count_text(surplus, "superseded row"),
        )
    ]
    return facts.iloc[rows].reset_index(drop=True), (rows + 1).tolist(), notices


def _other_kinds(frame: pd.DataFrame) -> list[str]:
    """Say how many places are of no scene: a campaign alone has them checked."""
    kinds = frame.get("scene", pd.Series(dtype=str)).dropna().astype(str).str.strip()
    counts = kinds[~kinds.isin([*Scene])].value_counts()
    if counts.empty:
        return []
    kind, count = counts.index[0], int(counts.iloc[0])
    return [
        sentence(
            "{are} of {kinds} beside the eight scenes, such as {kind!r} ({count:,}); "
            "such a place has no code, and is checked where a campaign names its kind.",
            are=count_text(int(counts.sum()), "place is", "places are"),
            kinds=count_text(len(counts), "kind"),
            kind=kind,
            count=count,
        )
    ]


def _unusual_codes(frame: pd.DataFrame) -> list[str]:
    """Return a sentence on credit codes that are valid and unusual, if any are."""
    if "credit_code" not in frame:
        return []
    codes = frame["credit_code"].astype("str").str.strip()
    unusual = [
        str(RowFault(row, "credit_code", fault.text))
        for row, code in enumerate(codes.tolist(), start=1)
        if isinstance(code, str) and code
        for fault in check_credit_code(code).faults
        if fault.verdict is Verdict.WARNING
    ]
    if not unusual:
        return []
    examples = joined(" ", unusual[:3])
    return [
        sentence(
            "{are} valid and unusual, as {examples}",
            are=count_text(len(unusual), "credit code is", "credit codes are"),
            examples=examples,
        )
    ]


def _refused(
    layer: str, faults: Iterable[RowFault], numbers: list[int]
) -> InvalidLayerError:
    """Return the error that names faults by the rows that the file has."""
    file_faults = (fault._replace(row=numbers[fault.row - 1]) for fault in faults)
    return refusal(layer, sorted(file_faults), AGAIN)
