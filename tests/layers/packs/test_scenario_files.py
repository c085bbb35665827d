"""Shipped packs are sound and cover every kind; a town adds packs by files alone."""

import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from gis.errors import ScenarioError
from gis.events import LINES, MODULES, Scenarios
from layers.packs.scenario_files import (
    TEMPLATES,
    check_files,
    scenarios,
    shipped_scenarios,
    use_packs,
)
from support.makers.pack_texts import TEXT

# as the table of categories had them before there were packs
HAZARDS = {
    "waste_dumping",
    "fire_hazard",
    "theft",
    "electrical_hazard",
    "public_health",
    "flood_risk",
    "building_defect",
    "road_damage",
}
OTHERS = {
    "volunteer_request",
    "community_service",
    "street_trading",
    "illegal_parking",
    "noise",
    "dispute",
    "wage_arrears",
    "business_licence",
    "water_supply",
    "street_light",
    "elder_care",
}
BODY = re.compile(r"(office|station|centre)$")


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    """A town's directory with one pack; the process forgets it afterwards."""
    (tmp_path / "kites.toml").write_text(TEXT, "utf8")
    yield tmp_path
    use_packs(None)


def names(shipped: Scenarios) -> list[tuple[str, str]]:
    return [kind.name for kind in shipped.kinds.values()]


def test_every_file_is_the_pack_of_its_name() -> None:
    folder = resources.files("layers.packs") / "scenarios"
    files = sorted(file.name for file in folder.iterdir())
    packs = shipped_scenarios().packs
    assert files == [f"{pack.pack}.toml" for pack in packs]
    scenes = [pack for pack in packs if pack.sources != ("pagoda",)]
    assert len(scenes) == 33


def test_every_kind_of_before_is_in_a_pack_and_a_hazard_as_it_was() -> None:
    shipped = shipped_scenarios()
    assert set(shipped.kinds) > HAZARDS | OTHERS
    assert set(shipped.hazard_kinds) & (HAZARDS | OTHERS) == HAZARDS
    assert shipped.sensitive_kinds == ("dispute", "elder_care")


def test_a_scene_has_a_kind_of_its_name_unless_it_has_others() -> None:
    own = {
        pack.pack: [kind.kind for kind in pack.kinds]
        for pack in shipped_scenarios().packs
    }
    assert {name: kinds for name, kinds in own.items() if kinds != [name]} == {
        "safety_finding": ["safety_finding", "electrical_hazard"],
        "police_link": ["theft"],
        "fire_alarm": ["fire_hazard"],
        "digital_city": ["noise", "road_damage"],
        "smart_estate": ["building_defect"],
        "street_self": ["shopfront"],
        "rental": ["rental_population"],
        "roster_gap": ["roster_gap", "roster_ending"],
        "patrol": ["safety_patrol"],
        "drainage": ["flood_risk"],
        "petition": ["petition", "wage_arrears"],
        "market": ["food_safety", "business_licence"],
        "village_service": ["community_service", "volunteer_request"],
        "bell": ["consultation"],
        "repair": ["water_supply", "street_light"],
        "joint_prevention": ["public_health"],
    }


def test_names_are_chinese_and_english_and_stand_once() -> None:
    shipped = shipped_scenarios()
    for zh, en in [*names(shipped), *(pack.name for pack in shipped.packs)]:
        assert not zh.isascii()
        assert en.isascii()
    for column in zip(*names(shipped), strict=True):
        assert len(set(column)) == len(column)


def test_owners_are_bodies() -> None:
    owners = {pack.owner for pack in shipped_scenarios().packs}
    assert [owner for owner in owners if not BODY.search(owner)] == []


def test_every_line_module_and_core_platform_has_kinds() -> None:
    kinds = shipped_scenarios().kinds.values()
    assert {kind.line for kind in kinds} == set(LINES)
    assert {kind.module for kind in kinds} == set(MODULES)
    cores = {p.code for p in shipped_scenarios().platforms if p.is_core}
    assert {kind.platform for kind in kinds} == cores


def test_loops_are_those_that_are_known() -> None:
    loops = {pack.pack: pack.template for pack in shipped_scenarios().packs}
    assert set(loops.values()) == set(TEMPLATES)
    others = {name: loop for name, loop in loops.items() if loop != "s_town"}
    assert others == {
        "bell": "bell",
        "grid_patrol": "tianjin",
        "joint_prevention": "tianjin",
        "repair": "repair",
    }


def test_departments_report_to_illegal_mining_within_30_minutes() -> None:
    mining = shipped_scenarios().kinds["illegal_mining"]
    assert mining.minutes.arrive == 30
    assert "member" in mining.whistle_by
    assert len(mining.departments) > 1


def test_only_the_snapshot_takes_kinds_of_every_pack() -> None:
    packs = shipped_scenarios().packs
    assert [p.pack for p in packs if p.takes_all_kinds] == ["snapshot"]


def test_a_further_pack_needs_only_a_file(directory: Path) -> None:
    assert use_packs(directory) is scenarios()
    assert len(scenarios().packs) == len(shipped_scenarios().packs) + 1
    assert scenarios().names_of("kite") == ("风筝挂线", "Kite on a line")
    assert "kite" in scenarios().hazard_kinds
    use_packs(None)
    assert scenarios() is shipped_scenarios()


def test_file_that_windows_wrote_is_read(directory: Path) -> None:
    text = TEXT.replace("\n", "\r\n")
    (directory / "kites.toml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert use_packs(directory).kind("kite") is not None


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('"kites"', '"market"', "line 1: has the pack 'market', which is there"),
        ('"kite"', '"noise"', "line 9: has the kind 'noise', which stands in pack"),
        ('"service"', '"moon"', "line 13: has 'platform' as 'moon'"),
        ("风", "\udcff", "line 2: has bytes that are not UTF-8"),
    ],
)
def test_file_that_does_not_fit_is_refused_and_nothing_changes(
    directory: Path, old: str, new: str, found: str
) -> None:
    text = TEXT.replace(old, new, 1).encode(errors="surrogateescape")
    (directory / "kites.toml").write_bytes(text)
    with pytest.raises(ScenarioError, match=rf"kites\.toml', {found}"):
        use_packs(directory)
    assert scenarios() is shipped_scenarios()


def test_second_file_with_the_same_pack_is_refused(directory: Path) -> None:
    (directory / "more.toml").write_text(TEXT, "utf8")
    with pytest.raises(ScenarioError, match=r"more\.toml', line 1: has the pack"):
        use_packs(directory)


def test_a_town_adds_platforms(directory: Path) -> None:
    table = "platform,zh,en\nair,低空平台,Air\n"
    (directory / "platforms.csv").write_text(table, "utf8")
    text = TEXT.replace('platform = "service"', 'platform = "air"')
    (directory / "kites.toml").write_text(text, "utf8")
    town = use_packs(directory)
    assert town.kinds["kite"].platform == "air"
    assert [p.code for p in town.platforms if p.is_core] == [
        "public_order",
        "market",
        "enforcement",
        "service",
    ]
    assert town.platforms[-1].en == "Air"


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ("code,zh,en\n", "line 1: has other columns"),
        ("", "line 1: has other columns"),
        ("platform,zh,en\nair,低空\n", "line 2: is"),
        ("platform,zh,en\nair,低空, \n", "line 2: is"),
        ("platform,zh,en\n\nmarket,市场,Market\n", "line 3: has the platform 'market'"),
        ("platform,zh,en\nAir,低空,Air\n", "line 2: has the platform 'Air'"),
        ("platform,zh,en\na,低,A\na,高,B\n", "line 3: has the platform 'a'"),
    ],
)
def test_table_of_platforms_that_is_none_is_refused(
    directory: Path, table: str, found: str
) -> None:
    (directory / "platforms.csv").write_text(table, "utf8")
    with pytest.raises(ScenarioError, match=rf"platforms\.csv', {found}"):
        use_packs(directory)


def test_files_are_checked_each_beside_those_before_it(directory: Path) -> None:
    sound, absent = directory / "kites.toml", directory / "absent.toml"
    assert check_files([sound], TEMPLATES) == []
    twice, missing = check_files([sound, sound, absent], TEMPLATES)
    assert "line 1: has the pack 'kites', which is there already" in twice
    assert "cannot be read" in missing
    [strange] = check_files([sound], ("bell",))
    assert "line 5: has 'loop' as 's_town', expected one of ['bell']" in strange
