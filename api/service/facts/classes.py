"""Classes of fields, set by a steward: audited, and in force at once."""

from dataclasses import dataclass

import orjson
import pandas as pd

from api.service.access.audit import CLASS_SET, audit_action, record_audit
from api.service.facts.dictionary import Entry, data_dictionary
from gis.access import Caller
from layers.registry import Registries
from layers.schema.layer import Sharing
from layers.schema.sharing import CLASS
from layers.stores import Store
from layers.stores.facts import timestamp


@dataclass(frozen=True, slots=True)
class ClassOrder:
    """A class for a field.

    Attributes
    ----------
    entry
        The field, one that may have several.
    sharing
        The class.
    reason
        Why.
    """

    entry: Entry
    sharing: Sharing
    reason: str


def entry_of(registries: Registries, layer: str, name: str) -> Entry | None:
    """Return a field with the class that it has now; None where there is none.

    Parameters
    ----------
    registries
        What is registered: which classes a steward set.
    layer, name
        The field, as the data dictionary names it.
    """
    entries = data_dictionary(registries.current.classes)
    fields = (entry for entry in entries if (entry.layer, entry.name) == (layer, name))
    return next(fields, None)


def set_class(
    store: Store, registries: Registries, caller: Caller, order: ClassOrder
) -> None:
    """Give a field a class; what is answered from now on obeys it.

    It stands in the audit before: who, which field, from which class to which, and why.

    Parameters
    ----------
    store
        Where the rule and the audit are; both are durable when the call returns.
    registries
        What is registered in it.
    caller
        May `Act.CLASSES`: its door looked.
    order
        The class.

    Raises
    ------
    InvalidLayerError
        If the class of that field cannot be set.
    """
    now, entry = store.now(), order.entry
    request = {
        "layer": entry.layer,
        "field": entry.name,
        "before": entry.sharing,
        "after": order.sharing,
    }
    record_audit(store, audit_action(caller, CLASS_SET, request, order.reason, now))
    rule = {
        "rule_id": f"{CLASS}{entry.layer}.{entry.name}",
        "owner": entry.owner,
        "body": orjson.dumps({"sharing": order.sharing}).decode(),
        "valid_from": timestamp(now),
    }
    store.record("rules", pd.DataFrame([rule]))
    registries.refresh()
