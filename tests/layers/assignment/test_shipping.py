"""What answers are made from comes back whole in another process, index mapped."""

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.assignment import Jurisdiction, Jurisdictions, Positions, answer_many
from gis.crs import parse_datum
from gis.errors import InputFileError
from gis.synthetic import Town
from layers.assignment import answer_columns, load_basis, save_basis
from layers.territory import build_territory, town_territory

WGS84 = parse_datum("wgs84")


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "index", tmp_path / "rest"


def places(count: int) -> Positions:
    """Seeded positions in and around S town, some of no use."""
    rng = np.random.default_rng(17)
    x, y = rng.uniform(120.0, 120.2, count), rng.uniform(30.25, 30.4, count)
    x[::50] = np.nan
    return Positions(x, y, np.zeros(count, dtype=np.uint8))


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4549"])
def test_all_answers_are_equal(
    s_town: Town, files: tuple[Path, Path], crs: str
) -> None:
    grids = s_town.grids.to_crs(crs)
    territory = build_territory(grids, s_town.circles, s_town.posts)
    basis = territory.basis(snap_m=30.0)
    if crs == "EPSG:4490":
        square = shapely.box(119.9, 30.2, 120.05, 30.5)
        basis.jurisdictions = Jurisdictions([Jurisdiction("330109")], [square])
    save_basis(basis, *files)
    answers = [
        answer_columns(
            answer_many(each, places(2_000), WGS84, accuracy_m=np.full(2_000, 20.0))
        )
        for each in (basis, load_basis(*files))
    ]
    assert answers[0].equals(answers[1])
    assert len(set(answers[0]["status"].to_pylist())) > 3


def test_index_is_mapped_and_stands_in_its_own_file(
    s_town: Town, files: tuple[Path, Path]
) -> None:
    basis = town_territory(s_town).basis()
    save_basis(basis, *files)
    index, rest = files
    words = basis.assigner._locator.words.tobytes()
    assert words in index.read_bytes()
    assert words not in rest.read_bytes()
    loaded = load_basis(*files)
    maps = Path("/proc/self/maps")
    if maps.exists():
        assert str(index) in maps.read_text()
    assert loaded.assigner.ids == basis.assigner.ids


def test_another_process_reads_it(s_town: Town, files: tuple[Path, Path]) -> None:
    basis = town_territory(s_town).basis()
    save_basis(basis, *files)
    lines = (
        "import sys; from pathlib import Path",
        "from layers.assignment.shipping import load_basis",
        "basis = load_basis(*map(Path, sys.argv[1:]))",
        "print(basis.assigner.assign(120.08, 30.33).grid_id)",
    )
    run = subprocess.run(
        [sys.executable, "-c", "\n".join(lines), *map(str, files)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == basis.assigner.assign(120.08, 30.33).grid_id


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "does not hold what answers are made from"),
        (b"no pickle", "does not hold what answers are made from"),
        (pickle.dumps(7), "holds a int"),
    ],
    ids=["empty", "text", "number"],
)
def test_other_files_are_refused(
    s_town: Town, files: tuple[Path, Path], content: bytes, sentence: str
) -> None:
    save_basis(town_territory(s_town).basis(), *files)
    files[1].write_bytes(content)
    with pytest.raises(InputFileError, match=sentence):
        load_basis(*files)
    files[0].write_bytes(files[0].read_bytes()[:100])
    with pytest.raises(InputFileError, match="index"):
        load_basis(*files)
