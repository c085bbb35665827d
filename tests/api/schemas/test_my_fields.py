"""What a form says becomes an event as any source reports it; nothing typed is lost."""

import pytest
from pydantic import ValidationError

from api.refusals import RequestError
from api.schemas.my_fields import event_report, returned_fields
from api.schemas.phone_times import PhoneTime
from api.service.events.my_report import ReportPlace
from gis.models import Instant, Position
from layers.words import Words

FORM = {"kind": ["noise"], "text": ["太吵"], "address": ["文化路 12 号"]}
PLACE = ReportPlace(Position(120.0, 30.0, "cgcs2000"), 80.0)
TIME = PhoneTime(Instant(1_790_770_000_000), 0)
ZONE = "Asia/Shanghai"


def test_a_report_says_who_where_and_when() -> None:
    report = event_report(FORM, ("app", "my-1"), PLACE, TIME, ZONE)
    assert (report.source, report.source_id, report.kind) == ("app", "my-1", "noise")
    assert (report.lon, report.lat, report.datum) == (120.0, 30.0, "cgcs2000")
    assert (report.accuracy_m, report.confidence) == (80.0, 0.95)
    assert report.occurred_at == report.captured_at == TIME.at
    assert (report.text, report.address) == ("太吵", "文化路 12 号")
    assert report.on_behalf is None


def test_a_report_on_behalf_of_a_resident_names_nobody() -> None:
    form = FORM | {"on_behalf": ["1"], "is_fixed": ["1"], "text": ["电话 13912345678"]}
    report = event_report(form, ("app", "my-1"), None, PhoneTime(None, 0), ZONE)
    assert report.on_behalf == "resident"
    assert "13912345678" not in report.text
    assert report.text.endswith("（已当场处理）")
    assert (report.lon, report.occurred_at) == (None, None)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "photo.jpg",
        "http://a.example/1",
        "https://a:b@c/",
        f"https://a.example/{'x' * 300}",
    ],
)
def test_a_link_that_is_none_is_refused(link: str) -> None:
    with pytest.raises((ValidationError, RequestError)):
        event_report(FORM | {"link": [link]}, ("app", "1"), PLACE, TIME, ZONE)


def test_what_was_typed_comes_back_whole_but_its_signature() -> None:
    form = {
        "form_token": ["secret"],
        "request_key": ["k-1"],
        "text": ["一\n二"],
        "item": ["exit", "wire"],
        "on_behalf": ["1"],
    }
    labels = {("item", "exit"): Words("出口", "Exit")}
    back = [*returned_fields(form, labels)]
    assert [(f.name, f.sort, f.value) for f in back] == [
        ("request_key", "hidden", "k-1"),
        ("text", "text", "一\n二"),
        ("item", "tick", "exit"),
        ("item", "hidden", "wire"),
        ("on_behalf", "tick", "1"),
    ]
