"""Where an address in words may be: named, never chosen."""

import pytest

from api.service.access.sight import VISITOR
from api.service.brief.addresses import MOST_CANDIDATES, candidates_of
from support.makers.named_town import ALL, NamedTown, only


def ids(named: NamedTown, address: str, view=ALL) -> list[str]:
    found = candidates_of(named.search, address, view)
    return [candidate.entry.place_id for candidate in found]


def test_an_address_that_stands_whole_comes_first_with_score_1(
    named: NamedTown,
) -> None:
    [only_one] = candidates_of(named.search, "文一路 12 号", ALL)
    assert (only_one.entry.place_id, only_one.score) == ("N1", 1.0)
    assert only_one.matched == "文一路12号"
    first, second = candidates_of(named.search, "文一路12", ALL)
    assert (first.entry.place_id, second.entry.place_id) == ("N1", "N2")
    # twice 5 over 5 and the 6 and 7 of the addresses
    assert (first.score, second.score) == (0.909, 0.833)


def test_the_longest_part_that_stands_anywhere_decides(named: NamedTown) -> None:
    [candidate] = candidates_of(named.search, "文二路1号后门厨房", ALL)
    assert (candidate.entry.place_id, candidate.matched) == ("N3", "文二路1号")
    # twice 5 over 9 and 5
    assert candidate.score == 0.714
    assert ids(named, "我们这里的东湖药店") == ["N1"]


@pytest.mark.parametrize("address", ["北京长安街1号", "号", "——", "文一"])
def test_what_is_near_to_nothing_has_no_candidate(
    named: NamedTown, address: str
) -> None:
    assert ids(named, address) == ([] if address != "文一" else ["N3", "N1", "N2"])


def test_initials_of_a_name_are_no_address(named: NamedTown) -> None:
    assert ids(named, "dhyd") == []
    assert ids(named, "dhyd 东湖药店") == ["N1"]


def test_only_places_that_are_seen_are_named(named: NamedTown) -> None:
    assert ids(named, "文一路12号", only("G2")) == ["N2"]
    assert ids(named, "文一路12号", only("G4")) == ["N3"]
    assert ids(named, "文一路12号", only("G3")) == []
    assert ids(named, "文一路12号", VISITOR) == []


def test_equals_stand_in_order_of_their_ids_and_are_few(named: NamedTown) -> None:
    rows = [
        (f"Q{n}", "market", "actual", None, "长路1号", 120.005, 30.005)
        for n in (7, 3, 5, 1, 6, 2, 4)
    ]
    named.record(*rows)
    assert ids(named, "长路1号") == [f"Q{n}" for n in range(1, 1 + MOST_CANDIDATES)]
