"""A pack is read whole, or refused with its name, the line and what was expected."""

import pytest

from gis.errors import ScenarioError
from gis.events import Codes, Minutes, SameWithin
from layers.packs.scenario_text import LONGEST, PackText, pack_of_text
from support.makers.pack_texts import TEXT, without

CODES = Codes(("s_town",))
OPTIONAL = (
    "verify_below",
    "same_within",
    "close_at",
    "sensitive",
    "hazard",
    "whistle_by",
    "responders",
    "[map]",
    "symbol",
)


def read(text):
    return pack_of_text(PackText("kites.toml", text), CODES)


def test_every_value_is_read():
    pack = read(TEXT)
    assert (pack.pack, pack.name, pack.owner) == (
        "kites",
        ("风筝", "Kites"),
        "park office",
    )
    assert (pack.sources, pack.template) == (("citizen", "camera"), "s_town")
    assert (pack.verify_below, pack.symbol) == (0.8, "kite")
    assert not pack.takes_all_kinds
    [kind] = pack.kinds
    assert kind.departments == ("power_supply", "urban_management")
    assert kind.minutes == Minutes(15, 30, 1440, 30)
    assert kind.same_within == SameWithin(30.0, 60)
    assert (kind.is_sensitive, kind.is_hazard) == (False, True)


def test_what_has_a_default_may_be_left_out():
    pack = read(without(OPTIONAL))
    [kind] = pack.kinds
    assert (pack.verify_below, pack.symbol, kind.same_within) == (0.0, "", None)
    assert (kind.close_at, kind.is_sensitive, kind.is_hazard) == ("grid", False, False)
    assert (kind.whistle_by, kind.responders) == (("operator", "leader"), ())


@pytest.mark.parametrize(
    ("line", "new", "number", "found"),
    [
        ("pack =", "colour = 1", 1, "has the key 'colour', expected only"),
        ("close_at", "colour = 1", 17, "has the key 'colour', expected only"),
        ("symbol", "colour = 1", 24, "has the key 'colour', expected only"),
        ("minutes", "minutes = { accept = 1, late = 2 }", 15, "has the key 'late'"),
        ("owner", "", 1, "has no 'owner', expected a text"),
        ("owner", 'owner = ""', 3, "has the owner '', expected a body"),
        ("owner", "owner = 7", 3, "has 'owner' as 7, expected a text"),
        ("name = ", 'name = ["风筝"]', 2, "expected a Chinese and an English name"),
        ("sources", 'sources = "citizen"', 4, "has 'sources' as 'citizen', expected a"),
        ("sources", "sources = [1]", 4, r"has 'sources' as \[1\], expected a list"),
        ("loop", 'loop = "circle"', 5, "has 'loop' as 'circle', expected one of"),
        ("verify_below", "verify_below = true", 6, "as True, expected a number"),
        ("verify_below", "verify_below = nan", 6, "as nan, expected 0 to 1"),
        ("verify_below", f"verify_below = 1{'0' * 400}", 6, "expected a smaller"),
        ("kind =", "", 8, "has no 'kind', expected a text"),
        ("sensitive", 'sensitive = "no"', 18, "expected true or false"),
        ("minutes", "minutes = { accept = true }", 15, "expected a whole number"),
        ("minutes", "minutes = { accept = 1.5 }", 15, "expected a whole number"),
        ("minutes", "minutes = { accept = 1 }", 15, "has no 'arrive', expected"),
        ("minutes", "minutes = 5", 15, "has 'minutes' as 5, expected a table"),
        ("same_within", 'same_within = "near"', 16, "expected a table with"),
        ("same_within", "same_within = { metres = 5 }", 16, "has no 'minutes'"),
        ("[map]", "map = 1", 23, "has the key 'map', expected only"),
        ("platform", 'platform = "moon"', 13, "has 'platform' as 'moon'"),
    ],
)
def test_fault_is_named_with_file_and_line(line, new, number, found):
    lines = TEXT.splitlines()
    row = next(row for row, text in enumerate(lines) if text.startswith(line))
    lines[row] = new
    expected = rf"^Pack 'kites.toml', line {number}: .*{found}.*; correct it\.$"
    with pytest.raises(ScenarioError, match=expected) as caught:
        read("\n".join(lines))
    assert "\n" not in str(caught.value)


def test_kind_that_stands_twice_in_a_pack_is_named_at_the_second():
    second = TEXT[TEXT.index("[[kinds]]") : TEXT.index("[map]")]
    twice = TEXT.replace("[map]", f"{second}[map]")
    expected = "line 24: has the kind 'kite' twice"
    with pytest.raises(ScenarioError, match=expected):
        read(twice)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("pack = kites", 1),
        (f"{TEXT}[map]\n", 25),
        (TEXT.replace('loop = "s_town"', 'loop = "s_town"\nloop = "bell"'), 6),
        (TEXT.replace('"kite"', '"kite'), 9),
        (TEXT.replace("0.8", f"0.8\nx = {'[' * 5000}"), 7),
        (TEXT.replace("0.8", f"0.8\nx = {'9' * 5000}"), 7),
        (f"{TEXT}\0", 25),
    ],
    ids=["bare", "table twice", "key twice", "open", "deep", "long number", "null"],
)
def test_text_that_is_no_toml_is_refused_by_its_line(text, number):
    with pytest.raises(ScenarioError, match=rf"^Pack 'kites.toml', line {number}: "):
        read(text)


def test_text_without_end_is_refused():
    with pytest.raises(ScenarioError, match="longer than"):
        read(f"# {'a' * LONGEST}\n{TEXT}")


def test_kinds_that_are_no_tables_are_refused():
    head = TEXT.partition("[[kinds]]")[0]
    with pytest.raises(ScenarioError, match=r"line 8: .* begin with \[\[kinds\]\]"):
        read(f"{head}kinds = 3\n")
