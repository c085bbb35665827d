"""Settings come from the environment, or are refused in one sentence."""

import re
from pathlib import Path

import pytest

from api.settings import Settings, access_notes, read_settings, require_keys
from gis.errors import SettingError
from layers.languages import in_language


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
        ("READ_DATABASE", "town.gpkg"),
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


@pytest.mark.parametrize(
    ("store", "files", "is_said"),
    [
        (None, None, False),
        ("town.gpkg", None, False),
        ("postgresql://db/town", None, True),
        ("postgres://db/town", None, True),
        ("postgresql://db/town", Path("photos"), False),
    ],
)
def test_a_start_on_postgresql_without_a_folder_for_photos_says_so(
    store: str | None, files: Path | None, is_said: bool
) -> None:
    notes = access_notes(Settings(store=store, files=files), has_keys=True)
    assert any("PAGODA_FILES" in note for note in notes) == is_said


ELSEWHERE = ["0.0.0.0", "::", "10.0.0.1", "example.org", ""]  # noqa: S104
SIGNED = {"service_key": "s" * 32}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
@pytest.mark.parametrize("has_keys", [False, True])
def test_this_machine_may_listen_to_itself(host: str, has_keys: bool) -> None:
    require_keys(Settings(host=host), has_keys=has_keys)


@pytest.mark.parametrize("host", ELSEWHERE)
def test_other_machines_are_refused_without_authentication(host: str) -> None:
    with pytest.raises(SettingError, match=r"^Host .* no authentication .*\.$"):
        require_keys(Settings(host=host, **SIGNED), has_keys=False)


@pytest.mark.parametrize("host", ELSEWHERE)
def test_other_machines_are_refused_where_nothing_is_signed_for_long(host: str) -> None:
    with pytest.raises(SettingError, match=r"^Host .* PAGODA_SERVICE_KEY .*\.$"):
        require_keys(Settings(host=host), has_keys=True)
    require_keys(Settings(host=host, **SIGNED), has_keys=True)


@pytest.mark.parametrize("url", ["https://town.example", "http://127.0.0.1:8000"])
def test_a_public_address_needs_keys(url: str) -> None:
    with pytest.raises(SettingError, match=r"^Setting PAGODA_PUBLIC_URL .* no key;"):
        require_keys(Settings(public_url=url, **SIGNED), has_keys=False)
    with pytest.raises(SettingError, match=r"^Setting PAGODA_PUBLIC_URL .*_KEY is not"):
        require_keys(Settings(public_url=url), has_keys=True)
    require_keys(Settings(public_url=url, **SIGNED), has_keys=True)


@pytest.mark.parametrize("key", ["", "s3cret", "s3cret" * 5])
def test_a_service_key_that_could_be_guessed_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("PAGODA_SERVICE_KEY", key)
    with pytest.raises(SettingError, match=r"PAGODA_SERVICE_KEY is '\*\*\*'") as error:
        read_settings()
    assert "s3cret" not in str(error.value)


def test_a_start_says_who_may_ask_and_for_how_long_that_is_signed() -> None:
    opened, unsigned = access_notes(Settings(), has_keys=False)
    assert "steward and operator" in opened
    assert "PAGODA_SERVICE_KEY is not set" in unsigned
    assert access_notes(Settings(), has_keys=True) == [unsigned]
    assert access_notes(Settings(**SIGNED), has_keys=True) == []
    [note] = access_notes(Settings(host="10.0.0.1", **SIGNED), has_keys=True)
    assert "TLS" in note


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


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        ("https://dash.example", "https://dash.example"),
        (
            " https://a.example , http://10.0.0.1:3000,",
            "https://a.example,http://10.0.0.1:3000",
        ),
        ("", ""),
    ],
)
def test_origins_of_pages_that_may_read_are_listed(
    monkeypatch: pytest.MonkeyPatch, text: str, origins: str
) -> None:
    monkeypatch.setenv("PAGODA_CORS_ORIGINS", text)
    assert read_settings().cors_origins == origins


@pytest.mark.parametrize(
    "text", ["*", "dash.example", "https://dash.example/", "https://*.example", "null"]
)
def test_what_is_no_origin_is_refused(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("PAGODA_CORS_ORIGINS", text)
    with pytest.raises(SettingError, match="expected origins"):
        read_settings()


def test_a_root_path_is_that_of_the_public_address_or_beside_none() -> None:
    url = "https://town.example/pagoda"
    assert Settings(public_url=url).root_path == "/pagoda"
    assert Settings(public_url=url, root_path="/pagoda/").root_path == "/pagoda"
    assert Settings(public_url="https://town.example").root_path == ""
    assert Settings(root_path="/a/b").root_path == "/a/b"
    for address, expected in ((url, "/pagoda"), ("https://town.example", "/")):
        with pytest.raises(SettingError, match=rf"expected '{expected}', the path"):
            read_settings(public_url=address, root_path="/town")
    with pytest.raises(SettingError, match="PAGODA_PUBLIC_URL"):
        read_settings(public_url="https://town.example/a/../b")


@pytest.mark.parametrize(
    "values", [{"root_path": "/pagoda"}, {"proxies": "127.0.0.1"}], ids=str
)
def test_a_proxy_is_refused_without_keys(values: dict[str, str]) -> None:
    with pytest.raises(SettingError, match=r"^Setting PAGODA_[A-Z_]+ .* no key;"):
        require_keys(Settings(**SIGNED, **values), has_keys=False)
    with pytest.raises(SettingError, match=r"^Setting PAGODA_[A-Z_]+ .*_KEY is not"):
        require_keys(Settings(**values), has_keys=True)
    require_keys(Settings(**SIGNED, **values), has_keys=True)


def test_proxies_are_addresses_and_networks() -> None:
    text = " 127.0.0.1, 10.20.0.0/16,::1,"
    assert read_settings(proxies=text).proxies == "127.0.0.1,10.20.0.0/16,::1"
    for wrong in ("*", "proxy.example", "10.20.0.1/16"):
        with pytest.raises(SettingError, match=r"^Setting PAGODA_PROXIES is .*found"):
            read_settings(proxies=f"127.0.0.1,{wrong}")


def test_a_rule_of_a_setting_is_said_in_chinese() -> None:
    with pytest.raises(SettingError) as error:
        read_settings(cors_origins="*")
    assert "expected" not in in_language(error.value, "zh")
