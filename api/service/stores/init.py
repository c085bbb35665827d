"""Make a store: with S town in it, or from what was exported."""

from collections.abc import Callable

from api.service.events.load import EventJob
from api.service.stores.connection import made, opened
from api.service.stores.export import opened_export
from api.service.stores.restore import restore
from api.service.stores.sample import SOURCE, append_month, publish_sample, record_facts
from gis.local_time import instant_text, timezone_of
from gis.synthetic import make_s_town
from layers.stores import Store
from layers.stores.facts import FACTS

SAMPLES = ("s_town",)
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
    with opened_export(source) as origin:
        restore(url, origin)
    with opened(url) as store:
        return [
            f"Made {url} from {source}, every link with its head.",
            *contents(store, timezone),
        ]
