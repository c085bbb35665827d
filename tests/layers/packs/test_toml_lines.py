"""A value is found in its line, whatever stands around it."""

import tomllib

import pytest

from gis.errors import ScenarioError
from layers.packs.toml_lines import TomlFile, fault_line, line_of

TEXT = '''# a comment with pack = "no"
pack = "a"
name = [
  "中",
  "b = 1",
]
note = """
kinds = 3
"""
[[kinds]]
kind = "x"
minutes = { accept = 1, arrive = 2 }

[[kinds]]
kind = "y"
[kinds.minutes]
accept = 3

[map]
symbol.big = "s"
'''


@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("pack",), 2),
        (("name",), 3),
        (("note",), 7),
        (("kinds",), 10),
        (("kinds", 0), 10),
        (("kinds", 0, "kind"), 11),
        (("kinds", 0, "minutes", "arrive"), 12),
        (("kinds", 1), 14),
        (("kinds", 1, "kind"), 15),
        (("kinds", 1, "minutes"), 16),
        (("kinds", 1, "minutes", "accept"), 17),
        (("map",), 19),
        (("map", "symbol"), 20),
        (("map", "symbol", "big"), 20),
        (("kinds", 1, "absent"), 14),
        (("absent",), 1),
    ],
    ids=str,
)
def test_value_is_found_in_its_line(path, line, ends):
    assert line_of(TEXT.replace("\n", ends), path) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = 1\nb = ?", 2), ("a = 1\n\na = 2\n", 3), ('a = 1\nb = """\n', 3)],
    ids=["value", "twice", "open to the end"],
)
def test_line_at_which_a_text_stops_to_be_toml(text, line):
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    assert fault_line(text, caught.value) == line


FILE_TEXT = """# a comment
pack = "noise"
names = [
  "a = 1",
  ["x"],
  ["y"]
]
long = '''
kind = "no key"
'''

[[kinds]]
kind = "noise"
minutes = { accept = 1 }

[[kinds]]   # the second one
"kind" = "smoke"

[map]
symbol = "dot"
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("pack",), 2),
        (("names", 1), 3),
        (("long",), 8),
        (("kinds", 0), 12),
        (("kinds", 0, "kind"), 13),
        (("kinds", 0, "minutes", "accept"), 14),
        (("kinds", 1), 16),
        (("kinds", 1, "kind"), 17),
        (("kinds", 1, "colour"), 16),
        (("map", "symbol"), 20),
        (("nothing",), 1),
    ],
)
def test_each_value_has_the_line_it_stands_on(path, line):
    assert TomlFile("x.toml", FILE_TEXT).line_of(path) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [('a = 1\nb = "', 2), ("a = 1\na = 2", 2), ("a = 1\n\nb = [1,", 3), ("]", 1)],
)
def test_what_is_not_toml_is_refused_with_its_line(text, line):
    with pytest.raises(ScenarioError, match=f"^x.toml, line {line}: it is not TOML"):
        TomlFile("x.toml", text)
