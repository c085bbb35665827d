"""A receipt is the same whether it is given for the first time or again."""

from dataclasses import replace

from layers.stores.event_records import EventReceipt, StoredEvent
from support.makers.store_history import new_event


def test_a_receipt_is_the_same_when_given_again():
    receipt = EventReceipt("E", 1, 2, 3)
    assert replace(receipt, is_new=False) == receipt
    assert replace(receipt, row=2) != receipt


def test_an_event_differs_by_what_it_says():
    receipt = EventReceipt("E", 1, 2, 3)
    first, other = new_event("1"), new_event("1", kind="fire")
    assert StoredEvent(first, receipt) != StoredEvent(other, receipt)
