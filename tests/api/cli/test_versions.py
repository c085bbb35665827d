"""`pagoda publish`, `withdraw` and `versions`: what comes into force, what may not."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from support.makers import broken_files as broken
from support.makers.three_grids import (
    PERSONS,
    head,
    read,
)

ON_FIRST = ("--base", "1", *PERSONS)


def test_versions_tell_what_is_in_force_pending_and_past(on: Callable) -> None:
    circles = ("load", "circles", "circles.csv", "--base", "1")
    on(*circles, "--valid-from", "2026-02-01", *PERSONS)
    later = ("--valid-from", "2199-01-01", "--note", "far", "--base", "2", *PERSONS)
    assert on("publish", "--grids", "grids.geojson", "--id", "code", *later).code == 0
    states = [line.split()[1] for line in on("versions").out.splitlines()[2:]]
    assert states == ["past", "in", "pending"]


def test_digest_of_the_reviewer_is_compared(on: Callable) -> None:
    before = head()
    options = (*ON_FIRST, "--digest", "f" * 64)
    answer = on("load", "circles", "circles.csv", *options)
    assert answer.code == 2
    assert "was reviewed with digest" in answer.err
    assert head() == before


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (("--valid-from", "2025-01-01", *ON_FIRST), "publish it as a correction"),
        (("--base", "7", *PERSONS), "is based on '7' where the head is version 1"),
        (PERSONS, "publish it with --base 1"),
        (
            ("--base", "1", "--author", "one", "--reviewer", " One"),
            "a second person",
        ),
        (("--valid-from", "soon", *ON_FIRST), "expected a day or time"),
    ],
    ids=["back-dated", "other base", "no base", "one person", "no time"],
)
def test_publication_that_breaks_a_rule_is_refused(
    on: Callable, options: tuple[str, ...], text: str
) -> None:
    before = head()
    answer = on("load", "circles", "circles.csv", *options)
    assert answer.code == 2
    assert text in answer.err
    assert answer.err.count("\n") == 1
    assert head() == before


GRIDS, CIRCLES = "grids.geojson", "circles.csv"


@pytest.mark.parametrize(
    ("name", "command"),
    [
        (GRIDS, ("load", "grids", GRIDS, "--id", "code", *ON_FIRST)),
        (GRIDS, ("publish", "--grids", GRIDS, "--id", "code", *ON_FIRST)),
        (GRIDS, ("check", "--grids", GRIDS, "--id", "code")),
        (CIRCLES, ("load", "circles", CIRCLES, *ON_FIRST)),
        (
            CIRCLES,
            (
                *("publish", "--grids", GRIDS, "--id", "code"),
                *("--circles", CIRCLES, *ON_FIRST),
            ),
        ),
        (
            CIRCLES,
            ("check", "--grids", GRIDS, "--id", "code", "--circles", CIRCLES),
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else value,
)
def test_id_that_would_be_a_path_of_areas_is_refused_by_its_row(
    on: Callable, files: Path, name: str, command: tuple[str, ...]
) -> None:
    before = head()
    text = (files / name).read_text(encoding="utf-8")
    old, new, row = ("G2", "C1/G2", 2) if name == GRIDS else ("C1", "C1/G1", 1)
    (files / name).write_text(text.replace(old, new), encoding="utf-8")
    answer = on(*command)
    assert answer.code == 2, answer.out
    assert f"row {row}, field" in answer.err
    sentence = answer.err.splitlines()[-1]
    assert (
        f"{new!r} has '/', which separates the ids in the path of an area" in sentence
    )
    assert head() == before


def test_publication_before_a_later_version_is_told_its_options(on: Callable) -> None:
    form = ("--valid-from", "2025-01-01", *ON_FIRST)
    answer = on("load", "circles", "circles.csv", *form)
    assert answer.code == 2
    assert answer.err.count("\n") == 1
    assert (
        "names none of them; publish it as a correction that names --untouched 1 ("
        in (answer.err)
    )


def test_correction_form_publishes_into_the_past(on: Callable) -> None:
    form = ("--valid-from", "2025-01-01", "--untouched", "1", *ON_FIRST)
    assert on("load", "circles", "circles.csv", *form).code == 0


def test_grid_id_that_was_retired_does_not_come_back(on: Callable, files: Path) -> None:
    whole = json.loads((files / "grids.geojson").read_text())
    two = [f for f in whole["features"] if f["properties"]["code"] != "G3"]
    broken.geojson(files / "two.geojson", two)
    publish = ("publish", "--id", "code", *PERSONS, "--grids")
    smaller = ("two.geojson", "--base", "1", "--outline", "two.geojson")
    assert on(*publish, *smaller, "--valid-from", "2026-03-01").code == 0
    whole = ("grids.geojson", "--base", "2", "--outline", "grids.geojson")
    answer = on(*publish, *whole, "--valid-from", "2026-04-01")
    assert answer.code == 2
    assert "['G3'] (1 in all) were retired" in answer.err


def test_grid_code_outside_its_community_is_refused_by_name(
    on: Callable, files: Path
) -> None:
    features = [
        broken.feature(
            {"code": f"33019910100100{n}", "community_id": community},
            [broken.square(120.0 + n / 10, 30.0)],
        )
        for n, community in enumerate(["330199101001", "330199101002", "330199101003"])
    ]
    broken.geojson(files / "coded.geojson", list(features))
    answer = on("publish", "--grids", "coded.geojson", "--id", "code", *ON_FIRST)
    assert answer.code == 2
    lines = answer.err.splitlines()
    assert lines[0].startswith("row 2, field 'grid_id': Code '330199101001001'")
    assert lines[1].startswith("row 3, field 'grid_id'")
    assert "2 codes that do not fit" in lines[-1]


COUNTED = (120.0, 120.1, 120.2)


@pytest.fixture
def counted(files: Path) -> Path:
    """Grids with residents in two communities, and a file of these communities."""
    features = [
        broken.feature(
            {"code": f"G{n + 1}", "parent_id": "C1", "community_id": community}
            | (
                {"residents": 100 * n, "registered": None, "households": 40 * n}
                if n
                else {}
            ),
            [broken.square(lon, 30.0)],
        )
        for n, (lon, community) in enumerate(zip(COUNTED, "AAB", strict=True))
    ]
    names = "community_id,name\nA,甲社区\nB,乙社区\n"
    (files / "communities.csv").write_text(names, encoding="utf-8")
    return broken.geojson(files / "counted.geojson", list(features))


def publish_counted(on: Callable, *more: str) -> object:
    grids = ("publish", "--grids", "counted.geojson", "--id", "code", *ON_FIRST)
    outline = ("--outline", "counted.geojson")
    return on(*grids, *outline, "--valid-from", "2026-03-01", *more)


def test_communities_of_a_file_are_published_with_their_names(
    on: Callable, counted: Path
) -> None:
    answer = publish_counted(on, "--communities", "communities.csv")
    assert answer.code == 0, answer.err
    store = read()
    assert store.communities()["name"].tolist() == ["甲社区", "乙社区"]
    store.close()
    # without the file the names of the head stay
    more = ("--valid-from", "2026-04-01", "--base", "2")
    assert publish_counted(on, *more).code == 0
    store = read()
    assert store.communities()["name"].tolist() == ["甲社区", "乙社区"]
    store.close()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("community_id,name\nA,甲\n", "Communities ['B'] (1 in all)"),
        ("community_id,mayor\nA,1\nB,2\n", "does not know, ['mayor']"),
        ("name\n甲\n", "no column 'community_id'"),
        ("community_id\nA\nB\nA\n", "row 3, field 'community_id': 'A' stands"),
    ],
    ids=["one too few", "unknown column", "no id", "id twice"],
)
def test_faulty_communities_are_refused(
    on: Callable, counted: Path, files: Path, text: str, said: str
) -> None:
    before = head()
    (files / "communities.csv").write_text(text, encoding="utf-8")
    answer = publish_counted(on, "--communities", "communities.csv")
    assert answer.code == 2
    assert said in answer.err.splitlines()[-1]
    assert head() == before


@pytest.mark.parametrize("form", ["geoparquet", "geojson"])
def test_residents_and_households_of_grids_come_back_from_an_export(
    on: Callable, counted: Path, form: str
) -> None:
    assert publish_counted(on).code == 0
    assert on("export", "--out", "copy", "--format", form).code == 0
    assert on("init", "again.gpkg", "--from", "copy").code == 0
    assert head("again.gpkg") == head()
    again = read("again.gpkg")
    grids = again.version_layers(2).grids
    again.close()
    assert grids["residents"].fillna(-1).tolist() == [-1, 100, 200]
    assert grids["households"].fillna(-1).tolist() == [-1, 40, 80]


def test_version_that_is_pending_is_withdrawn(on: Callable) -> None:
    why = ("--reason", "postponed", "--reviewer", "chief")
    later = ("--valid-from", "2199-01-01", *ON_FIRST)
    assert on("load", "circles", "circles.csv", *later).code == 0
    answer = on("withdraw", "2", *why)
    assert answer.code == 0
    assert answer.out == "Withdrew version 2 of grid system 'main', link 3.\n"
    assert [line.split()[1] for line in on("versions").out.splitlines()[2:]] == [
        "in",
        "withdrawn",
    ]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("1", "--reason", "x", "--reviewer", "y"), "publish a correction instead"),
        (("9", "--reason", "x", "--reviewer", "y"), "is not standing"),
        (("1", "--reason", " ", "--reviewer", "y"), "publish a correction instead"),
        (
            ("1", "--reason", "x", "--reviewer", "y", "--system", "police"),
            "is not standing",
        ),
    ],
    ids=["in force", "unknown", "no reason", "other system"],
)
def test_version_that_cannot_be_withdrawn_stays(
    on: Callable, options: tuple[str, ...], said: str
) -> None:
    before = head()
    answer = on("withdraw", *options)
    assert answer.code == 2
    assert said in answer.err
    assert head() == before
