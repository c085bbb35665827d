"""Compute on values: datums, coverages, exact assignment, command trees, risk."""

import importlib as _importlib
import typing as _typing

if _typing.TYPE_CHECKING:
    from gis.assignment import Assigner, AssignmentTable, Command
    from gis.coverage import Certificate, certify
    from gis.crs import Datum, convert, parse_datum, propose_metric_crs
    from gis.errors import GovernanceError
    from gis.geodesy import GeodesicRuler, PlanarRuler
    from gis.index import GridIndex, Locator, Relation, RTreeIndex
    from gis.models import Assignment, Circle, Event, Position, Post, RiskLevel, Status
    from gis.pagoda import Pagoda, build_pagoda, dissolve_circles
    from gis.risk import MethodCard, classify
    from gis.roster import Duty, DutyTable, Roster, Rotation, certify_roster

__all__ = [
    "Assigner",
    "Assignment",
    "AssignmentTable",
    "Certificate",
    "Circle",
    "Command",
    "Datum",
    "Duty",
    "DutyTable",
    "Event",
    "GeodesicRuler",
    "GovernanceError",
    "GridIndex",
    "Locator",
    "MethodCard",
    "Pagoda",
    "PlanarRuler",
    "Position",
    "Post",
    "RTreeIndex",
    "Relation",
    "RiskLevel",
    "Roster",
    "Rotation",
    "Status",
    "build_pagoda",
    "certify",
    "certify_roster",
    "classify",
    "convert",
    "dissolve_circles",
    "parse_datum",
    "propose_metric_crs",
]

if not _typing.TYPE_CHECKING:
    _HOMES = (
        "errors",
        "models",
        "crs",
        "geodesy",
        "index",
        "coverage",
        "pagoda",
        "roster",
        "assignment",
        "risk",
    )

    def __getattr__(name):
        """Import what is asked for: who prints a help text needs none of it."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        homes = (_importlib.import_module(f"{__name__}.{home}") for home in _HOMES)
        globals()[name] = next(vars(h)[name] for h in homes if name in vars(h))
        return globals()[name]
