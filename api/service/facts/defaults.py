"""How a file of facts is read, and what its rows do not say, filled from that."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from api.service.facts.empty_cells import (
    about_filled,
    empty_cells,
    filled,
    has_default,
)
from gis.counts import count_text, noun_for
from gis.errors import SettingError
from gis.local_time import instant_text, timezone_of
from gis.models import Instant, Scene
from gis.sentences import sentence
from layers.files.heads import PLAIN, Naming
from layers.schema.instants import NO_INSTANT, OPEN, read_instants
from layers.stores.facts import timestamp

TIMES: Final = ("valid_from", "valid_to")
"""Columns of times that every fact has."""


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
        Overrides the CRS of points and polygons.
    ballpark_m
        Error allowed where no parameters lead from it to WGS 84; None refuses that.
    naming
        What the user says of the file; columns that it maps are those that are meant,
        and others are left out.
    """

    layer: str
    valid_from: Instant
    timezone: str
    source: str | None = None
    datum: str | None = None
    ballpark_m: float | None = None
    naming: Naming = PLAIN


def with_source(frame: pd.DataFrame, job: FactJob) -> tuple[pd.DataFrame, list[str]]:
    """Return enterprises with their source, and what to say; others as they are."""
    if job.layer != "enterprises" or ("source" in frame and not job.source):
        return frame, []
    if not job.source:
        raise SettingError(
            "The enterprises have no column 'source'; name the register that they "
            "come from with --source."
        )
    if "source" not in frame:
        source = pd.Series(job.source, index=frame.index, dtype="str")
        return frame.assign(source=source), []
    column = frame["source"]
    sources, notices = filled(column, empty_cells(column), job.source)
    return frame.assign(source=sources), notices


def with_defaults(
    frame: pd.DataFrame, job: FactJob, names: Mapping[str, str]
) -> tuple[pd.DataFrame, list[str]]:
    """Return rows with times that have their offset, and whether they are coded.

    The names are those of columns in the file where it has others.
    """
    notices = []
    columns: dict[str, pd.Series] = {}
    for name in TIMES:
        if name in frame:
            columns[name], about_times = _with_offset(frame[name], job)
            notices += about_times
    since, about_since = _since(frame, job, columns, names)
    coded, about_coded = _coded(frame, job)
    columns |= since | coded
    return frame.assign(**columns), [*notices, *about_since, *about_coded]


def _since(
    frame: pd.DataFrame,
    job: FactJob,
    columns: Mapping[str, pd.Series],
    names: Mapping[str, str],
) -> tuple[dict[str, pd.Series], list[str]]:
    """Return since when rows hold that do not say it, and what to say of them."""
    at = timestamp(job.valid_from)
    since = instant_text(job.valid_from, timezone_of(job.timezone))
    if "valid_from" in frame:
        name = names.get("valid_from", "valid_from")
        is_empty = empty_cells(frame["valid_from"])
        if not has_default(job.layer, name) or not is_empty.any():
            return {}, []
        times, _ = filled(columns["valid_from"], is_empty, at)
        if not is_empty.all():
            return {"valid_from": times}, [
                about_filled(name, int(is_empty.sum()), since)
            ]
    else:
        times = pd.Series(at, index=frame.index)
    notice = sentence(
        "The rows do not say since when they hold: taken as {since}.", since=since
    )
    return {"valid_from": times}, [notice]


def _coded(frame: pd.DataFrame, job: FactJob) -> tuple[dict[str, pd.Series], list[str]]:
    """Return which places are coded where rows do not say it, and what to say."""
    if job.layer != "enterprises" or "scene" not in frame:
        return {}, []
    of_scenes = frame["scene"].astype("str").str.strip().isin([*Scene])
    if "is_coded" not in frame:
        return {"is_coded": of_scenes}, [
            sentence(
                "The rows do not say which places have a safety code: taken as those "
                "of the eight scenes."
            )
        ]
    is_empty = empty_cells(frame["is_coded"])
    if not is_empty.any():
        return {}, []
    coded, _ = filled(frame["is_coded"], is_empty, of_scenes)
    notice = sentence(
        "{rows} not say whether the place has a safety code: taken as coded where it "
        "is of one of the eight scenes.",
        rows=count_text(int(is_empty.sum()), "row does", "rows do"),
    )
    return {"is_coded": coded}, [notice]


def _with_offset(times: pd.Series, job: FactJob) -> tuple[pd.Series, list[str]]:
    """Return times with offset, those that cannot be read as they came, and notices.

    A day is its beginning, but not where it says who was on duty; 9999-12-31 is no end.
    """
    instants = read_instants(times, job.timezone, may_be_open=times.name == "valid_to")
    is_day = instants.is_day
    as_written = (instants.values == NO_INSTANT) | (is_day & (job.layer == "duties"))
    is_open = instants.values == OPEN
    values = [
        cell if is_unread else None if no_end else timestamp(Instant(value))
        for cell, value, is_unread, no_end in zip(
            times.tolist(),
            instants.values.tolist(),
            as_written.tolist(),
            is_open.tolist(),
            strict=True,
        )
    ]
    local = int((instants.is_local & ~is_day).sum())
    hourless, ends = int((is_day & ~as_written).sum()), int(is_open.sum())
    name, zone = times.name, job.timezone
    sentences = {
        sentence(
            "{times} of {name!r} {verb} no offset: taken as local in {zone}.",
            times=count_text(local, "time"),
            name=name,
            verb=noun_for(local, "has", "have"),
            zone=zone,
        ): local,
        sentence(
            "{days} of {name!r} {verb} no hour: taken as the beginning in {zone}.",
            days=count_text(hourless, "day"),
            name=name,
            verb=noun_for(hourless, "has", "have"),
            zone=zone,
        ): hourless,
        sentence(
            "{cells} of {name!r} {verb} 9999-12-31: taken as open, without end.",
            cells=count_text(ends, "cell"),
            name=name,
            verb=noun_for(ends, "is", "are"),
        ): ends,
    }
    notices = [text for text, count in sentences.items() if count]
    return pd.Series(values, index=times.index, dtype=object), notices
