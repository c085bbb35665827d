"""Deliveries listed, and tried again by hand."""

from dataclasses import replace

from layers.stores.outbox import Delivery
from layers.stores.protocol import Store


def retry_delivery(store: Store, outbox_row: int) -> Delivery | None:
    """Let a delivery be tried at once, and as often as a new one.

    Parameters
    ----------
    store
        Where it is.
    outbox_row
        Its row.

    Returns
    -------
    delivery
        As it waits now; as it was where it is delivered, None where there is none.
    """
    delivery = store.delivery(outbox_row)
    if delivery is None or delivery.state == "delivered":
        return delivery
    now = store.now()
    again = replace(delivery, state="waiting", attempts=0, at=now, next_at=now)
    store.record_delivery(again)
    return again
