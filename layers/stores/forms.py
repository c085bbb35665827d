"""Forms of stores: what a release writes, and what brings an older store to it."""

from typing import Final, NamedTuple

from gis.errors import StoreError
from gis.sentences import sentence

FOREIGN_KINDS: Final = {
    "view": sentence("view"),
    "trigger": sentence("trigger"),
    "rule": sentence("rule"),
}
"""What others may have put into a store, which no migration made."""


class FormChange(NamedTuple):
    """What brings a store to the form of this release.

    Attributes
    ----------
    before, after
        Numbers of the form that it has, and of that which this release writes.
    steps
        Names of the migrations in between, in their order; none where it has it.
    """

    before: int
    after: int
    steps: tuple[str, ...]


def check_form(store: str, number: int, newest: int) -> None:
    """Refuse a store that this release cannot work on as it stands.

    Parameters
    ----------
    store
        Its path, or the name of its database.
    number
        Of its form.
    newest
        Number of the form that this release writes.

    Raises
    ------
    StoreError
        If it is of an earlier or a later release.

    Examples
    --------
    >>> check_form("town.gpkg", 13, 13)
    """
    refuse_later(store, number, newest)
    if number < newest:
        raise StoreError(
            "Store {store!r} has form {number} of an earlier release, expected form "
            "{newest}; back it up with the release that you had, then run `pagoda "
            "migrate`.",
            store=store,
            number=number,
            newest=newest,
        )


def refuse_later(store: str, number: int, newest: int) -> None:
    """Refuse a store of a later release; raises and takes all as `check_form`."""
    if number > newest:
        raise StoreError(
            "Store {store!r} has form {number} of a later release, expected form "
            "{newest}; use the release that wrote it, or a newer one.",
            store=store,
            number=number,
            newest=newest,
        )
