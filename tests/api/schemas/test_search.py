"""What is searched for: neither guessed nor endless."""

import pytest

from api.refusals import RequestError
from api.schemas.search import SearchOut, read_query
from api.service.brief.search import KINDS
from support.makers.named_town import ALL, NamedTown


@pytest.mark.parametrize(
    "q", ["", "a", "湖", "-", "a - ", "a" * 65, "a" * 4096, "·湖·", "\x00\x01"]
)
def test_a_text_that_is_too_short_or_long_is_refused_in_both_languages(q: str) -> None:
    with pytest.raises(RequestError, match="2 to 64 characters") as caught:
        read_query(q, None, 20)
    assert (caught.value.status, caught.value.kind) == (422, "invalid-search")
    assert "2 到 64" in caught.value.detail_zh
    assert len(caught.value.detail) < 250


@pytest.mark.parametrize("kinds", ["", "zoo", "place,", "place,place", "Place"])
def test_kinds_that_are_none_are_refused(kinds: str) -> None:
    with pytest.raises(RequestError, match="kinds"):
        read_query("东湖", kinds, 20)


def test_kinds_stand_in_one_order() -> None:
    assert read_query("东湖", None, 20).kinds == KINDS
    assert read_query("东湖", "event,grid", 20).kinds == ("grid", "event")


def test_a_text_is_folded_and_an_id_stays_as_it_was_written() -> None:
    query = read_query(" 019A-b ", None, 5)
    assert (query.text, query.event_id, query.limit) == ("019ab", "019A-b", 5)


def test_kinds_that_were_not_asked_for_are_null() -> None:
    town = NamedTown()
    query = read_query("东湖", "place,circle", 1)
    result = town.search.search(query, ALL)
    out = SearchOut.of("东湖", result).model_dump()
    assert [name for name, part in out.items() if part is None] == [
        "grids",
        "posts",
        "events",
    ]
    assert out["places"]["has_more"]
    assert out["places"]["items"][0]["grid_id"] == "G1"
