"""Edits of a coverage: the planar map, its operations, drafts and changesets."""

from gis.editing.change import Arc, Change, Face, Reversal
from gis.editing.planar_map import CLEARANCE_M, PlanarMap

__all__ = ["CLEARANCE_M", "Arc", "Change", "Face", "PlanarMap", "Reversal"]
