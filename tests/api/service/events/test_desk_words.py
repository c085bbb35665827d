"""Times and names on a page: what is due, and what codes are called."""

from zoneinfo import ZoneInfo

import pytest

from api.service.events.desk_words import Namer, span_words
from layers.words import Words
from support.makers.desk_towns import DeskTown

MINUTE_MS = 60_000
NOW = 1_790_000_000_000


@pytest.fixture(scope="module")
def namer():
    registry = DeskTown().desk.registries.current
    return Namer(registry, ZoneInfo("Asia/Shanghai"), NOW)


@pytest.mark.parametrize(
    ("left_ms", "urgency", "zh"),
    [
        (-1, "late", "逾期 不到 1 分钟"),
        (-3 * MINUTE_MS, "late", "逾期 3 分钟"),
        (0, "soon", "还剩 不到 1 分钟"),
        (60 * MINUTE_MS - 1, "soon", "还剩 59 分钟"),
        (60 * MINUTE_MS, "calm", "还剩 60 分钟"),
        (3000 * MINUTE_MS, "calm", "还剩 2 天"),
    ],
)
def test_due_is_said_by_how_much_time_is_left(namer, left_ms, urgency, zh):
    due = namer.due(NOW + left_ms)
    assert (due.urgency, due.words.zh) == (urgency, zh)


def test_nothing_is_due_of_what_is_closed_or_has_no_time(namer):
    assert namer.due(NOW - 1, is_open=False).urgency == "over"
    assert namer.due(None).at == ""


def test_times_are_local(namer):
    assert namer.moment(0) == "1970-01-01 08:00"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (lambda n: n.kind("street_trading"), Words("出店经营", "Street trading")),
        (lambda n: n.kind("odd"), Words("odd", "odd")),
        (lambda n: n.state("s_town", "triage"), Words("待研判", "In triage")),
        (lambda n: n.department("nobody"), Words("nobody", "nobody")),
        (lambda n: n.source("nobody"), Words("nobody", "nobody")),
    ],
)
def test_codes_have_their_names(namer, name, expected):
    assert name(namer) == expected


def test_spans_are_in_whole_units():
    assert span_words(120 * MINUTE_MS).both == ("2 小时", "2 h")
