"""Why the system or a library refuses something, in words of any language."""

from types import MappingProxyType
from typing import Final

from gis.sentences import Sentence, bilingual, sentence

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


def reason_of(error: Exception) -> str:
    """Return what an error says, quoted where it is in the words of a library.

    Parameters
    ----------
    error
        What was raised.

    Examples
    --------
    >>> reason_of(ValueError(sentence("is negative, expected 0 or more")))
    'is negative, expected 0 or more'
    >>> reason_of(ValueError("no end")).languages["zh"]
    '程序原文“no end”'
    """
    if isinstance(error, OSError) and error.strerror:
        return os_reason(error)
    text = str(error)
    return text if isinstance(text, Sentence) else quoted(text)


def quoted(text: str) -> str:
    """Return words of a library, which no catalogue has: another language quotes them.

    Examples
    --------
    >>> quoted("no end")
    'no end'
    """
    return bilingual(text, f"程序原文“{text}”")
