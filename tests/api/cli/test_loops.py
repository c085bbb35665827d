"""`pagoda loops`: a store that is sound, and one that is not."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gis.access import WHOLE
from gis.counts import count_text
from gis.events import Action, Changes
from layers.stores import open_store
from layers.stores.loops import Entry, LoopQuery
from support.makers.clocked_town import intake_over, report_to


@pytest.fixture
def store_url(sample_store_url: str, tmp_path: Path) -> str:
    """S town in a store of its own, to be written to."""
    return str(shutil.copy(sample_store_url, tmp_path / "town.gpkg"))


def test_a_sound_store_and_one_with_a_fault(pagoda: Callable, store_url: str) -> None:
    store = open_store(store_url)
    before = store.count_loops(LoopQuery(), WHOLE)
    intake = intake_over(store)
    event_id = report_to(intake, "roster", "roster_gap", "pagoda")
    store.close()
    answer = pagoda("loops", "check", "--store", store_url)
    assert (answer.code, answer.out) == (
        0,
        f"{count_text(before + 1, 'event')} checked: 0 faults.\n",
    )

    store = open_store(store_url)
    action = Action(
        "A", event_id, "note", store.now(), changes=Changes({"post_id": ""})
    )
    store.append([Entry(actions=(action,))]).result()
    store.close()
    answer = pagoda("loops", "check", "--store", store_url)
    assert answer.code == 1
    assert f"Event {event_id!r} is open in state 'triage' and no post" in answer.out
    assert answer.out.endswith(": 1 fault.\n")


def test_a_sound_store_is_rebuilt_without_a_difference(
    pagoda: Callable, store_url: str
) -> None:
    answer = pagoda("loops", "rebuild", "--store", store_url)
    assert answer.code == 0
    assert answer.out == "Loops and tasks are made again: 0 rows differed.\n"
