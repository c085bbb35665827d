"""A brief as it is answered."""

from api.schemas.briefs import AreaBriefOut
from api.service.access.sight import VISITOR
from api.service.brief.area import AreaQuery
from support.makers.named_town import ALL, NamedTown


def test_a_brief_has_every_part_and_no_name_of_a_person() -> None:
    named = NamedTown()
    brief = named.briefs.brief(AreaQuery("grid", "G1"), ALL)
    assert brief is not None
    out = AreaBriefOut.of(brief).model_dump()
    assert [name for name, part in out.items() if part is None] == ["name"]
    assert out["command"]["accountable_holder"] == "L001"
    assert out["colour"]["on"] == "2026-09-30"
    assert out["open"] == {"total": 0, "by_kind": []}
    assert {n["area_id"] for n in out["neighbours"]} == {"G2"}
    assert {d["department_id"] for d in out["departments"]} == {"police", "centre"}


def test_what_is_not_seen_is_null() -> None:
    named = NamedTown()
    brief = named.briefs.brief(AreaQuery("circle", "W"), VISITOR)
    assert brief is not None
    out = AreaBriefOut.of(brief)
    assert (out.open, out.registers) == (None, None)
    assert out.command.accountable_post == "C-L"
    assert out.command.accountable_holder is None
    assert {leader.holder_id for leader in out.command.leaders} == {None}
