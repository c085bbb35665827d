"""Lines of what is published and pending."""

from api.cli.text.versions import version_lines
from layers.stores.memory import MemoryStore
from support.makers.contract_rows import GROUND
from support.makers.store_history import Clock, day, draft, publication

ZONE = "Asia/Shanghai"


def test_version_is_a_line_under_its_heads() -> None:
    store = MemoryStore(now=Clock())
    [version] = store.publish(publication(draft(GROUND, day(1)), base=None))
    system, heads, line = version_lines(store, day(2), ZONE)
    assert system == "Grid system 'main'"
    assert line.split()[:5] == [
        *("1", "in", "force"),
        *("1970-01-02T08:00:00+08:00", "1970-01-01T08:00:00+08:00"),
    ]
    assert line.endswith(f"{version.digest[:12]}  planner, chief")
    for head, value in (("valid", "1970-01-02"), ("digest", version.digest[:12])):
        assert heads.index(head) == line.index(value)


def test_note_follows_the_persons() -> None:
    store = MemoryStore(now=Clock())
    store.publish(publication(draft(GROUND, day(1), note="new borders"), base=None))
    line = version_lines(store, day(0), ZONE)[-1]
    assert line.split()[:2] == ["1", "pending"]
    assert line.endswith("planner, chief, new borders")


def test_empty_store_names_the_command_that_publishes() -> None:
    [line] = version_lines(MemoryStore(now=Clock()), day(0), ZONE)
    assert line == "Nothing is published yet; see `pagoda publish --help`."
