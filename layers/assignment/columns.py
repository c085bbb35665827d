"""Answers as columns: what `pagoda assign` adds to a file of events."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gis.assignment import (
    BANDS,
    FAULTS,
    STATUSES,
    Answers,
    Assigner,
    AssignmentTable,
    LikelihoodTable,
    decided_level,
    record,
)
from gis.roster import TRIAGE, commander

Rows = NDArray[np.int32]

FIRST_FAULT = FAULTS.index("accuracy_negative")
"""Faults before it are no news: no usable position, no accuracy given."""


def answer_columns(answers: Answers) -> pa.Table:
    """Return answers as named columns, one row a position.

    Parameters
    ----------
    answers
        The answers, and how probable each grid is where positions have an accuracy.

    Returns
    -------
    columns
        In this order: grid_id, status, reason, distance_m (metres, rounded to 1 mm;
        null inside), neighbour_id (code of the area next to the town that holds a
        position outside; only where some are known), candidates (``id:distance_m``
        joined by ``;``), band (how sure the owner is, null without an accuracy),
        tier4_id ... tier1_id as far as the tree goes, community_id, accountable_post;
        with duties also accountable_holder, region_leader, region_holder and
        region_reason (who commands the region, and why it is not its own leader); with
        accuracies also probabilities (``id:probability`` joined by ``;``), p_outside
        and decided_at (``grid``, ``tier4``, ...: the lowest that is sure). Null where
        there is nothing to say.
    """
    assigner, table = answers.assigner, answers.table
    likelihoods, owners = answers.likelihoods, assigner.owners
    names = {
        "grid_id": _by_row(table.rows, assigner.ids),
        "status": pa.array(list(STATUSES)).take(pa.array(table.statuses)),
        "reason": _reasons(assigner, table, likelihoods),
        "distance_m": pa.array(table.distances_m, from_pandas=True),
        **_neighbour_column(answers),
        "candidates": _candidates(assigner, table),
        "band": _bands(table, likelihoods),
    }
    for place, tier in enumerate(assigner.tiers):
        chain = [owner.chain[place] for owner in owners]
        names[f"tier{tier}_id"] = _by_row(table.rows, chain)
    names["community_id"] = _by_row(table.rows, [o.community_id for o in owners])
    names["accountable_post"] = _accountable(table, "post_id")
    if assigner.has_duties:
        names |= {
            "accountable_holder": _accountable(table, "holder_id"),
            **_region_columns(table),
        }
    if likelihoods is not None:
        names |= _likelihood_columns(assigner, table, likelihoods)
    return pa.table(names)


def _by_row(rows: Rows, values: Sequence[str | None]) -> pa.Array:
    """Return the value of each owner, null where a position has none."""
    indices = np.where(rows >= 0, rows, len(values))
    return pa.array([*values, None], pa.string()).take(pa.array(indices))


def _neighbour_column(answers: Answers) -> dict[str, pa.Array]:
    """Return the neighbour of each position, no column where none is known."""
    if answers.neighbours is None:
        return {}
    codes = [area and area.neighbour_id for area in answers.neighbours]
    return {"neighbour_id": pa.array(codes, pa.string())}


def _by_state(table: AssignmentTable, values: Sequence[str | None]) -> pa.Array:
    """Return the value of who is on duty for each position."""
    return pa.array(values, pa.string()).take(pa.array(table.on_duty.states))


def _accountable(
    table: AssignmentTable, field: Literal["post_id", "holder_id"]
) -> pa.Array:
    """Return the post or the holder that answers for each position."""
    holdings = [state.accountable for state in table.on_duty.on_duty]
    return _by_state(
        table, [None if h is None else getattr(h, field) for h in holdings]
    )


def _region_columns(table: AssignmentTable) -> dict[str, pa.Array]:
    """Return who commands the region of each position, and why not its own leader."""
    rows: list[tuple[str | None, str | None, str | None]] = []
    for state in table.on_duty.on_duty:
        holding, reason = commander(state.region_leader, state.leaders)
        post, holder = (holding.post_id, holding.holder_id) if holding else (None, None)
        rows.append((post, holder, reason or None))
    names = ("region_leader", "region_holder", "region_reason")
    return {
        name: _by_state(table, [row[place] for row in rows])
        for place, name in enumerate(names)
    }


def _reasons(
    assigner: Assigner, table: AssignmentTable, likelihoods: LikelihoodTable | None
) -> pa.Array:
    """Return the reasons of each answer: position, owner's post, accuracy."""
    reasons = [state.reason for state in table.on_duty.on_duty]
    on_duty = _by_state(table, [None if r in ("", TRIAGE) else r for r in reasons])
    faults = np.zeros(len(table.rows), dtype=np.uint8)
    if likelihoods is not None:
        faults = np.where(likelihoods.faults >= FIRST_FAULT, likelihoods.faults, 0)
    some = np.flatnonzero((table.reasons > 0) | (table.nearest >= 0) | (faults > 0))
    post_reasons = on_duty.take(pa.array(some)).to_pylist()
    texts = [
        ";".join(
            filter(None, (assigner.reason(table, i), post_reason, FAULTS[faults[i]]))
        )
        for i, post_reason in zip(some.tolist(), post_reasons, strict=True)
    ]
    mask = np.zeros(len(table.rows), dtype=bool)
    mask[some] = True
    return pc.replace_with_mask(on_duty, pa.array(mask), pa.array(texts, pa.string()))


def _bands(table: AssignmentTable, likelihoods: LikelihoodTable | None) -> pa.Array:
    """Return how sure each owner is, null where that is not known."""
    if likelihoods is None:
        return pa.nulls(len(table.rows), pa.string())
    names = pa.array(list(BANDS), pa.string()).take(pa.array(likelihoods.bands))
    return pc.if_else(
        pa.array(likelihoods.faults == 0), names, pa.scalar(None, pa.string())
    )


def _likelihood_columns(
    assigner: Assigner, table: AssignmentTable, likelihoods: LikelihoodTable
) -> dict[str, pa.Array]:
    """Return probabilities of the grids, of the outside, and where doubt ends."""
    places = np.flatnonzero(likelihoods.faults == 0)
    shares = np.full(len(table.rows), None, dtype=object)
    decisions = np.full(len(table.rows), None, dtype=object)
    for place in places.tolist():
        near = record(likelihoods, place).probabilities
        shares[place] = ";".join(f"{assigner.ids[row]}:{p:.4f}" for row, p in near)
        decisions[place] = decided_level(assigner, near, int(table.rows[place]))
    return {
        "probabilities": pa.array(shares, pa.string()),
        "p_outside": pa.array(likelihoods.p_outside, from_pandas=True),
        "decided_at": pa.array(decisions, pa.string()),
    }


def _candidates(assigner: Assigner, table: AssignmentTable) -> pa.Array:
    """Return the candidates of each position as text."""
    pairs = [
        f"{assigner.ids[row]}:{metres:.3f}"
        for row, metres in zip(
            table.candidate_rows, table.candidate_distances_m, strict=True
        )
    ]
    texts = np.full(len(table.rows), None, dtype=object)
    offsets = table.candidate_offsets
    some = np.flatnonzero(np.diff(offsets))
    texts[some] = [";".join(pairs[offsets[i] : offsets[i + 1]]) for i in some]
    return pa.array(texts, pa.string())
