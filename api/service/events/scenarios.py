"""The scenarios in force in a store, and whether files of packs are sound."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from gis.events import Scenarios
from gis.models import Instant
from layers.packs.rulebook import scenarios_in_force
from layers.packs.scenario_files import TEMPLATES, check_files
from layers.stores import Store

TABLE_COLUMNS = (
    "kind",
    "name_zh",
    "name_en",
    "pack",
    "platform",
    "line",
    "module",
    "departments",
)


def packs_in_force(
    store: Store, valid_at: Instant, known_at: Instant | None = None
) -> Scenarios:
    """Return the scenarios of this process with the packs that a store has.

    Parameters
    ----------
    store
        The store.
    valid_at
        In force when.
    known_at
        As known when; None takes all.

    Raises
    ------
    ScenarioError
        If a pack cannot be read, or has a kind of another.
    """
    return scenarios_in_force(store.facts("rules", known_at=known_at), valid_at)


def check_packs(files: Sequence[Path]) -> list[str]:
    """Return what is wrong with files of packs, a sentence each.

    Parameters
    ----------
    files
        The files.
    """
    return check_files(files, TEMPLATES)


def kind_table(scenarios: Scenarios) -> Iterator[tuple[str, ...]]:
    """Yield the pack, platform, line and module of every kind, `TABLE_COLUMNS` first.

    Parameters
    ----------
    scenarios
        Those in force.
    """
    yield TABLE_COLUMNS
    for pack in scenarios.packs:
        for kind in pack.kinds:
            owner = (pack.pack, kind.platform, kind.line, kind.module)
            yield (kind.kind, *kind.name, *owner, ";".join(kind.departments))
