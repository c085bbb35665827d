"""Settings come from the environment, or are refused in one sentence."""

import re

import pytest

from api.settings import read_settings, require_loopback
from gis.errors import SettingError


def test_settings_have_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "PORT", "SNAP_M", "DATUM_ERROR_M"):
        monkeypatch.delenv(f"PAGODA_{name}", raising=False)
    settings = read_settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert (settings.snap_m, settings.datum_error_m) == (0.0, 1.0)


def test_what_is_given_stands_over_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PAGODA_PORT", "9000")
    monkeypatch.setenv("PAGODA_SNAP_M", "2.5")
    settings = read_settings(port=9001)
    assert (settings.port, settings.snap_m) == (9001, 2.5)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "70000"),
        ("SNAP_M", "-1"),
        ("SNAP_M", "nan"),
        ("DATUM_ERROR_M", "inf"),
        ("PUBLIC_URL", "town.example"),
        ("PUBLIC_URL", "ftp://town.example"),
        ("PUBLIC_URL", "https:///pagoda"),
        ("PUBLIC_URL", "https://town.example/?a=1"),
        ("PUBLIC_URL", "https://town.example/#a"),
        ("PUBLIC_URL", "https://user@town.example/"),
        ("PUBLIC_URL", "https://town.example/a b"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"PAGODA_{name}", value)
    with pytest.raises(
        SettingError,
        match=rf"^Setting PAGODA_{name} is '{re.escape(value)}': [^\n]*\.$",
    ):
        read_settings()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_machine_may_listen_to_itself(host: str) -> None:
    require_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "example.org", ""])  # noqa: S104
def test_other_machines_are_refused_without_authentication(host: str) -> None:
    with pytest.raises(SettingError, match=r"^Host .* no authentication .*\.$"):
        require_loopback(host)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://town.example/pagoda/", "https://town.example/pagoda"),
        ("http://10.0.0.1:8080", "http://10.0.0.1:8080"),
        (" https://城镇.example ", "https://城镇.example"),
    ],
)
def test_public_address_is_kept_without_a_slash_at_its_end(
    monkeypatch: pytest.MonkeyPatch, url: str, expected: str
) -> None:
    monkeypatch.setenv("PAGODA_PUBLIC_URL", url)
    assert read_settings().public_url == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "https://town:s3cret@town.example/pagoda"),
        ("PORT", "postgresql://town:s3cret@db/pagoda"),
    ],
)
def test_refused_setting_shows_no_password(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"PAGODA_{name}", value)
    with pytest.raises(SettingError, match=r"town:\*\*\*@") as error:
        read_settings()
    assert "s3cret" not in str(error.value)
