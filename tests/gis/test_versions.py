"""Versions: which is in force at t as known at k, and what may be published."""

from dataclasses import replace

import pytest
from hypothesis.stateful import run_state_machine_as_test

from gis.errors import InvalidLayerError, StoreError, VersionConflictError
from gis.versions import History, Lineage, Proposal, Step, Version
from support.makers.store_history import day, lineage_of
from support.oracles.history_machine import HistoryMachine


class Plain:
    """A history and the grid ids of its versions, kept by hand."""

    def __init__(self, clock):
        self.clock = clock
        self.history = History("main")
        self.ids = {}

    def recorded_at(self):
        records = [*self.history.versions, *self.history.withdrawals]
        return max([self.clock(), *(record.recorded_at for record in records)])

    def publish(self, proposal):
        standing = {v.version: self.ids[v.version] for v in self.history.standing()}
        made = self.history.plan(proposal, self.recorded_at(), standing)
        self.history = replace(self.history, versions=self.history.versions + made)
        for version, step in zip(made, proposal.steps, strict=True):
            self.ids[version.version] = step.grid_ids
        return made

    def withdraw(self, version, *, reason, reviewer):
        made = self.history.plan_withdrawal(
            version, self.recorded_at(), reason=reason, reviewer=reviewer
        )
        withdrawals = (*self.history.withdrawals, made)
        self.history = replace(self.history, withdrawals=withdrawals)
        return made


class PlainMachine(HistoryMachine):
    start = staticmethod(Plain)

    @staticmethod
    def publish(subject, grounds, *, base, before, **named):
        steps = tuple(
            Step(
                date,
                "digest",
                frozenset(ground),
                lineage=lineage_of(before, ground) if before else (),
            )
            for date, ground in sorted(grounds.items())
        )
        return subject.publish(proposal(*steps, base=base, **named))

    @staticmethod
    def answer(subject, valid_at, known_at):
        found = subject.history.in_force(valid_at, known_at)
        return found and (found.version, subject.ids[found.version])


def step(number, ids, lineage=()):
    return Step(day(number), f"digest of {ids}", frozenset(ids), lineage=lineage)


def proposal(*steps, base=None, **changes):
    names = {"system": "main", "author": "planner", "reviewer": "chief"}
    return Proposal(steps=steps, base=base, **(names | changes))


@pytest.fixture
def town():
    """Version 1 from day 0 with A and B, 2 from day 10 where C and D replace B."""
    plain = Plain(lambda: day(1))
    plain.publish(proposal(step(0, "AB")))
    gone = (Lineage("B", "C", 0.25), Lineage("B", "D", 0.75))
    plain.publish(proposal(step(10, "ACD", gone), base=1))
    return plain


def test_every_answer_equals_the_naive_replay():
    run_state_machine_as_test(PlainMachine)


def test_version_comes_into_force_at_its_first_millisecond(town):
    assert town.history.in_force(day(10) - 1).version == 1
    assert town.history.in_force(day(10)).version == 2


def test_nothing_is_in_force_before_the_first_version_or_before_it_was_known(town):
    assert town.history.in_force(day(0) - 1) is None
    assert town.history.in_force(day(10), known_at=day(1) - 1) is None


def test_of_two_versions_from_one_instant_the_later_number_is_in_force(town):
    town.publish(proposal(step(10, "ACD"), base=2))
    assert town.history.in_force(day(10)).version == 3


def test_draft_on_an_older_version_conflicts(town):
    with pytest.raises(VersionConflictError, match="based on version 1 where the head"):
        town.publish(proposal(step(20, "ACD"), base=1))


def test_first_draft_has_no_base(town):
    with pytest.raises(VersionConflictError, match="version None where the head is 2"):
        town.publish(proposal(step(20, "ACD")))


@pytest.mark.parametrize(
    ("author", "reviewer"), [("a", "a"), ("a", " A "), ("", "b"), ("a", " ")]
)
def test_second_person_has_to_review(town, author, reviewer):
    with pytest.raises(StoreError, match="second person"):
        town.publish(
            proposal(step(20, "ACD"), base=2, author=author, reviewer=reviewer)
        )


def test_back_dated_publication_is_told_the_form_it_needs(town):
    with pytest.raises(StoreError, match=r"replaces=\(\) and untouched=\(2,\)") as told:
        town.publish(proposal(step(5, "AB"), base=2))
    assert "meets the versions [2]" in str(told.value)
    assert (
        "names none of them; publish it as a correction that names --untouched 2 ("
        in (str(told.value))
    )


def test_correction_leaves_a_later_version_in_force(town):
    town.publish(proposal(step(5, "AB"), base=2, untouched=(2,)))
    found = [town.history.in_force(day(n)).version for n in (4, 5, 10)]
    assert found == [1, 3, 2]


def test_correction_publishes_a_later_version_again(town):
    steps = step(5, "AB"), step(10, "ACD")
    with pytest.raises(StoreError, match=r"replaces=\(2,\) and untouched=\(\)"):
        town.publish(proposal(*steps, base=2, untouched=(2,)))
    made = town.publish(proposal(*steps, base=2, replaces=(2,)))
    assert [version.version for version in made] == [3, 4]
    assert town.history.in_force(day(10)).version == 4


def test_what_was_known_before_a_correction_stays_known(town):
    town.clock = lambda: day(12)
    town.publish(proposal(step(5, "AB"), base=2, untouched=(2,)))
    assert town.history.in_force(day(6), known_at=day(12) - 1).version == 1
    assert town.history.in_force(day(6), known_at=day(12)).version == 3


def test_after_a_correction_that_leaves_a_later_version_the_next_names_it_too(town):
    town.publish(proposal(step(5, "AB"), base=2, untouched=(2,)))
    with pytest.raises(StoreError, match=r"untouched=\(2,\)"):
        town.publish(proposal(step(7, "AB"), base=3))


def test_steps_are_in_order_of_time(town):
    with pytest.raises(StoreError, match="in order of valid_from"):
        town.publish(proposal(step(30, "ACD"), step(20, "ACD"), base=2))
    with pytest.raises(StoreError, match="0 drafts"):
        town.publish(proposal(base=2))


def test_retired_id_does_not_come_back(town):
    with pytest.raises(StoreError, match=r"\['B'\] .* were retired"):
        town.publish(proposal(step(20, "AB"), base=2))


def test_id_that_a_correction_took_out_does_not_come_back(town):
    town.publish(proposal(step(10, "AB"), base=2))
    with pytest.raises(StoreError, match="were retired"):
        town.publish(proposal(step(20, "ACD"), base=3))


def test_correction_may_begin_a_later_grid_earlier(town):
    town.publish(proposal(step(5, "ACD"), base=2, untouched=(2,)))
    assert town.history.in_force(day(5)).version == 3


def test_version_that_is_not_yet_in_force_can_be_withdrawn(town):
    town.withdraw(2, reason="postponed", reviewer="chief")
    assert town.history.in_force(day(10)).version == 1
    assert town.history.head().version == 1
    made = town.publish(proposal(step(20, "ACD"), base=1))
    assert made[0].version == 3


def test_withdrawn_version_was_in_force_as_known_before(town):
    town.clock = lambda: day(3)
    town.withdraw(2, reason="postponed", reviewer="chief")
    assert town.history.in_force(day(10), known_at=day(3) - 1).version == 2
    assert town.history.in_force(day(10), known_at=day(3)).version == 1


def test_version_is_in_force_from_its_instant_and_no_longer_withdrawn(town):
    town.clock = lambda: day(10)
    with pytest.raises(StoreError, match="in force"):
        town.withdraw(2, reason="postponed", reviewer="chief")


@pytest.mark.parametrize("version", [0, 7])
def test_version_that_is_not_there_cannot_be_withdrawn(town, version):
    with pytest.raises(StoreError, match=r"not standing; withdraw one of \[1, 2\]"):
        town.withdraw(version, reason="postponed", reviewer="chief")


def test_version_is_withdrawn_once_with_a_reason(town):
    with pytest.raises(StoreError, match="say why"):
        town.withdraw(2, reason=" ", reviewer="chief")
    town.withdraw(2, reason="postponed", reviewer="chief")
    with pytest.raises(StoreError, match="not standing"):
        town.withdraw(2, reason="postponed", reviewer="chief")


def test_history_under_old_ids_leads_to_the_new_ones(town):
    town.publish(
        proposal(step(20, "AE", (Lineage("C", "E", 1), Lineage("D", "E", 1))), base=2)
    )
    history = town.history
    assert history.descendants("B") == {("main", g) for g in "CDE"}
    assert history.ancestors("E") == {("main", g) for g in "BCD"}
    assert history.descendants("A") == frozenset()


def test_lineage_of_a_withdrawn_version_does_not_count(town):
    town.withdraw(2, reason="postponed", reviewer="chief")
    assert town.history.descendants("B") == frozenset()


def test_lineage_of_a_withdrawn_version_counts_while_one_drawn_on_it_stands(town):
    town.publish(proposal(step(20, "ACD"), base=2))
    town.withdraw(2, reason="postponed", reviewer="chief")
    assert town.history.descendants("B") == {("main", "C"), ("main", "D")}


def test_lineage_is_known_since_its_version_was(town):
    assert town.history.descendants("B", known_at=day(1) - 1) == frozenset()


def test_lineage_reaches_from_another_grid_system():
    plain = Plain(lambda: day(0))
    plain.history = History("merged")
    rows = (Lineage("P7", "A", 0.5, "party"), Lineage("S1", "A", 1.0, "safety"))
    plain.publish(proposal(step(0, "A", rows), system="merged"))
    assert plain.history.ancestors("A") == {("party", "P7"), ("safety", "S1")}
    assert plain.history.descendants("P7", system="party") == {("merged", "A")}


@pytest.mark.parametrize(
    "row",
    [
        Lineage("X", "A", 1.0),
        Lineage("A", "X", 1.0),
        Lineage("A", "A", 1.0),
        Lineage("B", "A", 0.0),
        Lineage("B", "A", 1.01),
        Lineage("B", "A", float("nan")),
    ],
    ids=str,
)
def test_lineage_of_a_grid_that_is_not_there_is_refused(row):
    plain = Plain(lambda: day(0))
    with pytest.raises(InvalidLayerError, match="Row 1 of the lineage"):
        plain.publish(proposal(step(0, "AB", (row,))))


def test_grounds_that_trade_places_end_the_search():
    history = History(
        "main",
        (
            Version(
                "main",
                1,
                day(0),
                day(0),
                "a",
                "b",
                "",
                "d",
                None,
                lineage=(Lineage("A", "B", 0.1), Lineage("B", "A", 0.1)),
            ),
        ),
    )
    assert history.descendants("A") == {("main", "B")}
