"""Grids and circles of files, published all or nothing."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from api.service.versions.publish import PublishJob, publish_files
from gis.errors import (
    CoverageError,
    InvalidLayerError,
    SettingError,
    StoreError,
    VersionConflictError,
)
from gis.versions import Lineage
from layers.stores import open_store
from support.makers import broken_files as broken
from support.makers.square_town import CRS, FOUNDED, SquareTown, circles, local, post
from support.makers.square_town import squares as squares_of

OCTOBER = local("2026-10-01")
LATER = {"N1": (0, 2), "G3": (2, 3), "G4": (3, 4)}


def job_of(valid_from: int = OCTOBER, **options: object) -> PublishJob:
    """A publication of two persons; after the foundation drawn on version 1."""
    base = None if valid_from == FOUNDED else "1"
    return PublishJob(valid_from, "planner", "chief", **({"base": base} | options))


def grids_file(folder: Path, columns: dict[str, tuple[int, int]] = LATER) -> Path:
    """A file of grids."""
    return broken.parquet(folder / "grids.parquet", squares_of(columns))


def circles_file(folder: Path) -> Path:
    """A file of circles."""
    path = folder / "circles.csv"
    path.write_text(circles().to_csv(index=False), encoding="utf-8")
    return path


def test_first_version_comes_from_both_files(tmp_path: Path) -> None:
    store = open_store("memory:")
    grids, tree = grids_file(tmp_path), circles_file(tmp_path)
    job = job_of(FOUNDED, grids=grids, circles=tree, note="first")
    version, notices = publish_files(store, job)
    assert (version.version, version.base, version.note) == (1, None, "first")
    assert notices[0].startswith("The grids declare ")
    layers = store.version_layers(1)
    assert layers.grids["grid_id"].tolist() == ["G3", "G4", "N1"]
    assert layers.circles["circle_id"].tolist() == ["C", "E", "W"]


def test_without_a_file_the_circles_of_the_head_stay(
    squares: SquareTown, tmp_path: Path
) -> None:
    version, _ = publish_files(squares.store, job_of(grids=grids_file(tmp_path)))
    assert (version.version, version.base) == (2, 1)
    layers = squares.store.version_layers(2)
    assert layers.circles["name"].tolist() == ["核心", "东圈", "西圈"]
    assert layers.communities["community_id"].tolist() == ["K1", "K2"]


def test_without_a_file_the_grids_of_the_head_stay(
    squares: SquareTown, tmp_path: Path
) -> None:
    version, notices = publish_files(
        squares.store, job_of(circles=circles_file(tmp_path))
    )
    before, after = (squares.store.version_layers(n).grids for n in (1, 2))
    assert after.equals(before)
    assert notices == []
    assert version.digest == squares.store.history().versions[0].digest


def test_names_of_communities_of_the_head_stay(
    squares: SquareTown, tmp_path: Path
) -> None:
    path = tmp_path / "communities.csv"
    path.write_text("community_id,name\nK1,甲\nK2,乙\n", encoding="utf-8")
    publish_files(squares.store, job_of(communities=path))
    later = job_of(local("2026-11-01"), grids=grids_file(tmp_path), base="2")
    publish_files(squares.store, later)
    names = squares.store.version_layers(3).communities["name"].tolist()
    assert names == ["甲", "乙"]


def lineage_file(folder: Path, *rows: str) -> Path:
    """A file that says whose ground each grid got."""
    path = folder / "lineage.csv"
    text = "\n".join(["system,from_id,to_id,share", *rows])
    path.write_text(text + "\n", encoding="utf-8")
    return path


def test_a_version_keeps_whose_ground_its_grids_got(
    squares: SquareTown, tmp_path: Path
) -> None:
    lineage = lineage_file(tmp_path, ",G1,N1,1", ",G2,N1,0.75", "police,B7,G3,0.5")
    job = job_of(grids=grids_file(tmp_path), lineage=lineage)
    version, _ = publish_files(squares.store, job)
    assert version.lineage == (
        Lineage("G1", "N1", 1.0),
        Lineage("G2", "N1", 0.75),
        Lineage("B7", "G3", 0.5, "police"),
    )
    assert squares.store.history().versions[-1].lineage == version.lineage


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (",G1,N9,1", "Row 1 of the lineage says"),
        (",G1,N1,1.5", "Row 1 of the lineage says"),
        (",X1,N1,1", "Row 1 of the lineage says"),
        (",G1,N1,half", "row 1, field 'share': 'half'"),
        (",,N1,1", "row 1, field 'from_id': is empty"),
    ],
    ids=["no such grid", "too much", "never a grid", "no number", "from nowhere"],
)
def test_lineage_that_cannot_be_is_refused_with_its_row(
    squares: SquareTown, tmp_path: Path, row: str, sentence: str
) -> None:
    link = squares.store.last_link()
    job = job_of(grids=grids_file(tmp_path), lineage=lineage_file(tmp_path, row))
    with pytest.raises(InvalidLayerError, match=sentence):
        publish_files(squares.store, job)
    assert squares.store.last_link() == link


def test_store_without_grids_has_no_head_to_publish_on(tmp_path: Path) -> None:
    store = open_store("memory:")
    with pytest.raises(StoreError, match="has no grids yet; load the grids first"):
        publish_files(store, job_of(FOUNDED, circles=circles_file(tmp_path)))
    assert store.last_link() is None


@pytest.mark.parametrize(
    ("options", "kind", "sentence"),
    [
        ({"base": "7"}, VersionConflictError, "is based on '7'"),
        ({"digest": "f" * 64}, StoreError, "was reviewed with digest"),
        ({"valid_from": local("2026-08-01")}, StoreError, "as a correction"),
    ],
    ids=["another base", "another digest", "back-dated"],
)
def test_publication_that_the_store_refuses_leaves_no_version(
    squares: SquareTown,
    tmp_path: Path,
    options: dict[str, object],
    kind: type[StoreError],
    sentence: str,
) -> None:
    link = squares.store.last_link()
    with pytest.raises(kind, match=sentence):
        publish_files(squares.store, job_of(**options, grids=grids_file(tmp_path)))
    assert squares.store.last_link() == link


def test_id_on_two_polygons_is_refused_unless_they_are_parts_of_one_grid(
    tmp_path: Path,
) -> None:
    parts = [
        broken.feature({"code": "G"}, [broken.square(x, 30.0)]) for x in (120.0, 120.1)
    ]
    grids = broken.geojson(tmp_path / "grids.geojson", list(parts))
    store = open_store("memory:")
    job = job_of(FOUNDED, grids=grids, id_column="code")
    with pytest.raises(InvalidLayerError, match="--join-parts") as caught:
        publish_files(store, job)
    assert [fault.row for fault in caught.value.faults] == [1, 2]
    assert store.last_link() is None
    _, notices = publish_files(store, replace(job, join_parts=True))
    assert notices[1].endswith("each taken as one: 1, as G (2).")
    assert store.version_layers(1).grids["grid_id"].tolist() == ["G"]


def test_further_columns_of_the_grids_are_kept_with_their_class(
    tmp_path: Path,
) -> None:
    frame = squares_of(LATER).assign(sector=["3", "1", "2"], district=[31, 31, 2])
    grids = broken.vector(tmp_path / "grids.gpkg", frame)
    store = open_store("memory:")
    job = job_of(FOUNDED, grids=grids, circles=circles_file(tmp_path))
    publish_files(store, replace(job, open_columns=("district",)))
    stored = store.version_layers(1).grids.set_index("grid_id")["attributes"]
    # the row numbers of the GeoPackage are none of them
    assert stored[frame["grid_id"][0]] == (
        '{"closed":{"sector":"3"},"open":{"district":31}}'
    )
    later, _ = publish_files(store, job_of(circles=circles_file(tmp_path)))
    assert later.digest == store.history().versions[0].digest
    with pytest.raises(SettingError, match="'nix'"):
        publish_files(store, replace(job, open_columns=("nix",), base="2"))


def test_ring_that_touches_itself_is_published_once_it_is_mended(
    tmp_path: Path,
) -> None:
    ring = [
        *([120.0, 30.0], [120.1, 30.0], [120.1, 30.05], [120.07, 30.02]),
        *([120.05, 30.05], [120.1, 30.05], [120.1, 30.1], [120.0, 30.1]),
        [120.0, 30.0],
    ]
    hole = [[120.1, 30.05], [120.07, 30.02], [120.05, 30.05], [120.1, 30.05]]
    shapes = {"A": ring, "B": hole, "C": broken.square(120.1, 30.0)}
    features = [broken.feature({"code": c}, [shape]) for c, shape in shapes.items()]
    # the touching vertex is one of its neighbour too
    shapes["C"].insert(1, [120.1, 30.05])
    shapes["C"][1:2] = []
    shapes["C"].insert(4, [120.1, 30.05])
    grids = broken.geojson(tmp_path / "grids.geojson", list(features))
    store = open_store("memory:")
    job = job_of(FOUNDED, grids=grids, id_column="code")
    with pytest.raises(CoverageError, match="--repair"):
        publish_files(store, job)
    _, notices = publish_files(store, replace(job, repair=True))
    assert [text for text in notices if text.startswith("mended: 'A': ")]
    assert store.version_layers(1).grids.geometry.is_valid.all()


@pytest.mark.parametrize("whole", [False, True], ids=["number", "digest"])
def test_file_over_a_version_names_the_head(
    squares: SquareTown, tmp_path: Path, *, whole: bool
) -> None:
    [head] = squares.store.history().versions
    job = job_of(grids=grids_file(tmp_path), base=head.digest[:8] if whole else "1")
    version, _ = publish_files(squares.store, job)
    assert version.base == 1


@pytest.mark.parametrize("file", ["grids", "circles"])
def test_file_that_names_no_base_is_refused_with_the_head_and_what_to_type(
    squares: SquareTown, tmp_path: Path, file: str
) -> None:
    make = {"grids": grids_file, "circles": circles_file}[file]
    link = squares.store.last_link()
    [head] = squares.store.history().versions
    with pytest.raises(VersionConflictError) as caught:
        publish_files(squares.store, job_of(base=None, **{file: make(tmp_path)}))
    assert f"version 1, digest {head.digest[:12]}" in str(caught.value)
    assert str(caught.value).endswith("publish it with --base 1.")
    assert squares.store.last_link() == link


def test_file_drawn_on_a_version_before_the_head_is_stale(
    squares: SquareTown, tmp_path: Path
) -> None:
    first = squares.store.history().versions[0].digest
    publish_files(squares.store, job_of(grids=grids_file(tmp_path)))
    for base in ("1", first):
        job = job_of(local("2026-11-01"), grids=grids_file(tmp_path), base=base)
        with pytest.raises(VersionConflictError, match="with --base 2"):
            publish_files(squares.store, job)


def test_circles_over_a_head_without_any_replace_nothing_and_need_no_base(
    tmp_path: Path,
) -> None:
    store = open_store("memory:")
    publish_files(store, job_of(FOUNDED, grids=grids_file(tmp_path)))
    job = job_of(base=None, circles=circles_file(tmp_path))
    assert publish_files(store, job)[0].base == 1


def outline_file(folder: Path, outline: shapely.Geometry) -> Path:
    """A file of an outline."""
    frame = gpd.GeoDataFrame(geometry=[outline], crs=CRS)
    return broken.parquet(folder / "outline.parquet", frame)


def test_version_that_lost_ground_is_refused_unless_its_outline_says_so(
    squares: SquareTown, tmp_path: Path
) -> None:
    grids = grids_file(tmp_path, {"N1": (0, 2), "G3": (2, 3)})
    link = squares.store.last_link()
    with pytest.raises(CoverageError, match=r"gap 1 of .*'G3'.*--outline FILE\.$"):
        publish_files(squares.store, job_of(grids=grids))
    assert squares.store.last_link() == link
    smaller = outline_file(tmp_path, shapely.box(120, 30, 120.03, 30.01))
    job = job_of(grids=grids, outline=smaller)
    version, notices = publish_files(squares.store, job)
    assert version.version == 2
    [line] = [text for text in notices if "outline" in text]
    assert line.startswith("The polygons of the outline declare ")


def test_town_that_grew_publishes_with_its_outline_alone(
    squares: SquareTown, tmp_path: Path
) -> None:
    grids = grids_file(tmp_path, LATER | {"N5": (4, 6)})
    with pytest.raises(CoverageError, match=r"beyond 1 of .*'N5'.*--outline FILE"):
        publish_files(squares.store, job_of(grids=grids))
    whole = outline_file(tmp_path, shapely.box(120, 30, 120.06, 30.01))
    version, _ = publish_files(squares.store, job_of(grids=grids, outline=whole))
    assert version.version == 2
    # and is the outline of what is drawn on it
    job = job_of(local("2026-11-01"), grids=grids_file(tmp_path), base="2")
    with pytest.raises(CoverageError, match="gap 1 of"):
        publish_files(squares.store, job)


def test_posts_that_would_fall_silent_and_grids_without_a_leader_are_named(
    squares: SquareTown, tmp_path: Path
) -> None:
    """It is said and not refused: posts are loaded by themselves, before or after."""
    _, notices = publish_files(squares.store, job_of(grids=grids_file(tmp_path)))
    assert notices[-2:] == [
        "3 posts of areas that the version lacks fall silent: 'G1-L' of 'G1', "
        "'G2-L' of 'G2', 'G1-M' of 'G1'; end each, or move it to another grid or "
        "circle.",
        "1 grid without a leader post: 'N1'; give each one, or name it as vacant: "
        "its circle answers until then.",
    ]


def test_nothing_is_said_of_posts_that_were_moved_before(
    squares: SquareTown, tmp_path: Path
) -> None:
    rows = [
        post("G1-L", "N1", "grid_leader", "L001"),
        post("G1-M", "N1", "full_time_member", "M001"),
        post("G2-L", "E", "department", "L002"),
    ]
    since = [{"valid_from": "2026-10-01T00:00:00+08:00", **row} for row in rows]
    squares.store.record("posts", pd.DataFrame(since))
    _, notices = publish_files(squares.store, job_of(grids=grids_file(tmp_path)))
    assert not [text for text in notices if "post" in text]


def test_nothing_is_said_of_posts_where_none_are_loaded(tmp_path: Path) -> None:
    store = open_store("memory:")
    publish_files(store, job_of(FOUNDED, grids=grids_file(tmp_path)))
    _, notices = publish_files(store, job_of(grids=grids_file(tmp_path)))
    assert not [text for text in notices if "post" in text]
