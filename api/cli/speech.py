"""Lines and help of the command in the language of its user."""

import gettext
import os
from collections.abc import Iterable

import click

from gis.sentences import spoken
from layers.languages import (
    CATALOGUES,
    DOMAIN,
    language_of,
    translated,
    user_language,
)


def echo(*lines: object, err: bool = False) -> None:
    """Print lines in the language of the user."""
    for line in lines:
        click.echo(spoken(line).rstrip(" "), err=err)


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
    os.environ["LANGUAGE"] = user_language()
    gettext.bindtextdomain(DOMAIN, CATALOGUES)
    _translate_help(command, user_language())


def _translate_help(command: click.Command, language: str) -> None:
    """Put the help of a command and of those below it into a language."""
    command.help = translated(command.help or "", language)
    command.short_help = None
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            parameter.help = translated(parameter.help or "", language) or None
    if isinstance(command, click.Group):
        for below in command.commands.values():
            _translate_help(below, language)
