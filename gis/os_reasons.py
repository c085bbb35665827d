"""Why the system refuses a file or a port, in words that are said in any language."""

from types import MappingProxyType
from typing import Final

from gis.sentences import sentence

_KNOWN: Final = MappingProxyType(
    {
        str(words): words
        for words in (
            sentence("Address already in use"),
            sentence("Broken pipe"),
            sentence("Cannot assign requested address"),
            sentence("Connection refused"),
            sentence("Disk quota exceeded"),
            sentence("File exists"),
            sentence("File name too long"),
            sentence("File too large"),
            sentence("Input/output error"),
            sentence("Is a directory"),
            sentence("No space left on device"),
            sentence("No such file or directory"),
            sentence("Not a directory"),
            sentence("Operation not permitted"),
            sentence("Permission denied"),
            sentence("Read-only file system"),
            sentence("Too many open files"),
        )
    }
)


def os_reason(error: OSError) -> str:
    """Return what the system says of an error, as a sentence where it is a usual one.

    Parameters
    ----------
    error
        What was raised.

    Examples
    --------
    >>> import errno, os
    >>> os_reason(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    'No space left on device'
    >>> os_reason(OSError("the cable is out"))
    'the cable is out'
    """
    text = error.strerror or str(error)
    return _KNOWN.get(text, text)
