"""The organs of a town: its centre, its room, its platforms and its net."""

from typing import Any, Final

import geopandas as gpd

from api.service.events.scenarios import packs_in_force
from gis.models import Instant
from layers.schema.departments import departments_of
from layers.stores import Store

CENTRE: Final = "service_centre"
"""Id of the department that manages services."""
ROOM: Final = "command_centre"
"""Id of the department that commands."""


def organs_of(
    store: Store, valid_at: Instant, known_at: Instant | None
) -> dict[str, list[dict[str, Any]]]:
    """Return centres, rooms, the four platforms and further ones of a town.

    Parameters
    ----------
    store
        The store.
    valid_at, known_at
        In force when, as known when.
    """
    layer = store.facts("departments", valid_at=valid_at, known_at=known_at)
    departments = departments_of(gpd.GeoDataFrame(layer))

    def bodies(department_id: str) -> list[dict[str, Any]]:
        return [
            {
                "department_id": d.department_id,
                "name": d.name_en or d.name_zh,
                "name_zh": d.name_zh,
                "post_id": d.post_id,
                "lon": d.lon,
                "lat": d.lat,
            }
            for d in departments
            if d.department_id == department_id
        ]

    platforms = packs_in_force(store, valid_at, known_at).platforms
    names = [
        (
            p.is_core,
            {
                "code": p.code,
                "name": p.en,
                "name_zh": p.zh,
                "departments": [
                    d.department_id for d in departments if d.platform == p.code
                ],
            },
        )
        for p in platforms
    ]
    return {
        "centres": bodies(CENTRE),
        "rooms": bodies(ROOM),
        "platforms": [platform for is_core, platform in names if is_core],
        "further_platforms": [platform for is_core, platform in names if not is_core],
    }
