"""Files of duties and rotations, put into a territory all or nothing."""

from pathlib import Path

import pytest

from api.service.inputs.duties import DutyFiles
from gis.errors import InvalidLayerError
from layers.territory import Territory, make_territory
from support.makers.square_town import SquareTown, local, squares

DUTY = "duty_id,post_id,holder_id,starts_at,ends_at,recorded_at\n"
ROTATION = "rotation_id,post_id,members,first_at,until,every_days,recorded_at\n"
RECORDED = "2026-09-01T00:00:00+08:00"
TURNS = f"R1,G3-L,a;b,2026-10-01T08:00,2026-10-15T08:00,7,{RECORDED}\n"


@pytest.fixture
def territory() -> Territory:
    """The town with its posts and duties."""
    return SquareTown().snapshot().territory


def files(folder: Path, duties: str = "", rotations: str = "") -> DutyFiles:
    """Files of rows, where there are some."""
    paths = []
    for name, head, rows in (
        ("duties", DUTY, duties),
        ("rotations", ROTATION, rotations),
    ):
        path = folder / f"{name}.csv"
        path.write_text(head + rows, encoding="utf-8")
        paths.append(path if rows else None)
    return DutyFiles(*paths)


def holder(territory: Territory, at: str) -> str | None:
    """Who holds the post of G3 at a local time."""
    row = territory.grids["grid_id"].tolist().index("G3")
    duty = territory.duties.on_duty(row, local(at)).accountable
    return duty.holder_id if duty.post_id == "G3-L" else None


def test_turns_and_duties_are_held_on_local_clocks(
    territory: Territory, tmp_path: Path
) -> None:
    duty = f"D9,G3-L,c,2026-10-15T08:00,2026-10-16T08:00,{RECORDED}\n"
    town = files(tmp_path, duty, TURNS).put_into(territory, 3)
    times = ["2026-10-01T08:00", "2026-10-08T07:59", "2026-10-08T08:00"]
    assert [holder(town, at) for at in times] == ["a", "a", "b"]
    assert holder(town, "2026-10-15T08:00") == "c"


def test_rotations_are_records_of_the_posts_that_there_are(
    territory: Territory, tmp_path: Path
) -> None:
    before = territory.with_duties()
    town = files(tmp_path, rotations=TURNS).put_into(before, 3)
    records = town.duties.ledger["G3-L"].values()
    assert [duty.holder_id for duty in records] == ["a", "b"]
    wrong = files(tmp_path, rotations=TURNS.replace("G3-L", "NO"))
    with pytest.raises(InvalidLayerError, match="'NO'"):
        wrong.put_into(territory, 3)


def test_duties_that_overlap_are_refused(territory: Territory, tmp_path: Path) -> None:
    rows = "".join(
        f"D{n},G3-L,c,2026-10-0{n}T08:00,2026-10-05T08:00,{RECORDED}\n" for n in (1, 2)
    )
    with pytest.raises(InvalidLayerError, match="overlap"):
        files(tmp_path, rows).put_into(territory, 3)


def test_duties_without_a_tree_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidLayerError, match="There are duties but no circles"):
        DutyFiles(None, None).put_into(make_territory(squares()), 3)
