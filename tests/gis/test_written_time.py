"""Times are read as they are written, or refused; none is guessed."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.sentences import Sentence
from gis.written_time import is_open_end, read_day, read_time

FIRST, LAST = dt.datetime(1900, 1, 1), dt.datetime(2200, 12, 31, 23, 59, 59)
MOMENTS = st.datetimes(FIRST, LAST).map(lambda moment: moment.replace(microsecond=0))
OFFSETS = st.integers(-12 * 4, 14 * 4).map(
    lambda quarters: dt.timezone(dt.timedelta(minutes=15 * quarters))
)
WIDE = str.maketrans("0123456789-:/", "０１２３４５６７８９－：／")
SPELLINGS = {
    "iso": "{y:04}-{m:02}-{d:02}T{h:02}:{n:02}:{s:02}",
    "blank": "{y:04}-{m:02}-{d:02} {h:02}:{n:02}:{s:02}",
    "single digits": "{y:04}-{m}-{d} {h}:{n:02}:{s:02}",
    "slashes": "{y:04}/{m}/{d}  {h}:{n:02}:{s:02}",
    "dots": "{y:04}.{m:02}.{d:02} {h:02}:{n:02}:{s:02}",
    "basic": "{y:04}{m:02}{d:02}T{h:02}{n:02}{s:02}",
    "Chinese": "{y:04}年{m}月{d}日 {h}时{n}分{s}秒",
    "Chinese without blank": "{y:04}年{m:02}月{d:02}日{h:02}:{n:02}:{s:02}",
    "Chinese o'clock": "{y:04}年{m}月{d}日{h}点{n}分{s}秒",
}


def spell(moment: dt.datetime, spelling: str) -> str:
    return SPELLINGS[spelling].format(
        y=moment.year,
        m=moment.month,
        d=moment.day,
        h=moment.hour,
        n=moment.minute,
        s=moment.second,
    )


@given(MOMENTS, st.sampled_from(sorted(SPELLINGS)), st.booleans())
def test_time_of_every_spelling_is_the_one_that_was_written(
    moment: dt.datetime, spelling: str, is_wide: bool
) -> None:
    text = spell(moment, spelling)
    time = read_time(f" {text.translate(WIDE) if is_wide else text} ")
    assert (time.moment, time.has_hour) == (moment, True)


@given(MOMENTS, OFFSETS, st.sampled_from(["", ":"]))
def test_offset_is_the_one_that_was_written(
    moment: dt.datetime, zone: dt.timezone, colon: str
) -> None:
    aware = moment.replace(tzinfo=zone)
    text = aware.isoformat()
    assert read_time(text[:-3] + colon + text[-2:]).moment == aware
    assert read_time(f"{text[:-6]} {text[-6:]}").moment == aware


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-09-01T08:15Z", "2026-09-01T08:15:00+00:00"),
        ("2026-09-01 08:15:30.5+08", "2026-09-01T08:15:30.500000+08:00"),
        ("2026-09-01T08:15:30,123456789z", "2026-09-01T08:15:30.123456+00:00"),
        ("2026年9月1日 8时", "2026-09-01T08:00:00"),
        ("2026年9月1日8点半", "2026-09-01T08:30:00"),
        ("2026年9月1日 下午3时", "2026-09-01T15:00:00"),
        ("2026年9月1日上午9:05", "2026-09-01T09:05:00"),
        ("2026年9月1日下午12时", "2026-09-01T12:00:00"),
    ],
)
def test_parts_of_a_clock_are_read(text: str, moment: str) -> None:
    assert read_time(text).moment == dt.datetime.fromisoformat(moment)


@given(st.dates(FIRST.date(), LAST.date()))
def test_day_alone_has_no_hour(day: dt.date) -> None:
    for text in (day.isoformat(), f"{day.year}年{day.month}月{day.day}日"):
        time = read_time(text)
        assert (time.moment.date(), time.has_hour) == (day, False)
        assert read_day(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "20260901",
        "1756684800",
        "1756684800000",
        "45901.34",
        "2026",
        "2026-09",
        "2026年9月",
        "2026-W36-2",
        "2026-244",
        "2026-09-01 08",
        "2026-09-01 0815",
        "2026-09-01 08-15",
        "2026-09-0108:15",
        "2026-09-01T08:15+8",
        "2026-09-01T08:15+08:00[Asia/Shanghai]",
        "2026-09-01 08:15 CST",
        "2026-9/1 8:15",
        "01/09/2026 08:15",
        "26-09-01 08:15",
        "2026-09-01T08:15:00.+08:00",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^is no time, expected"):
        read_time(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29",
        "2026-13-01 08:15",
        "2026-09-01T24:00",
        "2026-09-01T08:60",
        "2026-09-01T08:15:60Z",
        "2026-09-01T08:15-15:00",
        "2026-09-01T08:15+15",
        "2026-09-01T08:15+08:75",
        "2026年9月1日上午12时",
        "2026年9月1日下午15时",
    ],
)
def test_time_that_no_clock_shows_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^is no time that there is") as caught:
        read_time(text)
    said = str(caught.value)
    assert isinstance(said, Sentence)
    # no words of the library, which no catalogue has
    assert isinstance(str(said.values["error"]), Sentence)


@pytest.mark.parametrize(
    "text", ["1899-12-31 23:59", "2201-01-01", "0026-09-01", "9999-12-31"]
)
def test_year_that_nobody_means_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected one from 1900 to 2200"):
        read_time(text)


@pytest.mark.parametrize("text", ["2026-09-01 08:15", "20260901", "2026-09"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        read_day(text)


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("9999-12-31", True),
        ("9999/12/31 23:59:59", True),
        ("9999年12月31日", True),
        ("9999-12-30", False),
        ("9999", False),
        ("2026-12-31", False),
    ],
)
def test_last_day_of_all_is_an_open_end(text: str, is_open: bool) -> None:
    assert is_open_end(text) is is_open
