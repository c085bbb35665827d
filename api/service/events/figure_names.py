"""What the keys of figures are called: areas of work, bodies, rules and kinds."""

from collections.abc import Mapping

from gis.events import Scenarios
from gis.models import Department, Source
from layers.figures.tally import FigureTable
from layers.packs.code_tables import codes_of
from layers.registry import Registry


def names_of(
    table: FigureTable, by: tuple[str, ...], registry: Registry
) -> dict[str, dict[str, tuple[str, str]]]:
    """Return the names of the keys that have some.

    Parameters
    ----------
    table
        The figures.
    by
        What its rows are by.
    registry
        Says how bodies, sources and kinds are called.

    Returns
    -------
    names
        By -> key -> Chinese and English name.
    """
    return {
        part: {
            key: name
            for key in sorted({row.keys[place] for row in table.rows})
            if (name := _name(part, key, registry))
        }
        for place, part in enumerate(by)
    }


def _name(by: str, key: str, registry: Registry) -> tuple[str, str] | None:
    """Return the Chinese and English name of a key; None where it has none."""
    bodies: dict[str, Mapping[str, Source | Department]] = {
        "source": registry.sources,
        "department": registry.departments,
    }
    body = bodies.get(by, {}).get(key)
    if body is not None:
        return body.name_zh, body.name_en or body.name_zh
    if by == "rule":
        return _pack_name(registry.scenarios, key.partition("/")[0])
    if by == "category" and key in registry.scenarios.kinds:
        return registry.scenarios.names_of(key)
    codes = {"line": codes_of("lines"), "module": codes_of("modules")}.get(by, {})
    return codes.get(key)


def _pack_name(scenarios: Scenarios, pack_id: str) -> tuple[str, str] | None:
    """Return the names of a pack."""
    return next((p.name for p in scenarios.packs if p.pack == pack_id), None)
