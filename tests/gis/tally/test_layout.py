"""How events lie in memory is as the compiled code reads it."""

from gis.events import Loop
from gis.tally import COUNTS, SPANS, TIERS, TIMES


def test_times_and_ends_of_spans_are_fields_of_a_loop():
    names = {*TIMES, *(name for span in SPANS.values() for name in span)}
    assert all(hasattr(Loop("E"), name) for name in names)


def test_stages_follow_each_other_from_the_event_to_its_end():
    stages = list(SPANS.values())[:5]
    assert stages[0][0] == "occurred_at"
    assert stages[-1][1] == "closed_at"
    assert [end for _, end in stages[:-1]] == [start for start, _ in stages[1:]]


def test_there_is_a_count_for_each_tier():
    assert len([name for name in COUNTS if name.startswith("tier_")]) == TIERS
