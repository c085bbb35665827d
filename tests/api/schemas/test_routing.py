"""Routes of kinds as they are answered."""

from api.schemas.routing import RoutingOut, TemplateOut
from api.service.events.directory import DirectoryDesk
from gis.events import PHASES
from layers.packs.loop_files import templates
from support.makers.event_town import EventTown


def test_a_template_is_published_by_its_phases():
    out = TemplateOut.of(templates()["repair"])
    assert [*out.phases] == [*PHASES]
    assert out.phases["closed"][0].name_zh == "反馈"
    assert out.phases["accepted"] == []


def test_a_route_says_body_post_and_whether_somebody_is_there():
    intake = EventTown().intake
    desk = DirectoryDesk(intake.store, intake.snapshots, intake.registries)
    out = RoutingOut.of(desk.now, [])
    [kind] = [k for k in out.kinds if k.kind == "street_trading"]
    first, second = kind.departments
    assert (first.department_id, first.post_id) == ("urban_management", "U-P")
    assert (second.post_id, second.on_duty) == (None, False)
    assert kind.steps[0].text_zh.endswith("。")
    assert "holder_id" not in out.model_dump_json()
