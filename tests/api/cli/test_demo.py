"""The demo writes the answers and the map, says what a planner needs, twice alike."""

import csv
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

ANSWERS, MAP = "s_town_assigned.csv", "s_town_map.html"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that does not exist yet."""
    return tmp_path_factory.mktemp("demo") / "deep" / "out"


@pytest.mark.slow
def test_demo_twice_gives_the_same_bytes(pagoda: Callable, folder: Path) -> None:
    first = pagoda("demo", "--out", folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    second = pagoda("demo", "--out", folder)
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(before) == {ANSWERS, MAP}
    assert before == after
    assert (first.code, first.err) == (0, "")
    assert first == second
    assert_summary(first.out, before[ANSWERS].decode())
    assert f"Open the map        {folder / MAP} " in first.out
    assert f"Read the answers    {folder / ANSWERS}\n" in first.out


def assert_summary(summary: str, answers: str) -> None:
    """Hold the figures of the summary to the file of answers."""
    [total] = re.findall(r"^Events +([\d,]+) of ", summary, re.M)
    counts = {
        status: int(number.replace(",", ""))
        for status, number in re.findall(r"^  ([a-z]+) +([\d,]+)  ", summary, re.M)
    }
    rows = list(csv.DictReader(answers.splitlines()))
    assert total == "21,000"
    assert sum(counts.values()) == len(rows) == 21_000
    assert counts == Counter(row["status"] for row in rows)
    assert total_of("Five colours", summary) == 125
    assert total_of("Safety codes", summary) == 11_000
    assert "125 grids under 1, 6, 12, 30 circles" in summary
    assert re.search(r"^Coverage +clean", summary, re.M)


def total_of(head: str, summary: str) -> int:
    """The sum of the counts of a line."""
    [told] = re.findall(rf"^{head} +(.*)$", summary, re.M)
    parts = [part.split()[0] for part in told.split(", ")]
    return sum(int(part.replace(",", "")) for part in parts)


def test_an_output_that_is_a_file_is_refused(pagoda: Callable, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    answer = pagoda("demo", "--out", tmp_path / "out")
    assert (answer.code, answer.out) == (2, "")
    assert re.fullmatch(
        r"The folder .* cannot be made \(.*\); choose .*\.\n", answer.err
    )
    assert (tmp_path / "out").read_text() == "mine"
