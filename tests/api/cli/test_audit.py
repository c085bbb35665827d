"""`pagoda audit`: the signed end of the log, and what it finds."""

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from gis.events import Action
from gis.models import Instant
from layers.photos import PhotoFolder, Picture
from layers.stores import open_store
from layers.stores.loops import Entry


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


def test_photos_are_checked_exported_and_restored_as_typed(
    on: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = os.environ.get("PAGODA_STORE", "pagoda.gpkg")
    photo = PhotoFolder(Path(f"{url}.files")).put(Picture(b"x", "image/png", 1, 1))
    request = {"photo": photo.digest, "media_type": photo.media_type}
    with closing(open_store(url)) as store:
        action = Action("A1", None, "photo", Instant(0), request=request)
        store.append([Entry(actions=(action,))]).result()
    assert on("audit", "verify").code == 0
    exported = on("export", "--out", "backup")
    assert (exported.code, exported.out.count("\n")) == (0, 1)
    assert on("init", "again.gpkg", "--from", "backup").code == 0
    path = Path("again.gpkg.files") / photo.name
    assert path.read_bytes() == b"x"
    assert on("audit", "verify", "--store", "again.gpkg").code == 0
    path.write_bytes(b"y")
    verified = on("audit", "verify", "--store", "again.gpkg")
    assert verified.code == 1
    assert f"Photo {photo.name!r}" in verified.out
    assert "is altered in 'again.gpkg.files'" in verified.out
    again = on("export", "--store", "again.gpkg", "--out", "second.gpkg")
    assert again.code == 0
    assert "is altered" in again.out
    restored = on("init", "third.gpkg", "--from", "second.gpkg")
    assert restored.code == 0
    assert f"Photo {photo.name!r}" in restored.out
    # the folder that is set comes first
    monkeypatch.setenv("PAGODA_FILES", f"{url}.files")
    assert on("audit", "verify", "--store", "again.gpkg").code == 0
