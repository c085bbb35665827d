"""README, its Chinese twin and the code say the same."""

import re
import subprocess
import tomllib
from pathlib import Path

import click
import pytest

from api.cli.commands import cli
from api.settings import Settings
from gis.access import MAY, Act
from gis.assignment import REASONS
from gis.models import Status
from layers.words.loops import PARTIES

ROOT = Path(__file__).parents[1]
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
ROWS = ROOT / "tests" / "requirements" / "README.md"
DOCUMENTS = [
    *READMES,
    ROWS,
    *(
        ROOT / f"{name}.md"
        for name in ("ARCHITECTURE", "DECISIONS", "CONTRIBUTING", "CHANGELOG")
    ),
]
FLOORS = ("gis", "layers", "api")
SOURCES = (*FLOORS, "tests", "notebooks", "sample_geodata")
KINDS = {".py", ".md", ".sql", ".js", ".css", ".toml", ".ipynb", ".json"}
NO_TEST_YET = "no test yet"


def read(path):
    return path.read_text(encoding="utf-8")


def code_blocks(path):
    return re.findall(r"```\w+\n(.*?)```", read(path), flags=re.DOTALL)


def commands():
    """Every command by its words; those of a group have two."""
    flat = {}
    for name, command in cli.commands.items():
        flat[name] = command
        if isinstance(command, click.Group):
            flat |= {f"{name} {sub}": c for sub, c in command.commands.items()}
    return flat


@pytest.mark.parametrize("folder", [ROOT, ROOT / "deploy"], ids=lambda path: path.name)
def test_readmes_say_whose_key_the_figures_for_prometheus_take(folder):
    # words of a sentence stand on several lines
    english, chinese = (
        re.search(r"`/metrics`.*?\n\n", read(folder / f"README{end}.md"), re.DOTALL)[0]
        for end in ("", ".zh-CN")
    )
    for role, words in PARTIES.items():
        has_key = role in MAY[Act.OPERATE]
        assert (words.en.lower() in re.findall(r"[a-z]+", english)) == has_key
        assert (words.zh in chinese.replace("\n", "")) == has_key


def test_both_readmes_have_the_same_commands():
    english, chinese = (code_blocks(path) for path in READMES)
    assert english == chinese
    assert len(english) >= 4


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_readme_names_every_status_reason_and_setting(path):
    text = read(path)
    for status in Status:
        assert f"`{status}`" in text
    for reason in filter(None, REASONS):
        assert f"`{reason}`" in text
    for setting in Settings.model_fields:
        assert f"PAGODA_{setting.upper()}" in text


@pytest.mark.parametrize(
    "path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT))
)
def test_links_of_documents_exist(path):
    for target in re.findall(r"\]\(([^)#]+)\)", read(path)):
        assert (path.parent / target).exists(), target


def test_commands_of_the_readme_exist_with_their_options():
    lines = [
        line
        for block in code_blocks(READMES[0])
        for line in block.splitlines()
        if line.startswith("pagoda ")
    ]
    assert len(lines) >= 3
    for line in lines:
        _, name, *words = line.split()
        sub = f"{name} {words[0]}" if words else name
        name = sub if sub in commands() else name
        command = commands()[name]
        known = {flag for p in command.params for flag in p.opts}
        assert {word for word in words if word.startswith("--")} <= known


def test_every_command_stands_in_the_readme():
    for name in cli.commands:
        assert f"pagoda {name}" in read(READMES[0]) or f"make {name}" in read(
            READMES[0]
        )


def test_every_option_of_a_command_says_what_it_is():
    silent = [
        f"{name} {param.opts[0]}"
        for name, command in commands().items()
        for param in command.params
        if isinstance(param, click.Option) and not param.help
    ]
    assert silent == []


def test_make_targets_of_the_readme_exist():
    targets = set(re.findall(r"^(\w+):", read(ROOT / "Makefile"), flags=re.MULTILINE))
    for path in READMES:
        named = set(re.findall(r"make (\w+)", read(path), flags=re.ASCII))
        assert named <= targets


def test_every_make_target_says_what_it_does_and_make_alone_prints_it():
    rules = re.findall(
        r"^([a-z]\w*):(?!=)(.*)$", read(ROOT / "Makefile"), flags=re.MULTILINE
    )
    assert [target for target, rest in rules if not re.search(r"## \S", rest)] == []
    printed = subprocess.run(
        ["make"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert re.findall(r"^make (\w+) +\S", printed, flags=re.MULTILINE) == [
        target for target, _ in rules
    ]


@pytest.mark.parametrize(
    "path", [*READMES, ROOT / "CONTRIBUTING.md"], ids=lambda path: path.name
)
def test_ways_to_run_a_part_of_the_tests_are_told(path):
    for command in ("make help", "make test T=", "make quick"):
        assert command in read(path)


def test_every_dependency_has_its_reason():
    project = tomllib.loads(read(ROOT / "pyproject.toml"))
    listed = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    for extra in project["project"]["optional-dependencies"].values():
        listed = listed + extra
    text = read(ROOT / "CONTRIBUTING.md")
    for requirement in listed:
        name = re.split(r"[><=; \[]", requirement)[0]
        assert name in text, name


def test_python_of_the_readme_runs(tmp_path, monkeypatch):
    (block,) = (b for b in code_blocks(READMES[0]) if b.startswith("import pandas"))
    for name in ("grids.geojson", "events.csv"):
        source = ROOT / "sample_geodata" / "s_town" / name
        (tmp_path / name).write_bytes(source.read_bytes())
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(block, names)  # noqa: S102  our own README
    assert names["territory"].assigner().assign(120.08, 30.33).grid_id is not None
    assert {"inside", "snapped", "unlocated"} <= set(names["answers"]["status"])
    assert (tmp_path / "explored.html").is_file()


def texts_of_the_repository():
    """Every file that a person reads, without what npm packed."""
    deep = [path for folder in SOURCES for path in (ROOT / folder).rglob("*")]
    flat = [*ROOT.glob("*.md"), *ROOT.glob("*.toml"), *ROOT.glob("*.py")]
    return [
        path
        for path in [*flat, ROOT / "Makefile", *deep]
        if path.is_file()
        and (path.suffix in KINDS or path.name == "Makefile")
        and "dist" not in path.parts
        and path != Path(__file__)
    ]


def test_nothing_points_to_a_design_that_is_not_here():
    absent = re.compile(r"\bDESIGN\b|HOUSE_STYLE|requirements\.md|[Rr]equirement row")
    texts = texts_of_the_repository()
    assert ROWS in texts
    pointing = [str(path) for path in texts if absent.search(read(path))]
    assert pointing == []


def test_code_names_no_row_by_its_bare_number():
    number = re.compile(r"\b[Rr]ows? [0-4]-\d\d\b")
    bare = [
        str(path)
        for folder in FLOORS
        for path in (ROOT / folder).rglob("*.py")
        if number.search(read(path))
    ]
    assert bare == []


def table_of_rows():
    """Whether a test checks a row, by the number of the row."""
    lines = re.findall(r"^\| (\d-\d\d\+?) \| .+ \| (.+) \|$", read(ROWS), re.MULTILINE)
    assert len(lines) == len(dict(lines)), "a number stands twice"
    return dict(lines)


def rows_of(text):
    """Numbers of the rows that the names of tests begin with."""
    name = re.compile(r"^ *(?:async )?def test_row_(\d)_(\d\d)_(plus_)?", re.MULTILINE)
    return {f"{a}-{b}{'+' * bool(plus)}" for a, b, plus in name.findall(text)}


def rows_of_tests():
    paths = (ROOT / "tests").rglob("test_*.py")
    return set().union(*(rows_of(read(path)) for path in paths))


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("test_row_4_04_a_department_arrives", {"4-04"}),
        ("test_row_4_04_plus_a_summons_ends", {"4-04+"}),
        ("test_row_4_04_plusses", {"4-04"}),
        ("test_row_of_a_table", set()),
    ],
)
def test_name_of_a_test_begins_with_the_number_of_its_row(name, rows):
    assert rows_of(f"def {name}():\n    pass\n") == rows


def test_every_number_of_the_table_can_be_named_by_a_test():
    for number in table_of_rows():
        name = number.replace("-", "_").replace("+", "_plus")
        assert rows_of(f"def test_row_{name}_works():") == {number}


def test_every_row_that_a_test_names_stands_in_the_table():
    assert rows_of_tests() - set(table_of_rows()) == set()


def test_table_marks_exactly_the_rows_without_a_test():
    marks = table_of_rows()
    assert set(marks.values()) <= {"yes", NO_TEST_YET}
    marked = {number for number, mark in marks.items() if mark == NO_TEST_YET}
    assert marked == set(marks) - rows_of_tests()


def test_rows_of_the_changelog_stand_in_the_table():
    named = set(re.findall(r"\b[0-4]-\d\d\b\+?", read(ROOT / "CHANGELOG.md")))
    assert len(named) > 20
    assert named - set(table_of_rows()) == set()


def test_every_decision_names_what_was_refused():
    _, *decisions = re.split(r"^## ", read(ROOT / "DECISIONS.md"), flags=re.MULTILINE)
    silent = [text.splitlines()[0] for text in decisions if "Refused:" not in text]
    assert silent == []
