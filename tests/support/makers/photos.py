"""Photos as phones send them, and files that only say that they are photos."""

import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image, PngImagePlugin

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
SECRETS = (b"KANARI", b"Exif", b"GPS", b"ns.adobe.com", b"ICC_PROFILE", b"acsp")
"""What stands in the metadata of `phone_photo` and in no picture that is kept."""


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    """A picture as a file."""
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def decoded(content: bytes) -> Image.Image:
    """The pixels of a file."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def corners(width: int = 64, height: int = 32) -> Image.Image:
    """A picture whose quarters are red, green, blue and white, row by row."""
    pixels = np.zeros((height, width, 3), np.uint8)
    half_x, half_y = width // 2, height // 2
    pixels[:half_y, :half_x] = (255, 0, 0)
    pixels[:half_y, half_x:] = (0, 255, 0)
    pixels[half_y:, :half_x] = (0, 0, 255)
    pixels[half_y:, half_x:] = (255, 255, 255)
    return Image.fromarray(pixels)


def phone_metadata(orientation: int = 1) -> Image.Exif:
    """What a phone writes beside a picture: where, when, by what."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F], exif[0x0110] = "KANARI-MAKER", "KANARI-PHONE"
    exif[0x9286] = "KANARI-COMMENT"
    exif[0x8825] = {1: "N", 2: (30.0, 19.0, 52.1), 3: "E", 4: (120.0, 4.0, 48.3)}
    return exif


def phone_photo(kind: str = "JPEG", orientation: int = 1, **options: Any) -> bytes:
    """A photo with a position, a comment, XMP and a profile of colours."""
    exif = phone_metadata(orientation).tobytes()
    profile = struct.pack(">I", 128) + b"\0" * 32 + b"acspKANARI" + b"\0" * 82
    more: dict[str, Any] = {"exif": exif, "icc_profile": profile}
    if kind == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Comment", "KANARI-TEXT")
        texts.add_itxt("XML:com.adobe.xmp", "<x>KANARI ns.adobe.com</x>")
        more["pnginfo"] = texts
    else:
        more |= {"comment": b"KANARI-COMMENT", "xmp": b"<x>KANARI</x>", "quality": 95}
    return encoded(corners(), kind, **(more | options))


def png_of_size(width: int, height: int) -> bytes:
    """A few bytes that say that they are a picture of any size."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data))
        + name
        + data
        + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
