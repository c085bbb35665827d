"""What Pagoda says, in the languages that it has a catalogue of, and which is whose."""

import gettext
import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from gis.errors import SettingError
from gis.sentences import rendered
from layers.words import Words
from layers.words.vocabulary import CHINESE as PAGE_CHINESE
from layers.words.vocabulary import ENGLISH

CATALOGUES: Final = Path(__file__).parent / "catalogues"
"""Folder of catalogues: LANGUAGE/LC_MESSAGES/messages.po, and what is built of it."""
DOMAIN: Final = "messages"
CHINESE: Final = "zh"
LANGUAGES: Final = ("en", CHINESE)
_OF_LOCALE: Final = ("LC_ALL", "LC_MESSAGES", "LANG")


def language_of(environment: Mapping[str, str]) -> str:
    """Return the language that a user asks for: PAGODA_LANG, else the locale.

    Parameters
    ----------
    environment
        Variables of the process.

    Raises
    ------
    SettingError
        If PAGODA_LANG is no language that there is.

    Examples
    --------
    >>> language_of({"PAGODA_LANG": "zh-CN"}), language_of({"LANG": "zh_CN.UTF-8"})
    ('zh', 'zh')
    >>> language_of({"LANG": "C.UTF-8"})
    'en'
    """
    own = environment.get("PAGODA_LANG")
    if own:
        language = _language_of_tag(own)
        if language is None:
            raise SettingError(
                "Setting PAGODA_LANG is {own!r}, expected en or zh; correct it, or "
                "leave it out for the language of the system.",
                own=own,
            )
        return language
    return _language_of_locale(environment)


def user_language() -> str:
    """Return the language of this process; of the locale where PAGODA_LANG errs."""
    own = _language_of_tag(os.environ.get("PAGODA_LANG", ""))
    return own or _language_of_locale(os.environ)


def page_language() -> str:
    """Return the language of the user as pages name it."""
    return PAGE_CHINESE if user_language() == CHINESE else ENGLISH


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


def in_user_language(text: object) -> str:
    """Return what a sentence says in the language of the user."""
    return in_language(text, user_language())


def in_both_languages(text: object) -> Words:
    """Return what a sentence says in Chinese and in English.

    Examples
    --------
    >>> from gis.counts import count_text
    >>> in_both_languages(count_text(3, "grid"))
    Words(zh='3 个网格', en='3 grids')
    """
    english = "".join(str(text))  # plain text, which pages put into theirs
    return Words(in_language(text, CHINESE), english)


def translated(text: str, language: str) -> str:
    """Return a text of our own, such as the help of a command, in a language."""
    return _catalogue(language).gettext(text) if text else text


def _language_of_locale(environment: Mapping[str, str]) -> str:
    """Return the language of the system."""
    locale = next(
        (environment[name] for name in _OF_LOCALE if environment.get(name)), ""
    )
    return _language_of_tag(locale) or "en"


def _language_of_tag(tag: str) -> str | None:
    """Return the language of a tag such as ``zh-CN``; None where we do not have it."""
    language = re.split(r"[-_.@]", tag.lower())[0]
    return language if language in LANGUAGES else None


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
