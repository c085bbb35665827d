"""Which store a command works on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli.options import opened_store
from api.settings import Settings


def test_commands_without_a_store_say_so(pagoda: Callable, tmp_path: Path) -> None:
    for command in (("versions",), ("audit", "verify"), ("replay", "x")):
        answer = pagoda(*command, "--store", tmp_path / "none.gpkg")
        assert answer.code == 2
        assert answer.err.count("\n") == 1


def test_store_is_found_by_the_setting(
    on: Callable, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (files / "other").mkdir()
    monkeypatch.chdir(files / "other")
    assert on("versions").code == 2
    monkeypatch.setenv("PAGODA_STORE", str(files / "pagoda.gpkg"))
    assert "in force" in on("versions").out


def test_option_goes_before_the_setting(on: Callable, files: Path) -> None:
    settings = Settings(store=str(files / "none.gpkg"))
    with opened_store(str(files / "pagoda.gpkg"), settings) as store:
        assert store.history().head().version == 1


@pytest.mark.parametrize("day", ["2026-9-1", "2026/09/01", "2026年9月1日"])
def test_day_is_read_as_every_door_reads_it(on: Callable, day: str) -> None:
    assert on("events", "--on", day).out == on("events", "--on", "2026-09-01").out


@pytest.mark.parametrize("command", [("due",), ("risk",), ("events",)])
@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("20260901", "is no day, expected one such as"),
        ("2026-09-01T08:15", "is a time, expected a day"),
        ("2201-01-01", "is of the year 2201, expected one from 1900 to 2200"),
    ],
)
def test_day_that_http_refuses_is_refused(
    on: Callable, command: tuple[str, ...], day: str, words: str
) -> None:
    answer = on(*command, "--on", day)
    assert answer.code == 2
    assert words in answer.err
