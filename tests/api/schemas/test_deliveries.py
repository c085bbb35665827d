"""A delivery says in both languages why it did not arrive."""

import pytest

from api.schemas.deliveries import DeliveriesOut, DeliveryOut
from layers.stores.outbox import Delivery
from layers.words.events import DELIVERY_REASONS


@pytest.mark.parametrize("reason", DELIVERY_REASONS)
def test_every_reason_is_a_sentence_in_both_languages(reason):
    delivery = Delivery(1, "desk", "E", 1, "dead", error=reason, status=503)
    out = DeliveryOut.of(delivery)
    assert out.text.endswith(".")
    assert out.text_zh.endswith("。")
    assert "{" not in out.text + out.text_zh


def test_delivery_that_arrived_has_nothing_to_say():
    out = DeliveryOut.of(Delivery(1, "desk", "E", 1, "delivered", status=204))
    assert (out.reason, out.text, out.text_zh, out.at) == ("", "", "", None)


def test_page_says_where_the_next_begins():
    rows = [Delivery(row, "desk", "E", row) for row in (3, 5, 8)]
    page = DeliveriesOut.of(rows, 2)
    assert ([d.id for d in page.deliveries], page.next) == ([3, 5], 5)
    assert DeliveriesOut.of(rows, 3).next is None
