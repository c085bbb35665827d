"""Counts of what changes hands: by class and pair of grids, in order."""

from layers.figures.review import HandedOver, HandoverCount
from layers.words import Words
from support.makers.reviews import caseload_of, review_of

SHOP, FLAT = Words("店", "shop"), Words("房", "flat")
RECORDS = (
    HandedOver("P1", SHOP, "A", "B"),
    HandedOver("P2", FLAT, "A", "B"),
    HandedOver("P3", SHOP, "A", "B"),
    HandedOver("P4", SHOP, None, "B"),
    HandedOver("P5", SHOP, "A", None),
)


def test_records_are_counted_by_class_and_pair():
    assert caseload_of(RECORDS).counts("place") == (
        HandoverCount(SHOP, None, "B", 1),
        HandoverCount(SHOP, "A", None, 1),
        HandoverCount(SHOP, "A", "B", 2),
        HandoverCount(FLAT, "A", "B", 1),
    )


def test_checks_are_counted_whatever_their_day():
    days = [Words(f"{day} 日") for day in (1, 2)]
    checks = tuple(HandedOver(f"P{n}", day, "A", "B") for n, day in enumerate(days))
    counts = caseload_of((), checks=checks).counts("check")
    assert counts == (HandoverCount(Words(""), "A", "B", 2),)


def test_layer_that_is_not_loaded_has_no_counts_and_no_moves():
    case = caseload_of(None, events=RECORDS[:1])
    assert case.counts("place") == ()
    assert [*case.moves()] == [("event", RECORDS[0])]


def test_grids_on_the_same_ground_are_told_apart():
    review = review_of(caseload_of(()), attributes={"A": (), "B": (), "C": ()})
    assert review.moving == {"A", "B"}
    assert review.nodes_only == {"C"}
    renamed = review_of(caseload_of(()), attributes={"C": ("name",)})
    assert renamed.nodes_only == frozenset()
