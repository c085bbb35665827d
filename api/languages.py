"""What Pagoda says, in the languages that it has a catalogue of."""

import gettext
from functools import cache
from pathlib import Path
from typing import Final

from gis.sentences import rendered

CATALOGUES: Final = Path(__file__).parent / "catalogues"
"""Folder of catalogues: LANGUAGE/LC_MESSAGES/messages.po, and what is built of it."""
DOMAIN: Final = "messages"
CHINESE: Final = "zh"


def in_language(text: object, language: str) -> str:
    """Return what a sentence says in a language.

    Parameters
    ----------
    text
        A sentence, or an error raised with one; any other text stays as it is.
    language
        ``zh`` or ``en``; what a catalogue lacks is said in English.

    Examples
    --------
    >>> from gis.counts import count_text
    >>> in_language(count_text(3, "grid"), "zh")
    '3 个网格'
    >>> in_language(count_text(3, "grid"), "en")
    '3 grids'
    >>> from gis.sentences import sentence
    >>> in_language(sentence("{role}: {count:,}", role="auditor", count=3), "zh")
    '审计员（auditor）: 3'
    """
    translate = _catalogue(language).gettext
    if language != CHINESE:
        return rendered(text, translate, language)
    return rendered(text, translate, language, _word)


def translated(text: str, language: str) -> str:
    """Return a text of our own, such as the help of a command, in a language."""
    return _catalogue(language).gettext(text) if text else text


def _word(name: str, value: object) -> object:
    """Return a value of a Chinese sentence, a code with its word."""
    is_code = isinstance(value, str) and value.isidentifier()
    if not (is_code or isinstance(value, list | tuple)):
        return value
    # reads the loops, which no sentence without a code needs
    from layers.code_words import code_word  # noqa: PLC0415

    return code_word(name, value)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """Return the catalogue of a language; an empty one where there is none."""
    return gettext.translation(DOMAIN, CATALOGUES, [language], fallback=True)
