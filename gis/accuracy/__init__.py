"""Probabilities of grids for positions that carry an accuracy."""

from gis.accuracy.uncertainty import (
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
    "FAULTS",
    "LIKELY",
    "SURE",
    "Likelihood",
    "LikelihoodTable",
    "TierDecision",
    "Uncertainty",
    "decide_tiers",
    "record",
    "sigma_of",
]
