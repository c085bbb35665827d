"""What Pagoda says, in the languages that it has a catalogue of."""

import gettext
from functools import cache
from pathlib import Path
from typing import Final

from gis.sentences import rendered

CATALOGUES: Final = Path(__file__).parent / "catalogues"
"""Folder of catalogues: LANGUAGE/LC_MESSAGES/messages.po, and what is built of it."""
DOMAIN: Final = "messages"


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
    """
    return rendered(text, _catalogue(language).gettext)


def translated(text: str, language: str) -> str:
    """Return a text of our own, such as the help of a command, in a language."""
    return _catalogue(language).gettext(text) if text else text


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """Return the catalogue of a language; an empty one where there is none."""
    return gettext.translation(DOMAIN, CATALOGUES, [language], fallback=True)
