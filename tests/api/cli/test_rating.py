"""`pagoda safety`, `due`, `risk` and `map` on S town, as an inspector runs them."""

import csv
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli import commands
from gis.models import Scene

LAST = "2026-09-30"


@pytest.fixture
def on(
    pagoda: Callable, sample_store_url: str, monkeypatch: pytest.MonkeyPatch
) -> Callable:
    """Run `pagoda` on the store of S town."""
    monkeypatch.setenv("PAGODA_STORE", sample_store_url)
    return pagoda


@pytest.fixture(scope="module")
def codes_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first who asks for codes has them written."""
    return tmp_path_factory.mktemp("codes") / "codes.csv"


@pytest.fixture
def codes(on: Callable, codes_file: Path) -> list[dict[str, str]]:
    """Every code, as the command wrote it."""
    if not codes_file.exists():
        answer = on("safety", "--on", LAST, "--out", codes_file)
        assert (answer.code, answer.err) == (0, "")
    with codes_file.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_safety_counts_the_codes_that_it_writes(
    on: Callable, codes: list[dict[str, str]]
) -> None:
    said = on("safety", "--on", LAST).out
    counts = Counter(row["code"] for row in codes)
    assert sum(counts.values()) == 11_000
    for code, count in counts.items():
        assert f"{count:,} {code}" in said
    late = sum(int(row["overdue_days"]) > 0 for row in codes)
    assert f"Overdue    {late:,} checks" in said
    for scene in Scene:
        assert re.search(rf"^{scene} +\d", said, re.M)


def test_why_prints_findings_rule_history_and_the_next_check(
    on: Callable, codes: list[dict[str, str]]
) -> None:
    place = next(row for row in codes if row["code"] == "red")
    said = on("safety", "why", place["place_id"], "--on", LAST).out
    assert f"{LAST}  red  by rule safety safety/1" in said
    for criterion in place["criteria"].split(";"):
        assert f"{criterion}: " in said
    assert re.search(r"finding \S+ \((minor|serious|critical)\) since 2026-\d\d-", said)
    assert f"Next check due {place['due_on']}" in said
    assert said.rstrip().endswith("red")
    # the option counts before the word too
    assert on("safety", "--on", LAST, "why", place["place_id"]).out == said


def test_due_of_a_grid_is_every_place_owed_there(
    on: Callable, codes: list[dict[str, str]]
) -> None:
    owed = [row for row in codes if row["due_on"] <= LAST]
    grid = Counter(row["grid_id"] for row in owed).most_common(1)[0][0]
    said = on("due", "--grid", grid, "--on", LAST).out
    listed = re.findall(r"^  (?:red|yellow|green) +(\S+)", said, re.M)
    assert sorted(listed) == sorted(r["place_id"] for r in owed if r["grid_id"] == grid)
    assert re.search(rf"^Grid {grid}: {grid}-L answers, held by L\d+$", said, re.M)
    total = on("due", "--on", LAST).out
    assert f"{len(owed):,} checks are due" in total


def test_risk_counts_every_tier_and_writes_every_area(
    on: Callable, tmp_path: Path
) -> None:
    said = on("risk", "--on", LAST, "--out", tmp_path / "areas.csv").out
    for name, count in (("Grids", 125), ("Emergency circles", 12), ("Communities", 43)):
        [line] = re.findall(rf"^{name} +(\d.*)$", said, re.M)
        assert sum(int(part.split()[0]) for part in line.split(", ")) == count
    with (tmp_path / "areas.csv").open(encoding="utf-8-sig") as file:
        layers = Counter(row["layer"] for row in csv.DictReader(file))
    assert layers["grids"] == 125
    assert [layers[f"tier{tier}"] for tier in (1, 2, 3, 4)] == [1, 6, 12, 30]
    on("risk", "--on", LAST, "--out", tmp_path / "areas.geojson")
    drawn = json.loads((tmp_path / "areas.geojson").read_text(encoding="utf-8"))
    assert len(drawn["features"]) == 174


def test_map_is_one_page_and_the_same_bytes_again(on: Callable, tmp_path: Path) -> None:
    first, again = tmp_path / "a.html", tmp_path / "b.html"
    answer = on("map", "--on", LAST, "--out", first)
    assert (answer.code, answer.err) == (0, "")
    on("map", "--on", LAST, "--out", again)
    assert first.read_bytes() == again.read_bytes()
    assert f"S 镇 · {LAST}" in first.read_text(encoding="utf-8")


def test_map_over_tiles_beside_the_page(on: Callable, tmp_path: Path) -> None:
    page = tmp_path / "map.html"
    tiles = ("--tiles", "tiles", "--tiles-by", "Survey office")
    assert on("map", "--on", LAST, "--out", page, *tiles).code == 0
    text = page.read_text(encoding="utf-8")
    assert "img-src data: 'self' file:" in text
    assert "Survey office" in text


def test_what_was_not_known_yet_does_not_count(on: Callable) -> None:
    answer = on("safety", "--on", LAST, "--known-at", "2026-01-01")
    assert answer.code == 2
    assert "has no version in force" in answer.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("safety", "why", "E99999", "--on", LAST), "no coded place 'E99999'"),
        (("due", "--grid", "G12", "--on", LAST), "has no grid 'G12'"),
        (("risk", "--on", LAST, "--out", "areas.xls"), "expected .csv, .xlsx, .json"),
        (("safety", "--on", LAST, "--known-at", "soon"), "'soon'"),
        (("map", "--on", LAST, "--out", "/dev/null/map.html"), "cannot be written"),
        (("map", "--out", "m.html", "--on", LAST, "--tiles", "../x"), "relative path"),
    ],
    ids=["place", "grid", "ending", "time", "folder", "tiles"],
)
def test_what_cannot_be_is_one_sentence(
    on: Callable, arguments: tuple[str, ...], said: str
) -> None:
    answer = on(*arguments)
    assert answer.code == 2
    assert said in answer.err
    assert answer.err.count("\n") == 1
    assert answer.err.endswith(".\n")


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path there."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.slow
def test_a_report_made_again_as_of_its_cut_off_is_the_same(
    on: Callable, tmp_path: Path
) -> None:
    first = on("report", "daily", "--on", LAST, "--out", tmp_path / "first")
    assert (first.code, first.err) == (0, "")
    [cut_off] = re.findall(r"--known-at (\S+):", first.out)
    on("report", "daily", "--on", LAST, "--known-at", cut_off, "--out", tmp_path / "b")
    before, again = files_of(tmp_path / "first"), files_of(tmp_path / "b")
    assert {"figures.json", "areas.csv", "report.html", "report.pdf"} <= set(before)
    assert sum(name.startswith("ledgers/") for name in before) > 43
    assert before == again
    figures = json.loads(before["figures.json"])
    assert figures["head"]["cut_off"] == cut_off


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("report", "daily", "--known-at", "2199-01-01"), "lies in the future"),
        (("report", "monthly", "--on", "2026-09-29"), "the last day of a month"),
        (("report", "daily", "--on", "2020-01-01"), "no version in force"),
    ],
    ids=["future", "not the end of a month", "before the first version"],
)
def test_a_report_that_cannot_be_is_one_sentence(
    on: Callable, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    answer = on(*arguments, "--out", tmp_path / "out")
    assert answer.code == 2
    assert said in answer.err
    assert answer.err.endswith(".\n")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("risk", "--on", LAST),
        ("safety", "why", "E18528", "--on", LAST),
    ],
    ids=" ".join,
)
def test_a_reader_of_chinese_meets_no_english(
    on: Callable, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("PAGODA_LANG", "zh")
    # the help, once it is Chinese, would be so for the other tests of this process
    monkeypatch.setattr(commands, "speak", lambda _: None)
    answer = on(*arguments)
    assert answer.code == 0
    # codes behind their words, what an inspection says, versions, ids
    beside = r"（[\w-]+）|检查 \w+ \w+$|\w+(-\w+)*/\d|[A-Z]?\d[\w-]*"
    for line in answer.out.splitlines():
        assert not re.search(r"[A-Za-z]{3,}", re.sub(beside, "", line)), line


def test_propose_prints_the_card_and_classes_and_stores_nothing(on: Callable) -> None:
    answer = on("risk", "propose")
    assert (answer.code, answer.err) == (0, "")
    assert "Proposed from the scores of 2026-09-01 / 2026-09-30" in answer.out
    assert "\n  Breaks, upper limits included: " in answer.out
    assert "places make at least 70 % of S" in answer.out
    [counts] = re.findall(r"^  grids +(.*)$", answer.out, re.M)
    assert sum(int(count) for count in re.findall(r"(\d+) ", counts)) == 125
    assert answer.out.endswith(
        "Nothing was stored; --store-as, --owner and --valid-from store it.\n"
    )
    assert "method area-risk/2" in on("risk", "--on", LAST).out


def test_plan_prints_each_circle_with_its_trades_and_what_its_posts_can_do(
    on: Callable,
) -> None:
    answer = on("risk", "plan", "--on", LAST, "--days", "7", "--checks-a-day", "5")
    assert (answer.code, answer.err) == (0, "")
    assert "Checks from 2026-10-01 to 2026-10-07" in answer.out
    lines = re.findall(
        r"^(C4-\d+) +([\d,]+) checks at .* posts can do ([\d,]+) \(", answer.out, re.M
    )
    assert len(lines) == 30
    assert all(int(capacity.replace(",", "")) % 35 == 0 for *_, capacity in lines)
    assert re.search(r"^    look for [a-z-_]+ \d", answer.out, re.M)


def test_proposal_is_stored_with_name_owner_and_day_or_not_at_all(
    pagoda: Callable, sample_store_url: str, tmp_path: Path
) -> None:
    answer = pagoda(
        "risk", "propose", "--store", sample_store_url, "--store-as", "area-risk/s/1"
    )
    assert answer.code == 2
    assert "give --store-as, --owner and --valid-from together" in answer.err
    copy = shutil.copy(sample_store_url, tmp_path / "own.gpkg")
    answer = pagoda(
        *("risk", "propose", "--store", copy, "--store-as", "area-risk/s/1"),
        *("--owner", "grid office of S town", "--valid-from", "2026-10-01"),
    )
    assert (answer.code, answer.err) == (0, "")
    assert "Stored as 'area-risk/s/1' by 'grid office of S town': days from " in (
        answer.out
    )
    for day, version in ((LAST, "area-risk/2"), ("2026-10-01", "area-risk/s/1")):
        assert f"method {version}" in pagoda("risk", "--store", copy, "--on", day).out


def test_codes_prints_sheets_of_a_grid_once_it_knows_the_public_address(
    on: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "codes.pdf"
    arguments = ("codes", "--out", path, "--grid", "330199101040001", "--on", LAST)
    refusal = on(*arguments)
    assert (refusal.code, path.exists()) == (2, False)
    assert "PAGODA_PUBLIC_URL" in refusal.err
    monkeypatch.setenv("PAGODA_PUBLIC_URL", "https://town.example")
    answer = on(*arguments)
    assert (answer.code, answer.err) == (0, "")
    assert re.fullmatch(rf"Wrote {path}, [\d,]+ codes\.\n", answer.out)
    assert path.read_bytes().startswith(b"%PDF")
