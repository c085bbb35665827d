"""A picture of a stranger, decoded and written anew; run by an interpreter of its own.

It stands alone and imports nothing of ours, so that it starts in a twentieth of a
second and has nothing to lose: `layers.photos.pictures` runs this file under limits.
"""

import io
import json
import sys
import warnings
from typing import Final

from PIL import Image, UnidentifiedImageError

KINDS: Final = ("JPEG", "PNG")
MOST_PIXELS: Final = 50_000_000
LONGEST_SIDE: Final = 2560
"""A larger picture is made smaller: so much can be told apart on a screen or on A4."""
QUALITY: Final = 85
MEMORY_BYTES: Final = 3 << 28
"""The largest picture takes 450 MB at once, as pixels in three modes."""
CPU_SECONDS: Final = 10
ORIENTATION: Final = 0x0112
TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What puts a picture upright, by the orientation that its camera wrote (EXIF 2.3)."""


class PictureError(Exception):
    """Something is no picture that is taken; its text is the reason."""


def rewritten(content: bytes) -> tuple[dict[str, str | int], bytes]:
    """Return a picture upright and without anything beside its pixels.

    Parameters
    ----------
    content
        A file of anybody.

    Returns
    -------
    head
        Its media type, width and height.
    picture
        The new file.

    Raises
    ------
    PictureError
        If it is none, is damaged, or has too many pixels.

    Examples
    --------
    >>> try:
    ...     rewritten(b"<svg/>")
    ... except PictureError as error:
    ...     print(error)
    no_picture
    """
    with warnings.catch_warnings():
        # metadata that is broken is thrown away with the rest
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(content), formats=KINDS) as image:
                return _written(_upright(image), is_png=image.format == "PNG")
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise PictureError("too_wide") from error
        except UnidentifiedImageError as error:
            raise PictureError("no_picture") from error
        except (PictureError, MemoryError):
            raise
        except Exception as error:
            # decoders have many ways to fail on a file made to break them
            raise PictureError("damaged") from error


def _upright(image: Image.Image) -> Image.Image:
    """Return the pixels of a picture, none too many, turned as they were seen."""
    # before any of them is decoded
    if image.width * image.height > MOST_PIXELS:
        raise PictureError("too_wide")
    turn = TURNS.get(_orientation(image))
    if image.format == "PNG":
        image = _plain(image)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    image = _plain(image)
    return image if turn is None else image.transpose(turn)


def _orientation(image: Image.Image) -> int:
    """Return how the camera was held; upright where that cannot be read."""
    try:
        value = image.getexif().get(ORIENTATION)
    except Exception:
        # what lies beside the pixels is thrown away: it spoils no picture
        return 1
    return value if isinstance(value, int) else 1


def _plain(image: Image.Image) -> Image.Image:
    """Return a picture in 8 bits of grey or colour, with what is seen through."""
    if image.mode.startswith("I;16"):
        # 16 bits of grey would be cut off at white
        return image.point(lambda level: level * (1 / 256)).convert("L")
    if image.mode in {"L", "RGB", "RGBA"} and "transparency" not in image.info:
        return image
    if image.mode == "LA" or "transparency" in image.info:
        return image.convert("RGBA")
    return image.convert("L" if image.mode in {"1", "I", "F"} else "RGB")


def _written(image: Image.Image, *, is_png: bool) -> tuple[dict[str, str | int], bytes]:
    """Return pixels as a file that has nothing else."""
    bare = Image.frombytes(image.mode, image.size, image.tobytes())
    target = io.BytesIO()
    if is_png:
        bare.save(target, "PNG")
    else:
        bare.save(target, "JPEG", quality=QUALITY)
    head: dict[str, str | int] = {
        "media_type": "image/png" if is_png else "image/jpeg",
        "width": bare.width,
        "height": bare.height,
    }
    return head, target.getvalue()


def main() -> None:
    """Write the picture of the standard input to the standard output, with a head."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  not on every system

        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    try:
        head, picture = rewritten(sys.stdin.buffer.read())
    except PictureError as error:
        head, picture = {"reason": str(error)}, b""
    except MemoryError:
        head, picture = {"reason": "too_heavy"}, b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + picture)


if __name__ == "__main__":
    main()
