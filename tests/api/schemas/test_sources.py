"""Sources as they are answered: open fields alone."""

from dataclasses import replace

from api.schemas.sources import SourceOut
from layers.figures.tally import FigureRow
from support.makers.event_town import EventTown


def test_a_source_shows_its_open_fields_and_the_quality_of_its_events():
    source = EventTown().intake.registries.current.sources["told"]
    nothing = FigureRow.empty(())
    row = replace(nothing, counts={**nothing.counts, "events": 2, "located": 1})
    out = SourceOut.of(source, row)
    assert source.destination_id == "desk"
    assert "destination" not in out.model_dump_json()
    assert (out.source, out.name, out.quality.count) == ("told", "told", 2)
    assert out.quality.shares.located == 0.5
