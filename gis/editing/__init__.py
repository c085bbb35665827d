"""Edits of a coverage: the planar map, its operations, drafts and changesets."""

from gis.editing.change import Arc, Change, Face, Reversal
from gis.editing.changeset import Changeset, EditRecord, changeset_of, replay
from gis.editing.edits import Edit
from gis.editing.planar_map import CLEARANCE_M, PlanarMap
from gis.editing.recorded import Operation
from gis.editing.workspace import EditStep, Preview, Workspace

__all__ = [
    "CLEARANCE_M",
    "Arc",
    "Change",
    "Changeset",
    "Edit",
    "EditRecord",
    "EditStep",
    "Face",
    "Operation",
    "PlanarMap",
    "Preview",
    "Reversal",
    "Workspace",
    "changeset_of",
    "replay",
]
