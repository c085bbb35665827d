"""A sample town as a store: its versions, its facts and its month of events."""

import geopandas as gpd
import numpy as np
import pandas as pd

from api.service.events.load import EventJob, append_frame
from api.service.facts.defaults import FactJob
from api.service.facts.load import duty_frame, record_frame
from gis.assignment import REASONS, Positions
from gis.crs import parse_datum
from gis.models import Instant
from gis.roster import expand_rotations
from gis.synthetic import MergedTown, Town
from gis.versions import Lineage, Version
from layers.packs.rulebook import shipped_rules
from layers.samples import town_rules
from layers.schema.duties import duties_of, rotations_of
from layers.stores import Store, open_store
from layers.stores.protocol import Draft, Publication
from layers.stores.town_clock import KeptClock
from layers.stores.version_digest import draft_digest

FOUNDED = Instant(1_767_196_800_000)
"""2026-01-01 in Asia/Shanghai: since when the towns are true."""


SAMPLE_NOW = Instant(1_790_783_100_000)
"""2026-09-30 23:45 in Asia/Shanghai: when the facts end and the clock stands."""


AUTHOR, REVIEWER = "sample planner", "sample chief"


def sample_source(town: Town) -> str:
    """Return under which source the events and places of a town stand: ``s_town``."""
    return town.name.lower().replace(" ", "_")


def sample_store(town: Town, timezone: str) -> Store:
    """Return a store in memory with all layers of a town.

    Parameters
    ----------
    town
        Its layers.
    timezone
        IANA zone of local times.
    """
    store = open_store("memory:")
    store.keep_clock(KeptClock(SAMPLE_NOW))
    publish_sample(store, town)
    record_facts(store, town, timezone)
    job = EventJob(sample_source(town), timezone, datum_error_m=0.0)
    append_month(store, town, job)
    record_directory(store, town, timezone)
    return store


def publish_sample(
    store: Store, town: Town, lineage: tuple[Lineage, ...] = ()
) -> Version:
    """Publish grids, circles and communities of a town, true since `FOUNDED`.

    Parameters
    ----------
    store
        Without a version of the main grid system.
    town
        Its layers.
    lineage
        Whose ground its grids got.
    """
    grids = gpd.GeoDataFrame(town.grids)
    circles, communities = (
        pd.DataFrame(frame).drop(columns="geometry")
        for frame in (town.circles, town.communities)
    )
    digest = draft_digest(grids, circles, communities)
    draft = Draft(FOUNDED, digest, grids, circles, communities, lineage, note=town.name)
    [version] = store.publish(Publication((draft,), AUTHOR, REVIEWER))
    return version


def publish_merged(store: Store, merged: MergedTown) -> None:
    """Publish the former grid systems of a town, then its own with their lineage.

    Parameters
    ----------
    store
        Without a version.
    merged
        The town; without former systems it is published alone.
    """
    for system, grids in merged.former.items():
        draft = Draft(FOUNDED, draft_digest(grids, None, None), grids, note="former")
        store.publish(Publication((draft,), AUTHOR, REVIEWER, system=system))
    columns = ("from_id", "to_id", "share", "system")
    rows = zip(*(merged.lineage[name].tolist() for name in columns), strict=True)
    publish_sample(store, merged.town, tuple(Lineage(*row) for row in rows))


def record_facts(store: Store, town: Town, timezone: str) -> None:
    """Record all that is known of a town but its events and its directory."""
    for record in (
        record_posts,
        record_stations,
        record_rules,
        record_enterprises,
        record_inspections,
    ):
        record(store, town, timezone)


def record_posts(store: Store, town: Town, timezone: str) -> None:
    """Record the posts of a town and who holds them, rotations expanded."""
    record_frame(store, town.posts, FactJob("posts", FOUNDED, timezone))
    turns = expand_rotations(
        rotations_of(town.month.rotations, timezone),
        set(town.posts["post_id"]),
        timezone,
    )
    duties = duty_frame((*duties_of(town.month.duties, timezone), *turns))
    record_frame(store, duties, FactJob("duties", FOUNDED, timezone))


def record_stations(store: Store, town: Town, timezone: str) -> None:
    """Record the stations of a town."""
    job = FactJob("stations", FOUNDED, timezone)
    record_frame(store, town.stations, job)


def record_enterprises(store: Store, town: Town, timezone: str) -> None:
    """Record the enterprises of a town."""
    job = FactJob("enterprises", FOUNDED, timezone, source=sample_source(town))
    record_frame(store, town.enterprises, job)


def record_inspections(store: Store, town: Town, timezone: str) -> None:
    """Record the checks and drills at the places of a town."""
    done = town.inspections.rename(columns={"inspected_at": "valid_from"})
    record_frame(store, done, FactJob("inspections", FOUNDED, timezone))


def record_rules(store: Store, town: Town, timezone: str) -> None:
    """Record the shipped rules, the campaigns of a town and what its maps print."""
    for rules in (shipped_rules(), town_rules(town)):
        record_frame(store, rules, FactJob("rules", FOUNDED, timezone))


def record_directory(store: Store, town: Town, timezone: str) -> None:
    """Record who reports, acts and would be told in a town that has its posts.

    After its month: answers of events name the revision that they were made at.
    """
    for layer, frame in (
        ("destinations", town.destinations),
        ("sources", town.sources),
        ("devices", town.devices),
        ("departments", town.departments),
    ):
        record_frame(store, frame, FactJob(layer, FOUNDED, timezone))


def append_month(store: Store, town: Town, job: EventJob) -> None:
    """Append the events of a town, each received when it occurred."""
    events = town.events
    absent = np.where(events["lon"].isna(), REASONS.index("missing"), 0)
    positions = Positions(
        events["lon"].to_numpy(np.float64),
        events["lat"].to_numpy(np.float64),
        absent.astype(np.uint8),
    )
    frame = events.drop(columns=["lon", "lat"]).assign(
        received_at=events["occurred_at"]
    )
    append_frame(store, frame, positions, parse_datum("wgs84"), job, FOUNDED)
