"""Make a store: with a sample town in it, or from what was exported."""

from collections.abc import Callable, Mapping
from typing import Final

import pandas as pd

from api.service.events.load import EventJob
from api.service.stores.connection import made
from api.service.stores.export import opened_export
from api.service.stores.restore import restore
from api.service.stores.sample import (
    SAMPLE_NOW,
    append_month,
    publish_merged,
    record_directory,
    record_facts,
    sample_source,
)
from gis.sentences import sentence
from gis.synthetic import MergedTown, make_s_town, make_x_town
from layers.stores.town_clock import KeptClock

STAGES = (
    sentence("making the town"),
    sentence("publishing its grids and circles"),
    sentence("recording posts, duties, rules, enterprises and inspections"),
    sentence("assigning and appending a month of events"),
)


NOTHING: Final = pd.DataFrame(
    columns=["system", "from_id", "to_id", "share", "post_id", "area_id"]
)
SAMPLES: Final[Mapping[str, Callable[[], MergedTown]]] = {
    "s_town": lambda: MergedTown(make_s_town(), {}, NOTHING, NOTHING),
    "x_town": make_x_town,
}
"""Sample towns by name, with the grid systems that they were merged from."""


def init_sample(
    url: str,
    timezone: str,
    datum_error_m: float,
    tell: Callable[[str], None],
    sample: str = "s_town",
) -> None:
    """Make a store with a sample town in it, and its former grid systems.

    Parameters
    ----------
    url
        Where there is no store yet.
    timezone
        IANA zone of local times.
    datum_error_m
        Error of the GCJ-02 and BD-09 formulas, metres.
    tell
        Called with each of `STAGES` as it begins.
    sample
        One of `SAMPLES`.

    Raises
    ------
    StoreError
        If there is a store already, or none can be made.
    """
    with made(url) as store:
        tell(STAGES[0])
        merged = SAMPLES[sample]()
        town = merged.town
        store.keep_clock(KeptClock(SAMPLE_NOW))
        tell(STAGES[1])
        publish_merged(store, merged)
        tell(STAGES[2])
        record_facts(store, town, timezone)
        tell(STAGES[3])
        append_month(
            store, town, EventJob(sample_source(town), timezone, datum_error_m)
        )
        record_directory(store, town, timezone)


def init_empty(url: str) -> None:
    """Make an empty store.

    Parameters
    ----------
    url
        Where there is no store yet.
    """
    with made(url):
        pass


def init_export(url: str, source: str) -> None:
    """Make a store from what `pagoda export` wrote, with equal digests and heads.

    Parameters
    ----------
    url
        Where there is no store yet.
    source
        Folder, GeoPackage or address of a store.

    Raises
    ------
    StoreError
        If the export was changed; nothing is left of the new store then.
    """
    with opened_export(source) as origin:
        restore(url, origin)
