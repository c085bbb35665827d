"""A store built again: every link comes out the same, or it is refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.service.stores.connection import opened
from api.service.stores.restore import LinkClock, restore
from gis.errors import StoreError
from gis.models import Instant
from layers.stores import Store, open_store
from layers.stores.log import Batch
from layers.stores.protocol import MAIN_SYSTEM, VersionLayers
from support.makers.square_town import SquareTown
from support.makers.store_history import Clock, new_event, play


@dataclass(frozen=True)
class ChangedOrigin:
    """A store in whose log one text was replaced."""

    store: Store
    old: bytes
    new: bytes

    @property
    def store_id(self) -> str:
        return self.store.store_id

    @property
    def crs(self) -> str:
        return self.store.crs

    def log(self, after: int = 0) -> Iterator[Batch]:
        for link, rows in self.store.log(after):
            yield link, [row.replace(self.old, self.new) for row in rows]

    def version_layers(self, version: int, system: str = MAIN_SYSTEM) -> VersionLayers:
        return self.store.version_layers(version, system)


def test_store_in_memory_comes_out_with_the_same_end(eventful: SquareTown) -> None:
    assert restore("memory:", eventful.store) == eventful.store.last_link()


def test_corrections_and_withdrawals_come_out_the_same() -> None:
    clock = Clock(0)
    store = open_store("memory:", now=clock)
    play(store, clock)
    store.append_events([new_event("E1"), new_event("E2", position=None)])
    layers = {link.layer for link, _ in store.log()}
    assert layers == {"versions", "withdrawals", "events"}
    assert restore("memory:", store) == store.last_link()


def test_empty_store_comes_out_empty() -> None:
    assert restore("memory:", open_store("memory:")) is None


def test_facts_and_events_are_those_of_the_origin(
    eventful: SquareTown, tmp_path: Path
) -> None:
    url = str(tmp_path / "again.gpkg")
    restore(url, eventful.store)
    with opened(url) as replica:
        for layer in ("posts", "duties", "enterprises", "inspections", "rules"):
            ours, theirs = eventful.store.facts(layer), replica.facts(layer)
            assert ours.equals(theirs), layer
        ours, theirs = eventful.store.events(), replica.events()
        assert ours["event_id"].tolist() == theirs["event_id"].tolist()
        assert ours["acting"].tolist() == theirs["acting"].tolist()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (b"L001", b"L666", "Link 2 of layer 'posts' has the head"),
        (b'"G1-L"', b'"G1-L', "Link 2 of layer 'posts' cannot be read back"),
    ],
    ids=["another holder", "no JSON"],
)
def test_row_that_was_changed_is_found_in_its_link(
    squares: SquareTown, old: bytes, new: bytes, sentence: str
) -> None:
    with pytest.raises(StoreError, match=sentence):
        restore("memory:", ChangedOrigin(squares.store, old, new))


def test_clock_of_a_link_shows_its_instant() -> None:
    clock = LinkClock(Instant(5))
    assert clock() == 5
    clock.instant = Instant(7)
    assert clock() == 7
