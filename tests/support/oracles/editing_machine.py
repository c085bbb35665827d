"""A Hypothesis machine: any operations in any order, undone and done again."""

from collections import Counter

import numpy as np
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
)

from gis.editing import Workspace
from gis.editing.validation import outline_of
from gis.errors import EditError
from support.makers.edit_proposals import ALL_NAMES, propose
from support.oracles.plain_draft import check_all, check_ground

seeds = st.integers(0, 2**32 - 1)


def drive(draft, operations, seed, *, check_every=10):
    """Do so many operations by chance; return how many of each were done and refused.

    One in eight steps goes back, and one in sixteen ahead.
    """
    rng = np.random.default_rng(seed)
    outline = outline_of(draft.planar)
    counts = Counter()
    for number in range(operations):
        name = str(rng.choice(ALL_NAMES))
        operation = propose(draft, name, rng)
        if operation is None:
            continue
        try:
            with draft.edit("by chance", author="machine") as e:
                e.do(operation)
            counts[name, "done"] += 1
        except EditError:
            counts[name, "refused"] += 1
        if rng.random() < 1 / 8 and draft.steps:
            draft.undo()
            if rng.random() < 1 / 2:
                draft.redo()
        if number % check_every == 0:
            check_ground(draft, outline)
    return counts


class EditingMachine(RuleBasedStateMachine):
    """Drives a draft; a subclass gives `layers`, a strategy of grids to begin with."""

    layers: st.SearchStrategy
    accepted = 0
    refused = 0

    @initialize(data=st.data())
    def begin(self, data):
        self.grids = data.draw(self.layers)
        self.draft = Workspace(self.grids)
        self.outline = outline_of(self.draft.planar)
        self.seen = set(self.draft.ids())

    @rule(name=st.sampled_from(ALL_NAMES), seed=seeds)
    def edit(self, name, seed):
        operation = propose(self.draft, name, np.random.default_rng(seed))
        if operation is None:
            return
        before = self.draft.planar.digest()
        try:
            with self.draft.edit("by chance", author="machine") as e:
                e.do(operation)
        except EditError as refusal:
            type(self).refused += 1
            self.check_refusal(refusal, before)
            return
        type(self).accepted += 1
        assert self.seen.isdisjoint(operation.created)
        self.seen |= operation.created.keys()
        check_ground(self.draft, self.outline)

    def check_refusal(self, refusal, before):
        """A refusal says what to do, and nothing is changed."""
        assert refusal.remedy
        assert self.draft.planar.digest() == before

    @precondition(lambda self: self.draft.steps)
    @rule()
    def undo(self):
        self.draft.undo()

    @rule()
    def redo(self):
        try:
            self.draft.redo()
        except EditError:
            return
        check_ground(self.draft, self.outline)

    def teardown(self):
        if hasattr(self, "draft"):
            rng = np.random.default_rng(1)
            check_all(self.draft, self.grids, self.outline, rng)
