"""Make a store: with S town in it, or from what was exported."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd

from api.service.export import opened_export
from api.service.load_events import EventJob, append_frame
from api.service.load_files import FactJob, duty_frame, record_frame
from api.service.restore import restore
from api.service.stores import made, opened
from gis.assignment import REASONS, Positions
from gis.crs import parse_datum
from gis.local_time import instant_text, timezone_of
from gis.models import Instant
from gis.roster import expand_rotations
from gis.synthetic import Town, make_s_town
from gis.versions import Version
from layers.packs.rulebook import shipped_rules
from layers.samples import town_rules
from layers.schema.duties import duties_of, rotations_of
from layers.stores import Store, open_store
from layers.stores.facts import FACTS
from layers.stores.protocol import Draft, Publication
from layers.stores.version_digest import draft_digest

SAMPLES = ("s_town",)
FOUNDED = Instant(1_767_196_800_000)
"""2026-01-01 in Asia/Shanghai: since when S town is true."""
SAMPLE_NOW = Instant(1_790_769_600_000)
"""2026-09-30 20:00 in Asia/Shanghai: at which S town's facts end."""
AUTHOR, REVIEWER, SOURCE = "sample planner", "sample chief", "s_town"
STAGES = (
    "making S town",
    "publishing its grids and circles",
    "recording posts, duties, rules, enterprises and inspections",
    "assigning and appending a month of events",
)


def init_sample(
    url: str, timezone: str, datum_error_m: float, tell: Callable[[str], None]
) -> list[str]:
    """Make a store with S town in it; return what is in it and what to do next.

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

    Raises
    ------
    StoreError
        If there is a store already, or none can be made.
    """
    with made(url) as store:
        tell(STAGES[0])
        town = make_s_town()
        tell(STAGES[1])
        publish_sample(store, town)
        tell(STAGES[2])
        record_facts(store, town, timezone)
        tell(STAGES[3])
        append_month(store, town, EventJob(SOURCE, timezone, datum_error_m))
        return [
            f"Made {url} with S town (synthetic).",
            *contents(store, timezone),
            "",
            "Next   pagoda versions                what is published and pending",
            "       pagoda due --on 2026-09-30     who must check what",
            "       pagoda map --on 2026-09-30 --out map.html   the five colours",
            "       pagoda load --help             your own layers",
            "       pagoda export --out town.gpkg  a copy that QGIS opens",
            "       pagoda audit verify            is the log whole?",
        ]


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
    publish_sample(store, town)
    record_facts(store, town, timezone)
    append_month(store, town, EventJob(SOURCE, timezone, datum_error_m=0.0))
    return store


def publish_sample(store: Store, town: Town) -> Version:
    """Publish grids, circles and communities of a town, true since `FOUNDED`.

    Parameters
    ----------
    store
        Without a version.
    town
        Its layers.
    """
    grids = gpd.GeoDataFrame(town.grids)
    circles, communities = (
        pd.DataFrame(frame).drop(columns="geometry")
        for frame in (town.circles, town.communities)
    )
    digest = draft_digest(grids, circles, communities)
    draft = Draft(FOUNDED, digest, grids, circles, communities, note="S town")
    [version] = store.publish(Publication((draft,), AUTHOR, REVIEWER))
    return version


def record_facts(store: Store, town: Town, timezone: str) -> None:
    """Record all that is known of a town but its events."""
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
    record_frame(store, town.posts, FactJob("posts", FOUNDED, timezone, FOUNDED))
    turns = expand_rotations(
        rotations_of(town.month.rotations, timezone),
        set(town.posts["post_id"]),
        timezone,
    )
    duties = duty_frame((*duties_of(town.month.duties, timezone), *turns))
    record_frame(store, duties, FactJob("duties", FOUNDED, timezone, FOUNDED))


def record_stations(store: Store, town: Town, timezone: str) -> None:
    """Record the stations of a town."""
    job = FactJob("stations", FOUNDED, timezone, FOUNDED)
    record_frame(store, town.stations, job)


def record_enterprises(store: Store, town: Town, timezone: str) -> None:
    """Record the enterprises of a town."""
    job = FactJob("enterprises", FOUNDED, timezone, FOUNDED, source=SOURCE)
    record_frame(store, town.enterprises, job)


def record_inspections(store: Store, town: Town, timezone: str) -> None:
    """Record the checks and drills at the places of a town."""
    done = town.inspections.rename(columns={"inspected_at": "valid_from"})
    record_frame(store, done, FactJob("inspections", FOUNDED, timezone, SAMPLE_NOW))


def record_rules(store: Store, town: Town, timezone: str) -> None:
    """Record the shipped rules, the campaigns of a town and what its maps print."""
    for rules in (shipped_rules(), town_rules(town)):
        record_frame(store, rules, FactJob("rules", FOUNDED, timezone, FOUNDED))


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


def contents(store: Store, timezone: str) -> list[str]:
    """Return what is in a store, one line a layer.

    Parameters
    ----------
    store
        The store.
    timezone
        IANA zone of the times shown.
    """
    zone = timezone_of(timezone)
    lines = []
    for system in store.systems():
        head = store.history(system).head()
        if head is None:
            continue
        layers = store.version_layers(head.version, system)
        since = instant_text(head.valid_from, zone)[:16]
        lines += [
            f"  {'version':<12} {head.version} of grid system {system!r}, valid from "
            f"{since}, digest {head.digest[:12]}",
            f"  {'grids':<12} {len(layers.grids):>7,} under {len(layers.circles):,} "
            f"circles, in {len(layers.communities):,} communities",
        ]
    for name in FACTS:
        count = len(store.facts(name))
        if count:
            lines.append(f"  {name:<12} {count:>7,}")
    events = len(store.events())
    link = store.last_link()
    lines.append(f"  {'events':<12} {events:>7,}")
    lines.append(
        f"  {'log':<12} {link.sequence if link else 0:>7,} links, head "
        f"{link.head[:12] if link else 'none'}"
    )
    return lines


def init_empty(url: str) -> list[str]:
    """Make an empty store; return what to do next.

    Parameters
    ----------
    url
        Where there is no store yet.
    """
    with made(url) as store:
        return [
            f"Made {url}, store {store.store_id}, empty.",
            "Next   pagoda load grids FILE --id COLUMN --circles FILE --author NAME "
            "--reviewer NAME",
        ]


def init_export(url: str, source: str, timezone: str) -> list[str]:
    """Make a store from what `pagoda export` wrote, with equal digests and heads.

    Parameters
    ----------
    url
        Where there is no store yet.
    source
        Folder, GeoPackage or address of a store.
    timezone
        IANA zone of the times shown.

    Raises
    ------
    StoreError
        If the export was changed; nothing is left of the new store then.
    """
    with opened_export(source) as exported:
        restore(url, exported)
    with opened(url) as store:
        return [
            f"Made {url} from {source}, every link with its head.",
            *contents(store, timezone),
        ]
