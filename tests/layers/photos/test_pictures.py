"""Uploads read in a process of their own, and what ends it."""

import sys
import time

import pytest
from PIL import Image

from gis.errors import GovernanceError, PhotoError
from layers.photos import pictures
from layers.photos.pictures import MOST_BYTES, read_picture
from support.makers.photos import (
    SVG,
    corners,
    decoded,
    encoded,
    phone_photo,
    png_of_size,
)


def refusal(content):
    with pytest.raises(PhotoError) as refused:
        read_picture(content)
    return refused.value.reason


def use_program(monkeypatch, folder, text):
    """Let another program read pictures."""
    program = folder / "reader.py"
    program.write_text(text)
    monkeypatch.setattr(pictures, "PROGRAM", program)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_comes_back_with_what_it_is(kind):
    picture = read_picture(phone_photo(kind, orientation=6))
    assert picture.media_type == f"image/{kind.lower()}"
    assert (picture.width, picture.height) == (32, 64)
    assert decoded(picture.content).size == (32, 64)
    assert b"KANARI" not in picture.content


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no_photo"),
        (SVG, "no_picture"),
        (encoded(corners(), "GIF"), "no_picture"),
        (encoded(corners(640, 640), "JPEG")[:2000], "damaged"),
        (png_of_size(100_000, 100_000), "too_wide"),
        (phone_photo() + b"\0" * MOST_BYTES, "too_long"),
    ],
)
def test_what_is_no_photo_is_refused_in_words(content, reason):
    assert refusal(content) == reason


def test_as_many_bytes_as_may_be_are_taken():
    photo = phone_photo()
    assert read_picture(photo + b"\0" * (MOST_BYTES - len(photo))).width == 64


def test_the_largest_picture_is_within_the_limits():
    # of all modes the one that takes most
    image = Image.new("P", (7071, 7071), 3)
    picture = read_picture(encoded(image, "PNG", transparency=0))
    assert (picture.width, picture.height) == (2560, 2560)


def test_a_reader_that_takes_too_long_is_ended(monkeypatch, tmp_path):
    use_program(monkeypatch, tmp_path, "import time; time.sleep(600)")
    monkeypatch.setattr(pictures, "SECONDS", 0.5)
    start = time.monotonic()
    assert refusal(phone_photo()) == "too_heavy"
    assert time.monotonic() - start < 300


@pytest.mark.parametrize("end", ["os.abort()", "os.kill(os.getpid(), 9)"])
def test_a_reader_that_dies_is_said_in_words(monkeypatch, tmp_path, end):
    use_program(monkeypatch, tmp_path, f"import os, sys; sys.stdin.read(1); {end}")
    assert refusal(phone_photo()) == "too_heavy"


@pytest.mark.parametrize(
    ("end", "cause"),
    [("import no_pillow", "No module named 'no_pillow'"), ("sys.exit('x')", "x")],
)
def test_a_reader_that_cannot_work_is_a_fault_of_the_service(
    monkeypatch, tmp_path, end, cause
):
    use_program(monkeypatch, tmp_path, f"import sys; sys.stdin.buffer.read(); {end}")
    with pytest.raises(GovernanceError, match=f"{cause}.*look whether Pillow"):
        read_picture(phone_photo())


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux alone")
def test_a_reader_that_takes_too_much_memory_is_ended(monkeypatch, tmp_path):
    text = pictures.PROGRAM.read_text().replace("3 << 28", "1 << 26")
    use_program(monkeypatch, tmp_path, text)
    assert refusal(encoded(Image.new("RGB", (5000, 5000)), "PNG")) == "too_heavy"
    assert read_picture(phone_photo()).width == 64


def test_who_reads_files_of_strangers_knows_no_secret(monkeypatch, tmp_path):
    monkeypatch.setenv("PAGODA_SERVICE_KEY", "KANARI" * 6)
    monkeypatch.setenv("PGPASSWORD", "KANARI")
    use_program(
        monkeypatch,
        tmp_path,
        "import os, sys, json; sys.stdin.buffer.read()\n"
        "is_told = 'KANARI' in str(os.environ)\n"
        "head = {'media_type': str(is_told), 'width': 1, 'height': 1}\n"
        "print(json.dumps(head))",
    )
    assert read_picture(b"any").media_type == "False"
