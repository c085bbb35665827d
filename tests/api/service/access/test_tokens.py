"""A citizen's token opens its own event, for good, and no letter of it may change."""

import string

import pytest
from pydantic import SecretStr

from api.service.access.tokens import CitizenTokens, service_key

EVENT = "0190a3c2-0000-7000-8000-000000000001"
OTHER = "0190a3c2-0000-7000-8000-000000000002"
TOKENS = CitizenTokens("k" * 32)


def test_a_token_opens_its_event() -> None:
    assert TOKENS.event_of(TOKENS.token_of(EVENT)) == EVENT


def test_a_token_is_the_same_whenever_it_is_made() -> None:
    assert TOKENS.token_of(EVENT) == CitizenTokens("k" * 32).token_of(EVENT)


def test_no_letter_of_a_token_may_be_another() -> None:
    token = TOKENS.token_of(EVENT)
    letters = string.ascii_letters + string.digits + "-_.=% \n"
    for place in range(len(token)):
        for letter in letters:
            changed = token[:place] + letter + token[place + 1 :]
            if changed != token:
                assert TOKENS.event_of(changed) is None, changed


def test_a_signature_of_another_event_opens_nothing() -> None:
    signature = TOKENS.token_of(OTHER).rpartition(".")[2]
    assert TOKENS.event_of(f"{EVENT}.{signature}") is None


@pytest.mark.parametrize(
    "token", ["", ".", EVENT, f"{EVENT}.", "é.é", "\ud800", "a" * 10_000, "\0"]
)
def test_what_is_no_token_opens_nothing(token: str) -> None:
    assert TOKENS.event_of(token) is None


def test_a_token_shortened_or_longer_opens_nothing() -> None:
    token = TOKENS.token_of(EVENT)
    for changed in (token[:-1], f"{token}A", f"{token}=", f" {token}", f"{token}\n"):
        assert TOKENS.event_of(changed) is None


def test_another_service_key_signs_other_tokens() -> None:
    assert CitizenTokens("l" * 32).event_of(TOKENS.token_of(EVENT)) is None


def test_the_service_key_is_that_of_the_setting() -> None:
    assert service_key(SecretStr("s" * 32)) == "s" * 32
    assert len(service_key(None)) >= 43
