"""What commands share in speaking."""

import io
import sys
from pathlib import Path

import pytest

from api.cli.output import name_faulty_rows, output_file, progress
from gis.errors import InvalidLayerError, RowFault


def test_progress_is_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    with progress(["one", "two"]) as tell:
        tell("one")
        tell("two")
    assert "one" in shown.getvalue()
    assert "100%" in shown.getvalue()


def test_progress_without_a_terminal_says_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with progress(["one", "two"]) as tell:
        tell("one")
        tell("two")
    assert capsys.readouterr() == ("", "")


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
