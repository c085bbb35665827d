"""A delivery waits until it is delivered or given up."""

from layers.stores.outbox import Delivery


def test_a_new_delivery_waits_and_was_not_tried():
    delivery = Delivery(1, "hotline", "E", 3)
    assert (delivery.state, delivery.attempts, delivery.status) == ("waiting", 0, None)
