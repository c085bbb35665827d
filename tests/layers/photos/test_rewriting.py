"""What is kept of a picture: its pixels upright; of anything else nothing."""

import io
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from layers.photos import rewriting
from layers.photos.rewriting import LONGEST_SIDE, PictureError, rewritten
from support.makers.photos import (
    SECRETS,
    SVG,
    corners,
    decoded,
    encoded,
    phone_photo,
    png_of_size,
)

COLOURS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)]


def chunk_names(png):
    """The names of the chunks of a PNG."""
    names, place = [], 8
    while place < len(png):
        length = int.from_bytes(png[place : place + 4])
        names.append(png[place + 4 : place + 8])
        place += length + 12
    return names


def segment_marks(jpeg):
    """The marks of the segments of a JPEG before its pixels."""
    marks, place = [], 2
    while jpeg[place + 1] != 0xDA:
        marks.append(jpeg[place + 1])
        place += 2 + int.from_bytes(jpeg[place + 2 : place + 4])
    return marks


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_nothing_beside_the_pixels_is_kept(kind):
    photo = phone_photo(kind)
    assert all(secret in photo for secret in SECRETS[:2]) or kind == "PNG"
    assert decoded(photo).getexif().get_ifd(0x8825)[2][0] == 30.0
    head, picture = rewritten(photo)
    assert head == {"media_type": f"image/{kind.lower()}", "width": 64, "height": 32}
    assert [secret for secret in SECRETS if secret in picture] == []
    image = decoded(picture)
    assert not image.getexif()
    assert {*image.info} <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    if kind == "PNG":
        assert {*chunk_names(picture)} == {b"IHDR", b"IDAT", b"IEND"}
    else:
        # JFIF, tables, frame: no APP1 to APP15, no comment
        assert {*segment_marks(picture)} == {0xE0, 0xDB, 0xC0, 0xC4}


def test_what_hangs_behind_a_picture_is_gone():
    photo = encoded(corners(), "JPEG") + b"PK\x03\x04 KANARI archive"
    assert b"KANARI" not in rewritten(photo)[1]


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_as_pillow_would_turn_it(kind, orientation):
    photo = phone_photo(kind, orientation)
    upright = ImageOps.exif_transpose(decoded(photo)).convert("RGB")
    head, picture = rewritten(photo)
    image = decoded(picture).convert("RGB")
    assert image.size == upright.size == (head["width"], head["height"])
    width, height = image.size
    for x, y in ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)):
        place = int(x * width), int(y * height)
        difference = np.subtract(
            image.getpixel(place), upright.getpixel(place), dtype=int
        )
        assert np.abs(difference).max() < 12


def test_a_position_that_cannot_be_read_spoils_no_picture():
    photo = phone_photo(exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")
    assert rewritten(photo)[0]["width"] == 64


@pytest.mark.parametrize(
    ("image", "mode"),
    [
        (corners(), "RGB"),
        (corners().convert("L"), "L"),
        (corners().convert("1"), "L"),
        (corners().convert("LA"), "RGBA"),
        (corners().convert("RGBA"), "RGBA"),
        (corners().quantize(4), "RGB"),
    ],
    ids=lambda value: getattr(value, "mode", value),
)
def test_every_mode_of_png_is_kept_as_it_is_seen(image, mode):
    picture = decoded(rewritten(encoded(image, "PNG"))[1])
    assert picture.mode == mode
    same = np.asarray(picture.convert("RGBA")) == np.asarray(image.convert("RGBA"))
    assert same.all()


def test_what_is_seen_through_stays_so():
    image = corners().quantize(4)
    photo = encoded(image, "PNG", transparency=0)
    picture = decoded(rewritten(photo)[1])
    assert np.array_equal(picture, decoded(photo).convert("RGBA"))
    assert {*np.asarray(picture)[..., 3].ravel().tolist()} == {0, 255}


def test_sixteen_bits_of_grey_are_not_cut_off_at_white():
    levels = np.linspace(0, 65535, 256).astype(np.uint16)
    photo = encoded(Image.fromarray(np.tile(levels, (4, 1))), "PNG")
    row = np.asarray(decoded(rewritten(photo)[1]))[0].astype(int)
    assert np.abs(row - np.arange(256)).max() <= 1


def test_jpeg_of_printers_and_of_two_pictures_is_taken():
    for photo in (
        encoded(corners().convert("CMYK"), "JPEG"),
        encoded(corners(), "MPO", save_all=True, append_images=[corners(8, 8)]),
        encoded(corners(), "JPEG", progressive=True),
    ):
        head, picture = rewritten(photo)
        assert head["media_type"] == "image/jpeg"
        colours = [
            decoded(picture).getpixel(place)
            for place in ((16, 8), (48, 8), (16, 24), (48, 24))
        ]
        assert np.abs(np.subtract(colours, COLOURS, dtype=int)).max() < 12


@pytest.mark.parametrize(
    ("kind", "size"), [("JPEG", (4000, 500)), ("PNG", (300, 3000))]
)
def test_a_large_picture_is_made_smaller_in_its_proportions(kind, size):
    head, picture = rewritten(encoded(corners(*size), kind))
    width, height = head["width"], head["height"]
    assert max(width, height) == LONGEST_SIDE
    assert abs(width / height - size[0] / size[1]) < 0.02 * size[0] / size[1]
    assert decoded(picture).size == (width, height)


def test_the_same_picture_gives_the_same_bytes():
    assert rewritten(phone_photo()) == rewritten(phone_photo())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no_picture"),
        (b"a photo", "no_picture"),
        (SVG, "no_picture"),
        (b"\xff\xd8\xff\xe0", "no_picture"),
        (b"\x89PNG\r\n\x1a\n", "no_picture"),
        (encoded(corners(), "GIF"), "no_picture"),
        (encoded(corners(), "WEBP"), "no_picture"),
        (encoded(corners(), "TIFF"), "no_picture"),
        (encoded(corners(), "PDF"), "no_picture"),
        (encoded(corners(640, 640), "JPEG")[:2000], "damaged"),
        (encoded(corners(640, 640), "PNG")[:200], "damaged"),
        (png_of_size(64, 64), "damaged"),
        (png_of_size(100_000, 100_000), "too_wide"),
        (png_of_size(8000, 8000), "too_wide"),
        (png_of_size(10_000, 10_000), "too_wide"),
        (png_of_size(1, 50_000_001), "too_wide"),
    ],
)
def test_what_is_no_photo_is_refused_with_its_reason(content, reason):
    with pytest.raises(PictureError) as refused:
        rewritten(content)
    assert str(refused.value) == reason


def test_the_size_is_looked_at_before_a_pixel_is_decoded(monkeypatch):
    photo = phone_photo("PNG")
    monkeypatch.setattr(rewriting, "MOST_PIXELS", 64 * 32 - 1)
    monkeypatch.setattr(Image.Image, "load", lambda _: pytest.fail("decoded"))
    with pytest.raises(PictureError, match="too_wide"):
        rewritten(photo)


@given(st.data())
def test_a_file_with_wrong_bytes_is_a_picture_or_refused(data):
    photo = bytearray(data.draw(st.sampled_from([phone_photo(), phone_photo("PNG")])))
    for _ in range(data.draw(st.integers(1, 8))):
        photo[data.draw(st.integers(0, len(photo) - 1))] = data.draw(
            st.integers(0, 255)
        )
    length = data.draw(st.integers(len(photo) // 2, len(photo)))
    try:
        head, picture = rewritten(bytes(photo[:length]))
    except PictureError:
        return
    assert decoded(picture).size == (head["width"], head["height"])
    assert b"KANARI" not in picture


def test_the_program_says_head_and_picture():
    for content, line in (
        (SVG, b'{"reason": "no_picture"}'),
        (phone_photo("PNG"), b'{"media_type": "image/png", "width": 64, "height": 32}'),
    ):
        run = subprocess.run(
            [sys.executable, "-I", rewriting.__file__],
            input=content,
            capture_output=True,
            check=True,
        )
        head, _, picture = run.stdout.partition(b"\n")
        assert head == line
        assert bool(picture) == (content != SVG)
        if picture:
            assert Image.open(io.BytesIO(picture)).size == (64, 32)
