"""Sources as they are answered: open fields alone."""

from support.makers.event_frames import total_of

from api.schemas.sources import SourceOut
from gis.events import Loop
from support.makers.event_town import EventTown


def test_a_source_shows_its_open_fields_and_the_quality_of_its_events():
    source = EventTown().intake.registries.current.sources["told"]
    out = SourceOut.of(source, total_of([Loop("E", status="inside"), Loop("F")], 0))
    assert source.destination_id == "desk"
    assert "destination" not in out.model_dump_json()
    assert (out.source, out.name, out.quality.count) == ("told", "told", 2)
    assert out.quality.shares.located == 0.5
