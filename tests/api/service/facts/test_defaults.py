"""What rows of facts do not say is taken from the job, and said."""

import pandas as pd
import pytest

from api.service.facts.defaults import FactJob, with_defaults, with_source
from gis.errors import SettingError
from support.makers.square_town import FOUNDED, TIMEZONE, local


def job(layer: str, source: str | None = None) -> FactJob:
    return FactJob(layer, FOUNDED, TIMEZONE, source=source)


def test_register_of_the_option_fills_rows_without_one() -> None:
    frame = pd.DataFrame({"source": ["fire", None]})
    rows, notices = with_source(frame, job("enterprises", "tax"))
    assert rows["source"].tolist() == ["fire", "tax"]
    assert notices == ["1 empty cell is taken as 'tax' in 'source'."]
    assert frame["source"].isna().tolist() == [False, True]


def test_register_is_asked_for_where_no_row_has_one() -> None:
    with pytest.raises(SettingError, match="--source"):
        with_source(pd.DataFrame({"scene": ["school"]}), job("enterprises"))


def test_source_of_another_layer_is_its_own() -> None:
    frame = pd.DataFrame({"source": [None]})
    assert with_source(frame, job("sources", "tax"))[0] is frame


def test_time_since_when_rows_hold_is_that_of_the_job_where_they_say_none() -> None:
    frame = pd.DataFrame({"valid_from": ["2026-09-03T08:00+08:00", " "]})
    rows, notices = with_defaults(frame, job("posts"), {})
    since = [time.timestamp() * 1000 for time in rows["valid_from"]]
    assert since == [local("2026-09-03T08:00"), FOUNDED]
    [notice] = notices
    assert notice.startswith("1 empty cell is taken as '2026-")


def test_start_of_a_duty_is_never_made_up() -> None:
    frame = pd.DataFrame({"valid_from": ["2026-09-03T08:00+08:00", None]})
    rows, notices = with_defaults(frame, job("duties"), {"valid_from": "starts_at"})
    assert rows["valid_from"].isna().tolist() == [False, True]
    assert notices == []
