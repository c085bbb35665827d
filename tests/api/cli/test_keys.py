"""`pagoda key` as typed: a key is printed once, and the list never has it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli.keys import ROLES
from gis.access import Role
from layers.stores import create_store
from support.harness.answers import assert_one_sentence


@pytest.fixture
def url(tmp_path: Path) -> str:
    path = str(tmp_path / "town.gpkg")
    create_store(path).close()
    return path


def test_a_key_is_printed_alone_and_once(pagoda: Callable, url: str) -> None:
    answer = pagoda("key", "new", "--role", "auditor", "--store", url)
    assert answer.code == 0
    [secret] = answer.out.splitlines()
    assert secret.startswith("pagoda_")
    assert secret not in answer.err
    listing = pagoda("key", "list", "--store", url)
    assert "auditor" in listing.out
    assert secret not in listing.out + listing.err
    assert secret.encode() not in Path(url).read_bytes()


def test_only_the_first_key_ever_changes_who_is_asked(
    pagoda: Callable, url: str
) -> None:
    def make() -> str:
        return str(pagoda("key", "new", "--role", "auditor", "--store", url).err)

    assert "asks everybody for a key" in make()
    key_id = pagoda("key", "list", "--store", url).out.split()[0]
    assert "1 of 1 key valid." in pagoda("key", "list", "--store", url).out
    pagoda("key", "revoke", key_id, "--store", url)
    assert "everybody" not in make()


def test_a_key_is_revoked_by_its_id(pagoda: Callable, url: str) -> None:
    pagoda("key", "new", "--role", "steward", "--store", url)
    key_id = pagoda("key", "list", "--store", url).out.split()[0]
    assert pagoda("key", "revoke", key_id, "--store", url).code == 0
    assert "revoked" in pagoda("key", "list", "--store", url).out
    again = pagoda("key", "revoke", key_id, "--store", url)
    assert again.code == 2
    assert_one_sentence(again.err)


@pytest.mark.parametrize(
    "options",
    [
        ("leader",),
        ("leader", "--holder", "L9"),
        ("department", "--department", "police"),
        ("source", "--source", "hotline"),
        ("inspector", "--area", "G1"),
        ("auditor", "--grants", ";"),
        ("auditor", "--grants", "disputes"),
        ("nobody",),
    ],
)
def test_a_key_for_nobody_known_is_one_sentence(
    pagoda: Callable, url: str, options: tuple[str, ...]
) -> None:
    answer = pagoda("key", "new", "--role", *options, "--store", url)
    assert (answer.code, answer.out) == (2, "")
    assert_one_sentence(answer.err)


def test_roles_of_the_option_are_all_there_are() -> None:
    assert set(ROLES) == {*Role}
