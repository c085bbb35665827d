"""A store of another form is refused in words that say what to do."""

import pytest

from gis.errors import StoreError
from layers.stores import migrate_store
from layers.stores.forms import FormChange, check_form, refuse_later


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (4, "has form 4 of an earlier release, expected form 5; back it up"),
        (6, "has form 6 of a later release, expected form 5; use the release"),
    ],
)
def test_other_form_is_refused(number: int, words: str) -> None:
    with pytest.raises(StoreError, match=f"^Store 'town' {words}"):
        check_form("town", number, 5)


def test_form_of_this_release_is_taken_and_an_earlier_one_is_not_later() -> None:
    check_form("town", 5, 5)
    refuse_later("town", 4, 5)


def test_store_in_memory_has_no_other_form() -> None:
    assert migrate_store("memory:", is_trial=True) == FormChange(1, 1, ())


@pytest.mark.parametrize("url", ["town.csv", "mysql://db/town"])
def test_what_is_no_address_of_a_store_is_not_migrated(url: str) -> None:
    with pytest.raises(StoreError, match="No store is known at"):
        migrate_store(url)
