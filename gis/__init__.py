"""Compute on values: datums, coverages, exact assignment, command trees, risk."""

from gis.assignment import Assigner, AssignmentTable, Command
from gis.coverage import Certificate, certify
from gis.crs import Datum, convert, parse_datum, propose_metric_crs
from gis.errors import GovernanceError
from gis.geodesy import GeodesicRuler, PlanarRuler
from gis.index import GridIndex, Locator, Relation, RTreeIndex
from gis.models import Assignment, Circle, Event, Position, Post, RiskLevel, Status
from gis.pagoda import Pagoda, build_pagoda, dissolve_circles
from gis.risk import MethodCard, classify, event_load
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
    "event_load",
    "parse_datum",
    "propose_metric_crs",
]
