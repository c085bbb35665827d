"""Keys have the names of registers and packs, and none where nobody gives one."""

from api.service.events.figure_names import names_of
from layers.figures.tally import FigureRow, FigureTable
from support.makers.event_town import EventTown


def names(by, *keys):
    rows = tuple(FigureRow.empty(key) for key in keys)
    table = FigureTable(FigureRow.empty(()), rows, 0)
    return names_of(table, by, EventTown().intake.registries.current)


def test_each_part_has_names_of_its_own():
    found = names(("rule", "line"), ("street_trading/1", "security"), ("x/1", ""))
    assert found["rule"] == {"street_trading/1": ("出店经营", "Street trading")}
    assert found["line"]["security"][1]


def test_areas_days_and_unknown_bodies_have_no_names():
    assert names(("children",), ("G1",)) == {"children": {}}
    assert names(("department",), ("police",), ("fire",)) == {
        "department": {"police": ("police", "police")}
    }
