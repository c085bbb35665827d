"""Assignment: whose a position is, how sure that is, and what lies near by."""

from gis.assignment.assigner import (
    ENGINE_VERSION,
    STATUSES,
    UNLOCATED,
    Assigner,
    AssignmentTable,
    Command,
    plain_provenance,
)
from gis.assignment.positions import REASONS, Positions, bring_to_grids, is_usable
from gis.assignment.uncertainty import (
    BANDS,
    CONFIDENCES,
    FAULTS,
    LIKELY,
    SURE,
    Likelihood,
    LikelihoodTable,
    TierDecision,
    Uncertainty,
    decide_tiers,
    record,
    sigma_of,
)

__all__ = [
    "BANDS",
    "CONFIDENCES",
    "ENGINE_VERSION",
    "FAULTS",
    "LIKELY",
    "REASONS",
    "STATUSES",
    "SURE",
    "UNLOCATED",
    "Assigner",
    "AssignmentTable",
    "Command",
    "Likelihood",
    "LikelihoodTable",
    "Positions",
    "TierDecision",
    "Uncertainty",
    "bring_to_grids",
    "decide_tiers",
    "is_usable",
    "plain_provenance",
    "record",
    "sigma_of",
]
