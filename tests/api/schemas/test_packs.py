"""A pack is answered whole, with the digest that is its version."""

from api.schemas.packs import PackOut, PacksOut
from layers.packs.scenario_files import scenarios


def test_pack_is_answered_whole() -> None:
    pack = scenarios().pack_of("illegal_mining")
    assert pack is not None
    answer = PackOut.of(pack).model_dump()
    [kind] = answer.pop("kinds")
    assert answer == {
        "pack": "illegal_mining",
        "name": "Illegal mining",
        "name_zh": "盗采盗挖",
        "owner": "natural resources office",
        "loop": "s_town",
        "sources": ["member", "hotline"],
        "all_kinds": False,
        "verify_below": 0.0,
        "symbol": "pickaxe",
        "version": pack.digest,
    }
    assert kind["minutes"] == {"accept": 5, "arrive": 30, "handle": 1440, "climb": 30}
    assert kind["same_within"] == {"metres": 200.0, "minutes": 120}
    assert kind["whistle_by"] == ["operator", "leader", "member"]
    assert (kind["sensitive"], kind["hazard"]) == (False, False)


def test_lists_of_codes_have_both_names() -> None:
    answer = PacksOut.of(scenarios())
    assert answer.count == len(answer.packs) == 34
    assert [platform.core for platform in answer.platforms].count(True) == 4
    assert len(answer.lines) == 5
    assert len(answer.modules) == 6
    assert answer.lines[0].name_zh == "安全隐患整治"
