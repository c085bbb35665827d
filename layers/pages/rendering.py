"""Templates filled with values: every text is escaped, odd characters are shown."""

import hashlib
import unicodedata
from base64 import b64encode
from functools import cache
from importlib import resources
from typing import Final

from jinja2 import Environment, FunctionLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from layers.photos import PHOTO
from layers.styles import house_variables
from layers.words import Words
from layers.words.citizen import CITIZEN
from layers.words.cockpit import COCKPIT
from layers.words.code_lists import SEVERITIES
from layers.words.desk import CALL, DESK
from layers.words.loops import SHAPES
from layers.words.ogc import LAYERS
from layers.words.pages import DOCS, LOGIN, PROBLEM_PAGE
from layers.words.phone import CHECK, MY, WAITING
from layers.words.vocabulary import (
    CHINESE,
    ENGLISH,
    LANGUAGE_NAV,
    LANGUAGES,
    PLACE_PAGE,
)

PAGES: Final = (
    *("cockpit", "login", "list", "event", "citizen", "layer", "docs"),
    *("phone", "my", "place", "returned"),
)
"""The pages that there are; each is a template of its name."""
POLICY: Final = (
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""Content-Security-Policy of every page: nothing but the one style sheet."""
FORM_POLICY: Final = f"{POLICY}; script-src 'self'"
"""The same of pages with forms, whose script lets each act once."""
PHOTO_POLICY: Final = f"{FORM_POLICY}; img-src 'self' data:"
"""The same of a page that shows photos, and says that it has no icon."""
PHONE_POLICY: Final = f"{FORM_POLICY}; connect-src 'self'"
"""The same of pages whose forms wait on a phone until they can be sent."""
_BREAKS: Final = frozenset("\n\t")
_CONTROL: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Categories of characters that move text about or cannot be seen."""


def page(name: str, *, language: str, **values: object) -> str:
    """Return a page as HTML; both languages stand in it, and one of them is seen.

    Parameters
    ----------
    name
        One of `PAGES`.
    language
        Which of `layers.words.vocabulary.LANGUAGES`.
    values
        What the template names; one that is missing is an error.
    """
    return (
        _environment().get_template(f"{name}.html").render(language=language, **values)
    )


def problem_page(
    status: int,
    words: Words,
    root: str = "",
    *,
    language: str = CHINESE,
    has_desk: bool = False,
) -> str:
    """Return the page that says what went wrong.

    Parameters
    ----------
    status
        Of HTTP.
    words
        The sentences.
    root
        Path before those of the service, without a slash at its end.
    language
        Which is seen.
    has_desk
        Whether it leads back to the desk.

    Examples
    --------
    >>> "没有找到" in problem_page(404, Words("没有。", "Nothing."))
    True
    """
    heading = PROBLEM_PAGE.get(str(status), PROBLEM_PAGE["other"])
    template = _environment().get_template("frame.html")
    return template.render(
        title=heading, root=root, problem=words, home=has_desk, language=language
    )


def shown(text: str) -> Markup:
    """Return a text of strangers so that it is read as it is written.

    It keeps its direction to itself, and characters that cannot be seen or that move
    others about are named in its place.

    Parameters
    ----------
    text
        Any text.

    Examples
    --------
    >>> str(shown("<b>"))
    '<bdi>&lt;b&gt;</bdi>'
    >>> str(shown("a\u202eb"))
    '<bdi>a<span class="odd">U+202E</span>b</bdi>'
    """
    return Markup("<bdi>{}</bdi>").format(Markup("").join(map(_visible, text)))


def both(words: Words) -> Markup:
    """Return both languages, of which the style sheet shows one.

    Examples
    --------
    >>> str(both(Words("网格", "Grid")))
    '<span lang="zh-CN">网格</span> <span lang="en">Grid</span>'
    """
    zh, en = escape(words.zh), escape(words.en)
    if not words.en or words.en == words.zh:
        return Markup("<span>{}</span>").format(zh)
    pair = Markup('<span lang="zh-CN">{}</span> <span lang="en">{}</span>')
    return pair.format(zh, en)


def filled(words: Words, **values: object) -> Words:
    """Return words with their gaps filled.

    Examples
    --------
    >>> filled(Words("共 {n} 件", "{n} in all"), n=3).en
    '3 in all'
    """
    return Words(words.zh.format(**values), words.en.format(**values))


@pass_context
def _choice(context: Context, words: Words) -> str:
    """Return the language of the page, where no style sheet could choose."""
    return words.en or words.zh if context["language"] == ENGLISH else words.zh


def _visible(character: str) -> Markup:
    """Return a character, or its number where it could not be seen."""
    if character in _BREAKS or unicodedata.category(character) not in _CONTROL:
        return escape(character)
    return Markup('<span class="odd">U+{}</span>').format(f"{ord(character):04X}")


@cache
def _environment() -> Environment:
    """Return what reads the templates, once."""
    environment = Environment(
        loader=FunctionLoader(_read),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "shown": shown,
        "both": both,
        "filled": filled,
        "choice": _choice,
    }
    environment.globals |= {
        "CALL": CALL,
        "COCKPIT": COCKPIT,
        "DESK": DESK,
        "CHECK": CHECK,
        "CITIZEN": CITIZEN,
        "DOCS": DOCS,
        "LAYERS": LAYERS,
        "LOGIN": LOGIN,
        "MY": MY,
        "PHOTO": PHOTO,
        "PLACE_PAGE": PLACE_PAGE,
        "SEVERITIES": SEVERITIES,
        "SHAPES": SHAPES,
        "WAITING": WAITING,
        "INTEGRITY": INTEGRITY,
        "LANGUAGES": LANGUAGES,
        "LANGUAGE_NAV": LANGUAGE_NAV,
    }
    return environment


def _read(name: str) -> str:
    """Return the text of a file of this folder."""
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


STYLE: Final = (house_variables() + _read("desk.css")).encode()
"""The style sheet of all pages."""
INTEGRITY: Final = f"sha256-{b64encode(hashlib.sha256(STYLE).digest()).decode()}"
"""By which browsers know that they have this style sheet and no other."""
