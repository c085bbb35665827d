"""What `pagoda init`, `backup` and `migrate` print."""

from api.service.stores.backup import Backup
from api.service.stores.town_time import time_lines
from gis.counts import count_text, noun_for
from gis.local_time import instant_text, timezone_of
from gis.sentences import joined, sentence
from layers.store_address import printable_address
from layers.stores import Store
from layers.stores.facts import FACTS
from layers.stores.forms import FormChange

NEXT_OF_SAMPLE = (
    "",
    sentence("Its clock goes on while `pagoda serve` runs."),
    "",
    sentence("Next   pagoda versions                what is published and pending"),
    sentence("       pagoda due                     who must check what"),
    sentence("       pagoda map --out map.html      the five colours"),
    sentence("       pagoda load --help             your own layers"),
    sentence("       pagoda export --out town.gpkg  a copy that QGIS opens"),
    sentence("       pagoda audit verify            is the log whole?"),
)
TOWNS = {"s_town": sentence("S town"), "x_town": sentence("X town")}
NEXT_OF_EMPTY = (
    sentence(
        "Next   pagoda load grids FILE --id COLUMN --circles FILE --author NAME "
        "--reviewer NAME"
    ),
)


def init_lines(
    store: Store, url: str, timezone: str, source: str | None, sample: str | None
) -> list[str]:
    """Return what was made and what to do next.

    Parameters
    ----------
    store
        The new store.
    url
        Its address.
    timezone
        IANA zone of the times shown.
    source, sample
        What it was filled from; both None for an empty store.
    """
    address = printable_address(url)
    if source:
        origin = printable_address(source)
        made_from = sentence(
            "Made {address} from {origin}, every link with its head.",
            address=address,
            origin=origin,
        )
        return [made_from, *content_lines(store, timezone)]
    if sample:
        made_from = sentence(
            "Made {address} with {towns} (synthetic).",
            address=address,
            towns=TOWNS[sample],
        )
        content = content_lines(store, timezone) + time_lines(store, timezone)
        return [made_from, *content, *NEXT_OF_SAMPLE]
    return [
        sentence(
            "Made {address}, store {store_id}, empty.",
            address=address,
            store_id=store.store_id,
        ),
        *NEXT_OF_EMPTY,
    ]


def content_lines(store: Store, timezone: str) -> list[str]:
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
            sentence(
                "  {value:<12} {version} of grid system {system!r}, valid from "
                "{since}, digest {digest}",
                value=sentence("version"),
                version=head.version,
                system=system,
                since=since,
                digest=head.digest[:12],
            ),
            sentence(
                "  {value:<12} {grids:>7,} under {circles}, in {communities}",
                value=sentence("grids"),
                grids=len(layers.grids),
                circles=count_text(len(layers.circles), "circle"),
                communities=count_text(
                    len(layers.communities), "community", "communities"
                ),
            ),
        ]
    for name in FACTS:
        count = len(store.facts(name))
        if count:
            lines.append(sentence("  {layer:<12} {count:>7,}", layer=name, count=count))
    events = len(store.events())
    link = store.last_link()
    lines.append(sentence("  {layer:<12} {count:>7,}", layer="events", count=events))
    links = link.sequence if link else 0
    lines.append(
        sentence(
            "  {value:<12} {links:>7,} {link}, head {head}",
            value=sentence("log"),
            links=links,
            link=noun_for(links, "link"),
            head=link.head[:12] if link else sentence("none"),
        )
    )
    return lines


def backup_lines(copy: Backup) -> list[str]:
    """Return what was copied, what it lacks, and which backups there are.

    Parameters
    ----------
    copy
        A backup that was read back.
    """
    return [
        sentence(
            "Wrote {path} and read it back; `pagoda init --from` restores it. It is "
            "whole, closed fields too: keep it inside.",
            path=str(copy.path),
        ),
        *(fault.text for fault in copy.photos),
        sentence(
            "The folder has {count} of this store, {removed} older went.",
            count=count_text(len(copy.names), "backup"),
            removed=len(copy.removed),
        ),
    ]


def migration_line(url: str, change: FormChange, *, is_trial: bool) -> str:
    """Return what became of the form of a store.

    Parameters
    ----------
    url
        Its address.
    change
        The forms and the steps between them.
    is_trial
        Whether it was taken back.
    """
    values = {
        "address": printable_address(url),
        "before": change.before,
        "after": change.after,
        "steps": joined(", ", change.steps),
    }
    if not change.steps:
        return sentence(
            "Store {address} has form {after}, which this release writes; there is "
            "nothing to do.",
            **values,
        )
    if is_trial:
        return sentence(
            "Store {address} can be brought from form {before} to form {after}: "
            "{steps}. All was tried and taken back, nothing was changed.",
            **values,
        )
    return sentence(
        "Brought store {address} from form {before} to form {after}: {steps}. Check "
        "its log by `pagoda audit verify`.",
        **values,
    )
