"""An editor on the head of a store: its file goes on, its lines, figures and areas."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from api.service.access.keys import KeyOrder, make_key
from api.service.versions.change_file import ChangeFile, read_change, write_json
from api.service.versions.editor import (
    EditorJob,
    open_editor,
    read_lines,
    write_unsaved,
)
from api.service.versions.gate import try_change
from api.service.versions.ground_facts import ReviewTerms
from api.service.versions.key_areas import read_caller
from gis.access import Role
from gis.errors import EditError, InputFileError, SettingError
from gis.roster import PostsPlan
from layers.editor import EditorSession
from support.makers.change_files import MIDDLE
from support.makers.square_town import TIMEZONE, SquareTown

MERGE = {"name": "merge", "grids": ["G3", "G4"], "keep": "G4"}
SPLIT = {"name": "split", "grid": "G2", "line": MIDDLE}


@pytest.fixture
def job(tmp_path: Path) -> EditorJob:
    return EditorJob(tmp_path / "change.json", "planner", ReviewTerms(TIMEZONE))


def ask(session: EditorSession, kind: str, **values: Any) -> dict[str, Any]:
    answer, _ = session.receive({"type": kind, "seq": 1, **values})
    return answer


def test_what_is_saved_is_the_change_that_the_gate_takes(
    squares: SquareTown, job: EditorJob
) -> None:
    session, notices = open_editor(squares.store, job)
    assert notices == []
    assert ask(session, "apply", operation=SPLIT)["type"] == "changed"
    assert not job.out.exists()
    answer = ask(session, "save")
    change = read_change(job.out)
    assert (answer["path"], answer["digest"]) == (str(job.out), change.digest())
    trial = try_change(squares.store, change, squares.store.now())
    assert trial.workspace.digest() == session.workspace.digest()
    assert [path.name for path in job.out.parent.iterdir()] == ["change.json"]


def test_a_change_that_is_there_goes_on_and_keeps_its_plan_for_posts(
    squares: SquareTown, job: EditorJob
) -> None:
    first, _ = open_editor(squares.store, job)
    ask(first, "apply", operation=SPLIT)
    ask(first, "save")
    plan = PostsPlan(vacant=frozenset({"G5"}))
    write_json(job.out, ChangeFile(read_change(job.out).changeset, plan).to_dict())
    second, notices = open_editor(squares.store, replace(job, author="other"))
    assert notices == [f"Going on with {job.out}: 1 edit."]
    assert second.is_saved
    ask(second, "apply", operation=MERGE)
    ask(second, "save")
    change = read_change(job.out)
    assert change.authors == ("other", "planner")
    assert change.posts == plan


def test_a_change_for_another_version_is_refused_and_left_as_it_is(
    squares: SquareTown, job: EditorJob
) -> None:
    session, _ = open_editor(squares.store, job)
    ask(session, "apply", operation=SPLIT)
    ask(session, "save")
    before = job.out.read_bytes()
    squares.publish({"G1": (0, 2), "G3": (2, 3), "G4": (3, 4)}, "2026-10-01")
    with pytest.raises(EditError, match="rebase"):
        open_editor(squares.store, job)
    assert job.out.read_bytes() == before


def test_what_was_not_saved_is_written_beside_the_change(
    squares: SquareTown, job: EditorJob
) -> None:
    session, _ = open_editor(squares.store, job)
    assert write_unsaved(session, job.out) is None
    ask(session, "apply", operation=SPLIT)
    path = write_unsaved(session, job.out)
    assert path == job.out.with_name("change.unsaved.json")
    assert read_change(path).changeset.digest == session.workspace.digest()
    assert not job.out.exists()


def test_figures_are_of_all_layers_of_the_store(
    squares: SquareTown, job: EditorJob, tmp_path: Path
) -> None:
    session, _ = open_editor(squares.store, job)
    [row] = ask(session, "figures", grids=["G1"])["figures"]
    assert row["before"] == row["after"]
    assert row["after"]["residents"] == "not loaded"
    assert row["after"]["members"] == 1
    assert row["after"]["events"] == "not loaded"
    squares.load(tmp_path)
    session, _ = open_editor(squares.store, job)
    [row] = ask(session, "figures", grids=["G1"])["figures"]
    assert row["after"]["events"] == 1.0


def lines_file(path: Path, *shapes: shapely.Geometry, crs: int = 4490) -> Path:
    frame = gpd.GeoDataFrame({"kind": ["lane"] * len(shapes)}, geometry=[*shapes])
    frame.set_crs(crs).to_file(path, driver="GPKG")
    return path


def test_lines_of_a_file_can_be_followed(
    squares: SquareTown, job: EditorJob, tmp_path: Path
) -> None:
    lane = shapely.LineString([(120.015, 30.0), (120.016, 30.005), (120.015, 30.01)])
    path = lines_file(tmp_path / "lanes.gpkg", lane)
    session, notices = open_editor(squares.store, replace(job, lines=path))
    assert len(notices) == 1
    ends = {"from": (120.015, 30.0), "to": (120.015, 30.01)}
    way = ask(session, "follow", **ends)["line"]
    assert (120.016, 30.005) in way
    split = {"name": "split", "grid": "G2", "line": way}
    assert ask(session, "apply", operation=split)["type"] == "changed"


def test_a_file_without_lines_is_refused(tmp_path: Path) -> None:
    path = lines_file(tmp_path / "points.gpkg", shapely.Point(120, 30))
    with pytest.raises(InputFileError, match="Point"):
        read_lines(path)
    (tmp_path / "table.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputFileError, match="no geometry"):
        read_lines(tmp_path / "table.csv")


def test_row_3_22_edits_beyond_the_areas_of_a_key_are_refused(
    squares: SquareTown, job: EditorJob, tmp_path: Path
) -> None:
    path = tmp_path / "key"
    new = make_key(squares.store, KeyOrder(Role("steward"), area_id="W"))
    path.write_text(new.secret, encoding="utf-8")
    mine = replace(job, caller=read_caller(squares.store, path))
    session, _ = open_editor(squares.store, mine)
    answer = ask(session, "apply", operation=MERGE)
    assert answer["type"] == "refused"
    assert answer["grids"] == ["G3", "G4"]
    assert "密钥" in answer["zh"]
    assert ask(session, "apply", operation=SPLIT)["type"] == "changed"
    # nor does it go on with what another drew there
    free, _ = open_editor(squares.store, job)
    ask(free, "apply", operation=MERGE)
    ask(free, "save")
    with pytest.raises(EditError, match="outside"):
        open_editor(squares.store, mine)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda job: replace(job, author=" "), "--author"),
        (lambda job: replace(job, out=job.out.with_suffix(".gpkg")), "--out"),
        (lambda job: replace(job, out=job.out.parent / "no" / "c.json"), "--out"),
    ],
    ids=["no author", "no json", "no folder"],
)
def test_what_could_not_be_saved_is_refused_at_once(
    squares: SquareTown,
    job: EditorJob,
    change: Callable[[EditorJob], EditorJob],
    match: str,
) -> None:
    with pytest.raises(SettingError, match=match):
        open_editor(squares.store, change(job))


def test_a_cut_change_is_refused(squares: SquareTown, job: EditorJob) -> None:
    job.out.write_text(json.dumps({"format": "no"}), encoding="utf-8")
    with pytest.raises(EditError, match="cannot be read"):
        open_editor(squares.store, job)
