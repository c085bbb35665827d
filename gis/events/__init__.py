"""Events: where each stands, whose it is by scenario, what may be done next."""

from gis.events.scenario import (
    CORE_PLATFORMS,
    LINES,
    MODULES,
    SOURCE_SORTS,
    WHISTLERS,
    Codes,
    Flaw,
    Kind,
    Minutes,
    Pack,
    Platform,
    SameWithin,
    Scenarios,
    pack_flaws,
)

__all__ = [
    "CORE_PLATFORMS",
    "LINES",
    "MODULES",
    "SOURCE_SORTS",
    "WHISTLERS",
    "Codes",
    "Flaw",
    "Kind",
    "Minutes",
    "Pack",
    "Platform",
    "SameWithin",
    "Scenarios",
    "pack_flaws",
]
