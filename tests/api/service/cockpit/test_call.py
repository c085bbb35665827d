"""One box says whose it is, who is on duty, what is open; doubt is left to people."""

from zoneinfo import ZoneInfo

import pytest

from api.service.access.sight import VISITOR, Sight
from api.service.brief.command import CommandDesk
from api.service.brief.search import Query
from api.service.cockpit.call import MOST_CHOICES, CallDesk, Caller, CallView
from api.service.events.desk_words import Namer
from gis.errors import NotReadyError
from gis.roster import REGION_TIER
from layers.gazetteer import fold
from support.makers.named_town import ALL, NamedTown, only
from support.makers.square_town import TIMEZONE


@pytest.fixture
def named() -> NamedTown:
    """The town of four squares with names."""
    return NamedTown()


def desk(named: NamedTown) -> CallDesk:
    command = CommandDesk(named.store, named.snapshots, REGION_TIER)
    return CallDesk(named.search, named.systems, command)


def caller(named: NamedTown, sight: Sight = ALL) -> Caller:
    namer = Namer(named.registries.current, ZoneInfo(TIMEZONE), named.store.now())
    return Caller(sight, sight.scope, namer)


def view(
    named: NamedTown, text: str, sight: Sight = ALL, datum: str = "cgcs2000"
) -> CallView:
    query = Query(fold(text), text, limit=MOST_CHOICES)
    return desk(named).view(text, query, datum, caller(named, sight))


def area(found: CallView) -> str:
    assert found.answer is not None
    return found.answer.area_id


@pytest.mark.parametrize(
    ("text", "area_id", "where"),
    [
        ("文一路12号", "G1", "point:120.002,30.002,cgcs2000"),
        ("东湖药店", "G1", "point:120.002,30.002,cgcs2000"),
        ("N2", "G2", "point:120.012,30.004,cgcs2000"),
        ("G3", "G3", "grid:G3"),
        ("120.005,30.005", "G1", "point:120.005,30.005,cgcs2000"),
        ("30.005 120.005", "G1", "point:120.005,30.005,cgcs2000"),
        (
            "https://town.example/enterprises/N2?x=1",
            "G2",
            "point:120.012,30.004,cgcs2000",
        ),
        ("G1-L", "G1", "grid:G1"),
    ],
    ids=["address", "name", "code", "grid", "lon-lat", "lat-lon", "scanned", "post"],
)
def test_an_address_a_name_a_code_and_a_position_have_one_answer(
    named: NamedTown, text: str, area_id: str, where: str
) -> None:
    found = view(named, text)
    assert area(found) == area_id
    assert found.answer is not None
    assert found.answer.where == where
    accountable = found.answer.accountable
    assert accountable is not None
    assert accountable.leader.holding.post_id
    assert accountable.leader.holding.holder_id


def test_leaders_are_those_of_the_area_and_of_all_above_it(named: NamedTown) -> None:
    answer = view(named, "G1").answer
    assert answer is not None
    assert [office.area_id for office in answer.offices] == ["G1", "W", "C"]
    assert [office.answers for office in answer.offices].count(True) == 1


def test_other_grid_systems_of_a_position_are_said(named: NamedTown) -> None:
    answer = view(named, "120.005,30.005").answer
    assert answer is not None
    assert answer.elsewhere == (("police", "B1"),)


def test_a_text_with_two_answers_is_a_choice(named: NamedTown) -> None:
    found = view(named, "东湖")
    assert found.answer is None
    assert {choice.id for choice in found.choices} == {"N1", "N2", "N3", "N4"}
    chosen = desk(named).answer("place:N2", caller(named))
    assert chosen is not None
    assert (chosen.area_id, chosen.choice and chosen.choice.id) == ("G2", "N2")


def test_two_answers_in_one_grid_say_who_is_on_duty_and_stay_a_choice(
    named: NamedTown,
) -> None:
    named.record(
        ("Q1", "market", "actual", "长桥面馆", "长路1号", 120.001, 30.001),
        ("Q2", "market", "actual", "长桥书店", "长路2号", 120.003, 30.003),
    )
    found = view(named, "长桥")
    assert (area(found), found.is_shared) == ("G1", True)
    assert [choice.id for choice in found.choices] == ["Q1", "Q2"]


def test_an_address_that_fits_in_part_is_named_and_never_chosen(
    named: NamedTown,
) -> None:
    found = view(named, "文二路1号后门厨房")
    assert (found.answer, found.is_guess) == (None, True)
    assert [(c.id, c.matched) for c in found.choices] == [("N3", "文二路1号")]


def test_an_address_without_an_answer_has_neither(named: NamedTown) -> None:
    assert view(named, "北京长安街1号") == CallView(is_guess=True)


def test_more_than_are_listed_is_said(named: NamedTown) -> None:
    rows = [
        (f"Q{n:02}", "market", "actual", f"长桥{n}店", "长路", 120.001, 30.001)
        for n in range(MOST_CHOICES + 1)
    ]
    named.record(*rows)
    found = view(named, "长桥")
    assert (len(found.choices), found.has_more) == (MOST_CHOICES, True)
    # others may lie elsewhere
    assert found.answer is None


def test_a_position_in_no_grid_is_whose_who_takes_what_no_grid_owns(
    named: NamedTown,
) -> None:
    answer = view(named, "120.5,30.5").answer
    assert answer is not None
    assert answer.owner is not None
    assert (answer.owner.assignment.status, answer.area_id) == ("outside", "C")
    assert answer.where.startswith("point:120.5,30.5")


def test_a_position_that_is_none_is_nowhere(named: NamedTown) -> None:
    answer = view(named, "89.5,30.5").answer
    assert answer is not None
    assert answer.owner is not None
    assert answer.owner.assignment.status in {"unlocated", "outside"}


def test_places_out_of_sight_are_not_answered(named: NamedTown) -> None:
    assert view(named, "东湖药店", only("G2")).answer is None
    assert desk(named).answer("place:N1", caller(named, only("G2"))) is None
    assert desk(named).answer("place:N1", caller(named, VISITOR)) is None
    for spot in ("", "G1", "grid:", "grid:none", "place:x", "post:none", "event:1"):
        assert desk(named).answer(spot, caller(named)) is None


def test_who_sees_no_posts_is_told_no_number_and_no_telephone(named: NamedTown) -> None:
    answer = desk(named).answer("grid:G1", caller(named, VISITOR))
    assert answer is not None
    leaders = [office.leader for office in answer.offices]
    assert {(o.phone, o.title, o.holding.holder_id) for o in leaders} == {
        (None, None, None)
    }
    assert answer.open is None


def test_events_that_are_still_being_read_are_left_out_and_that_is_said(
    named: NamedTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = type(named.search).search

    def slow(self, query, sight):  # type: ignore[no-untyped-def]
        if "event" in query.kinds:
            raise NotReadyError("Still being read; ask again.")
        return search(self, query, sight)

    monkeypatch.setattr(type(named.search), "search", slow)
    found = view(named, "东湖药店")
    assert (area(found), found.is_partial) == ("G1", True)
