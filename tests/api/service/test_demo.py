"""Parts of the demo; that it runs whole is tested with its command."""

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from api.service.demo import assign_month, make_folder
from gis.errors import SettingError
from gis.synthetic import Town
from support.makers.square_town import SquareTown


def test_folder_is_made_with_all_above_it_or_taken_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "out"
    make_folder(folder)
    (folder / "note.txt").write_text("mine")
    make_folder(folder)
    assert (folder / "note.txt").read_text() == "mine"


def test_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("mine")
    with pytest.raises(SettingError, match=re.escape(f"The folder {str(path)!r}")):
        make_folder(path)
    assert path.read_text() == "mine"


def test_events_of_a_month_are_answered_as_of_when_they_occurred(
    town: Town, squares: SquareTown
) -> None:
    # at G2 somebody is on duty to the middle of September
    times = ["2026-09-10T08:00:00", "2026-09-20T08:00:00", "2026-09-20T08:00:00"]
    lon, lat = [120.015, 120.015, None], [30.005, 30.005, None]
    events = pd.DataFrame({"lon": lon, "lat": lat, "occurred_at": times})
    answers = assign_month(squares.snapshot(), replace(town, events=events))
    assignments = [answers.answer(row).assignment for row in range(3)]
    assert [a.grid_id for a in assignments] == ["G2", "G2", None]
    assert [a.accountable.holder_id for a in assignments] == ["L002", "R001", "R001"]
    assert assignments[2].reason == "missing"
