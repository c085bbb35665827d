"""The coverage certificate: gaps, overlaps and broken rings of grids, with places."""

from gis.coverage.certificate import SLIVER_WIDTH_M, Certificate, Fault, Note
from gis.coverage.digest import layer_digest
from gis.coverage.mending import Mending, mend_grids
from gis.coverage.survey import certify, certify_filling

__all__ = [
    "SLIVER_WIDTH_M",
    "Certificate",
    "Fault",
    "Mending",
    "Note",
    "certify",
    "certify_filling",
    "layer_digest",
    "mend_grids",
]
