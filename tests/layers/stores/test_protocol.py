"""Every store keeps what the protocol promises, in the same words."""

import inspect
from dataclasses import replace

import pytest

from layers.stores.event_records import EventReceipt
from layers.stores.geopackage import GeoPackageStore
from layers.stores.memory import MemoryStore
from layers.stores.postgis import PostgisStore
from layers.stores.protocol import MAIN_SYSTEM, Publication, Store
from support.makers.store_history import day, publication

PROMISED = [name for name in dir(Store) if not name.startswith("_")]
ADAPTERS = {
    "memory": MemoryStore,
    "geopackage": GeoPackageStore,
    "postgis": PostgisStore,
}


def parameters_of(member):
    """Names, kinds and defaults of what a method takes; None for a property."""
    if isinstance(member, property):
        return None
    return [
        (parameter.name, parameter.kind, parameter.default)
        for parameter in inspect.signature(member).parameters.values()
    ]


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("name", PROMISED)
def test_every_store_has_what_is_promised_and_takes_the_same(adapter, name):
    member = getattr(ADAPTERS[adapter], name)
    assert parameters_of(member) == parameters_of(getattr(Store, name))


@pytest.mark.parametrize("name", PROMISED)
def test_every_promise_is_in_words(name):
    summary = (inspect.getdoc(getattr(Store, name)) or "").splitlines()[0]
    assert summary.endswith(".")


def test_receipt_of_an_event_sent_again_equals_the_first():
    receipt = EventReceipt("id", 1, 2, day(3))
    assert receipt == replace(receipt, is_new=False)
    assert receipt != replace(receipt, row=2)


def test_publication_without_more_is_a_first_one_of_the_main_system():
    bare = Publication((), author="planner", reviewer="chief")
    assert (bare.base, bare.replaces, bare.untouched) == (None, (), ())
    assert bare.system == publication(base=None).system == MAIN_SYSTEM
