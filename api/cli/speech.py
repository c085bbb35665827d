"""The language in which the command speaks, and the one place where it does."""

import gettext
import os
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

import click

from api.languages import CATALOGUES, DOMAIN, in_language, translated
from gis.errors import SettingError

LANGUAGES: Final = ("en", "zh")
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
    >>> language_of({"PAGODA_LANG": "zh"}), language_of({"LANG": "zh_CN.UTF-8"})
    ('zh', 'zh')
    >>> language_of({"LANG": "C.UTF-8"})
    'en'
    """
    own = environment.get("PAGODA_LANG")
    if own:
        if own not in LANGUAGES:
            raise SettingError(
                "Setting PAGODA_LANG is {own!r}, expected en or zh; correct it, or "
                "leave it out for the language of the system.",
                own=own,
            )
        return own
    locale = next(
        (environment[name] for name in _OF_LOCALE if environment.get(name)), ""
    )
    return "zh" if locale.lower().startswith("zh") else "en"


@cache
def language() -> str:
    """Return the language of this process; of the locale where PAGODA_LANG errs."""
    try:
        return language_of(os.environ)
    except SettingError:
        return language_of({**os.environ, "PAGODA_LANG": ""})


def spoken(text: object) -> str:
    """Return a text in the language of the user, for a library that will say it."""
    return in_language(text, language())


def echo(*lines: object, err: bool = False) -> None:
    """Print lines in the language of the user."""
    for line in lines:
        click.echo(spoken(line), err=err)


def say(lines: Iterable[object]) -> None:
    """Print lines on standard error, in the language of the user."""
    echo(*lines, err=True)


def speak(command: click.Command) -> None:
    """Let the help of a command and of those below it speak the user's language.

    Parameters
    ----------
    command
        The outermost one.

    Raises
    ------
    SettingError
        If PAGODA_LANG is no language that there is.
    """
    if language_of(os.environ) == "en":
        return
    # click looks its own words up in the same catalogue
    os.environ["LANGUAGE"] = language()
    gettext.bindtextdomain(DOMAIN, CATALOGUES)
    _translate_help(command)


def _translate_help(command: click.Command) -> None:
    command.help = translated(command.help or "", language())
    command.short_help = None
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            parameter.help = translated(parameter.help or "", language()) or None
    if isinstance(command, click.Group):
        for below in command.commands.values():
            _translate_help(below)
