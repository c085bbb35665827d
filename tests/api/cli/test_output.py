"""What commands share in speaking."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.cli.output import Outlet, name_faulty_rows, output_file, status_counts
from conftest import ROOT
from gis.errors import InvalidLayerError, RowFault
from layers.languages import in_language
from support.makers import broken_files as broken


def test_faulty_rows_are_named_before_the_error_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    faults = (RowFault(2, "post_id", "is empty"), RowFault(5, "geometry", "is a line"))
    with pytest.raises(InvalidLayerError, match="2 faults"), name_faulty_rows():
        raise InvalidLayerError("Layer 'posts' has 2 faults.", faults)
    assert capsys.readouterr().err.splitlines() == [
        "row 2, field 'post_id': is empty",
        "row 5, geometry: is a line",
    ]


def test_answers_without_a_file_go_to_standard_output(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with output_file(None) as target:
        target.write_text("id,grid_id\ne1,G1\n")
        assert target.suffix == ".csv"
    assert capsys.readouterr().out == "id,grid_id\ne1,G1\n"
    assert not target.exists()


def test_answers_with_a_file_go_nowhere_else(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with output_file(tmp_path / "out.csv") as target:
        target.write_text("id\n")
    assert target == tmp_path / "out.csv"
    assert capsys.readouterr().out == ""


def test_what_nobody_reads_is_dropped() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with Outlet(writer, "wb") as outlet:
        assert outlet.write(b"abc") == 3


def run(
    folder: Path, shell: str, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run `pagoda` as a shell has it, on a town of three grids."""
    broken.grids_geojson(folder / "grids.geojson")
    rows = "id,名,lon,lat\n" + "1,三墩镇🔥,120.05,30.05\n" * 5000
    broken.csv_file(folder / "events.csv", rows)
    assign = "assign --grids grids.geojson --id code --events events.csv"
    pagoda = f"{sys.executable} -m api"
    return subprocess.run(
        ["bash", "-c", shell.format(pagoda=pagoda, assign=assign)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize(
    "shell",
    [
        "{pagoda} {assign} | head -1; exit ${{PIPESTATUS[0]}}",
        "{pagoda} {assign} --out out.csv 2>&1 | true; exit ${{PIPESTATUS[0]}}",
        "{pagoda} {assign} --out out.csv >&- 2>&-",
        "{pagoda} --help | true; exit ${{PIPESTATUS[0]}}",
    ],
    ids=["head", "no reader", "closed", "help"],
)
def test_reader_that_leaves_stops_no_command(tmp_path: Path, shell: str) -> None:
    done = run(tmp_path, shell)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert b"Broken pipe" not in done.stderr
    if "--out" in shell:
        assert len((tmp_path / "out.csv").read_text("utf-8").splitlines()) == 5001


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "cp1252"},
        {"LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    ],
    ids=["cp1252", "C", "ascii"],
)
def test_encoding_of_the_terminal_stops_no_command(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    done = run(tmp_path, "{pagoda} check --grids grids.geojson --id 名", **environment)
    assert done.returncode == 2
    text = done.stderr.decode()
    assert "has no column '" in text
    assert text.count("\n") == 1


def test_statuses_are_said_in_chinese_with_the_code_of_their_column() -> None:
    counts = status_counts({"inside": 4803, "unlocated": 7})
    assert in_language(counts, "zh") == "网格内（inside） 4,803, 未定位（unlocated） 7"
    assert counts == "4,803 inside, 7 unlocated"
