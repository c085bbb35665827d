"""`pagoda audit`: the signed end of the log, and what it finds."""

from collections.abc import Callable
from pathlib import Path

import pytest


def test_head_is_signed_and_a_cut_log_is_found(full: Callable, files: Path) -> None:
    early = files / "pagoda.gpkg"
    copy = files / "early.gpkg"
    assert full("export", "--out", copy).code == 0
    assert full("load", "posts", "posts.csv").code == 0
    line = full("audit", "head").out
    (files / "head.json").write_text(line)
    whole = full("audit", "verify", "--head", "head.json", "--store", early)
    assert (whole.code, whole.out[-10:]) == (0, "0 faults.\n")
    cut = full("audit", "verify", "--head", line.strip(), "--store", copy)
    assert cut.code == 1
    assert "does not go through it" in cut.out
    assert full("audit", "verify", "--store", copy).code == 0


def test_what_keys_wrote_is_listed_from_a_number_on(on: Callable) -> None:
    assert on("audit", "list").out == ""
    for _ in range(2):
        assert on("key", "new", "--role", "steward").code == 0
    lines = on("audit", "list").out.splitlines()
    assert [line.split("  ")[2:5] for line in lines] == [
        ["console", "steward", "key_made"]
    ] * 2
    number, *_ = lines[0].split()
    assert on("audit", "list", "--after", number).out.splitlines() == lines[1:]


def test_head_without_a_key_is_refused(
    on: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGODA_AUDIT_KEY", "short")
    assert "has 5 bytes" in on("audit", "head").err
    monkeypatch.delenv("PAGODA_AUDIT_KEY")
    answer = on("audit", "head")
    assert answer.code == 2
    assert "PAGODA_AUDIT_KEY" in answer.err
