"""Photos of events: read from uploads, written anew, kept by digest in a folder."""

from layers.photos.folder import Photo, PhotoFolder, photo_of
from layers.photos.pictures import MOST_BYTES, Picture, read_picture
from layers.photos.words import PHOTO, PHOTO_REASONS, photo_error

__all__ = [
    "MOST_BYTES",
    "PHOTO",
    "PHOTO_REASONS",
    "Photo",
    "PhotoFolder",
    "Picture",
    "photo_error",
    "photo_of",
    "read_picture",
]
