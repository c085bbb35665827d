import pytest

from gis.errors import ScenarioError
from layers.packs.toml_lines import TomlFile

TEXT = """# a comment
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
    assert TomlFile("x.toml", TEXT).line_of(path) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [('a = 1\nb = "', 2), ("a = 1\na = 2", 2), ("a = 1\n\nb = [1,", 3), ("]", 1)],
)
def test_what_is_not_toml_is_refused_with_its_line(text, line):
    with pytest.raises(ScenarioError, match=f"^x.toml, line {line}: it is not TOML"):
        TomlFile("x.toml", text)
