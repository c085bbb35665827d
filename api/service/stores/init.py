"""Make a store: with a sample town in it, or from what was exported."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pandas as pd

from api.service.events.load import EventJob
from api.service.stores.connection import made
from api.service.stores.export import opened_export
from api.service.stores.photos import (
    copy_photos,
    folder_of_export,
    named_photos,
    photo_folder,
    require_folder,
)
from api.service.stores.restore import restore
from api.service.stores.sample import (
    SAMPLE_NOW,
    append_month,
    publish_merged,
    record_directory,
    record_facts,
    sample_source,
)
from gis.errors import GovernanceError
from gis.sentences import sentence
from gis.synthetic import MergedTown, make_s_town, make_x_town
from layers.stores import Store
from layers.stores.log import LogFault
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


def init_export(
    url: str, source: str, files: Path | None = None
) -> tuple[LogFault, ...]:
    """Make a store from what `pagoda export` wrote, with equal digests and heads.

    Its photos go where those of the new store are.

    Parameters
    ----------
    url
        Where there is no store yet.
    source
        Folder, GeoPackage or address of a store.
    files
        The setting `files`: the folder of photos.

    Returns
    -------
    faults
        Photos that the log names and the export does not have as they were.

    Raises
    ------
    SettingError
        If there are photos and no folder for them.
    StoreError
        If the export was changed; nothing is left of the new store then.
    """
    faults: list[LogFault] = []

    def copy(store: Store) -> None:
        photos = [*named_photos(store.log())]
        target = require_folder(photos, photo_folder(url, files))
        if target is not None:
            is_new = not target.path.exists()
            try:
                faults.extend(
                    copy_photos(photos, folder_of_export(source, files), target)
                )
            except GovernanceError:
                if is_new:
                    shutil.rmtree(target.path, ignore_errors=True)
                raise

    with opened_export(source) as origin:
        restore(url, origin, copy)
    return tuple(faults)
