"""`pagoda replay`: stored answers computed again."""

from collections.abc import Callable
from pathlib import Path

from support.makers.three_grids import (
    DUTIES,
    read,
)


def test_replay_is_byte_equal_also_when_duties_changed_since(
    full: Callable, files: Path
) -> None:
    changed = DUTIES.replace("L001", "L009")
    (files / "changed.csv").write_text(changed, encoding="utf-8")
    assert full("load", "duties", "changed.csv").code == 0
    store = read()
    ids = store.events()["event_id"].tolist()
    store.close()
    for event_id in ids:
        answer = full("replay", event_id)
        assert answer.code == 0
        assert answer.out.count("byte-equal") == 2


def test_replay_of_an_unknown_event_is_refused(full: Callable) -> None:
    answer = full("replay", "nobody")
    assert answer.code == 2
    assert "has no event 'nobody'" in answer.err
