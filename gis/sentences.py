"""A sentence that keeps its template and values, so that it is said in any language."""

import re
import string
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from gis.text_width import padded

_CLAUSE: Final = "{whole}"
_STOPS: Final = ".。"
_WIDTH: Final = re.compile(r"([<>]?)(\d+)")


class Sentence(str):
    """An English sentence, and what it was made of.

    It is a `str` everywhere; `rendered` says it in another language.

    Parameters
    ----------
    text
        The sentence.
    template
        What it was made of, as `str.format` reads it; the key of its translations.
    values
        By name; sentences among them are said in that language too.
    languages
        Language -> the text in it, where no catalogue can have it.
    """

    __slots__ = ("languages", "template", "values")

    template: str
    values: Mapping[str, Any]
    languages: Mapping[str, str]

    def __new__(
        cls,
        text: str,
        template: str,
        values: Mapping[str, Any],
        languages: Mapping[str, str] = MappingProxyType({}),
    ) -> "Sentence":
        """Make the text, and keep the rest beside it."""
        itself = super().__new__(cls, text)
        itself.template = template
        itself.values = values
        itself.languages = languages
        return itself

    def __str__(self) -> str:
        # `str(error)` is still a sentence
        return self

    def __add__(self, other: str) -> str:
        return joined("", (self, other))

    def __radd__(self, other: str) -> str:
        return joined("", (other, self))

    def __reduce__(self) -> tuple[Any, ...]:
        plain = "".join(self)
        return Sentence, (plain, self.template, dict(self.values), dict(self.languages))


def sentence(template: str, /, **values: Any) -> str:
    """Return a sentence, or a part of one.

    Parameters
    ----------
    template
        English with the names of values, as `str.format` reads it; without values it
        stands as it is.
    **values
        What stands in it: numbers, names as the user wrote them, sentences.

    Examples
    --------
    >>> sentence("Grid {grid!r} has {count:,} events.", grid="G1", count=1200)
    "Grid 'G1' has 1,200 events."
    """
    return Sentence(template.format(**values) if values else template, template, values)


def bilingual(english: str, chinese: str) -> str:
    """Return a text that data gives in both languages, such as the name of a tier.

    Examples
    --------
    >>> rendered(bilingual("Core circle", "核心圈"), str, "zh")
    '核心圈'
    """
    return Sentence(english, english, {}, {"zh": chinese})


def known_as(code: str, chinese: str) -> str:
    """Return a code to which data give a name, such as the state of a town's own loop.

    Examples
    --------
    >>> rendered(known_as("own", "自定"), str, "zh"), known_as("own", "own")
    ('自定（own）', 'own')
    """
    return code if chinese == code else bilingual(code, f"{chinese}（{code}）")


def joined(separator: str, parts: Iterable[str]) -> str:
    """Return parts one after another, as a sentence where parts are sentences.

    Examples
    --------
    >>> joined(", ", ["none", sentence("row {row}", row=3)])
    'none, row 3'
    """
    values = {f"part{number}": part for number, part in enumerate(parts)}
    template = separator.replace("{", "{{").replace("}", "}}")
    return Sentence(
        separator.join(values.values()),
        template.join(f"{{{name}}}" for name in values),
        values,
    )


def listed(names: Iterable[object]) -> str:
    """Return names in quotes, with "and" between them.

    Examples
    --------
    >>> listed(["G1", "G2"]), listed([]), rendered(listed(["G1"]), str, "zh")
    ("'G1' and 'G2'", '', "'G1'")
    """
    text, *rest = [*map(repr, names)] or [""]
    for name in rest:
        text = sentence("{names} and {name}", names=text, name=name)
    return text


def clause(text: str) -> str:
    """Return a sentence without the stop at its end, to stand within another.

    Examples
    --------
    >>> sentence("{fault}; correct it.", fault=clause(sentence("Grid 'G1' is empty.")))
    "Grid 'G1' is empty; correct it."
    """
    return Sentence(text.rstrip(_STOPS), _CLAUSE, {"whole": text})


def speak_by(speech: Callable[[object], str]) -> None:
    """Let `spoken` say sentences in the language of the user.

    Parameters
    ----------
    speech
        Returns what a sentence or an error says; a floor that has catalogues gives it.
    """
    _Speech.say = staticmethod(speech)


def spoken(text: object) -> str:
    """Return what a sentence or an error says, for a person to read.

    It is in the language of the user once `layers` is imported, which has the
    catalogues; before that in English.

    Examples
    --------
    >>> spoken(sentence("Grid {grid!r} is not there; add it.", grid="G1"))
    "Grid 'G1' is not there; add it."
    """
    return _Speech.say(text)


class _Speech:
    """How this process says sentences."""

    say: Callable[[object], str] = staticmethod(str)


class _Columns(string.Formatter):
    """Formats as `str.format`, widths of texts as they are seen."""

    def format_field(self, value: Any, format_spec: str) -> Any:
        """Return a value in its form."""
        is_text = type(value) in (str, Sentence)
        width = _WIDTH.fullmatch(format_spec) if is_text else None
        if width is None:
            return super().format_field(value, format_spec)
        return padded(value, int(width[2]), to_right=width[1] == ">")


_COLUMNS: Final = _Columns()


def _as_it_is(_: str, value: object) -> object:
    """Return a value of a sentence as every language has it."""
    return value


def rendered(
    text: object,
    translate: Callable[[str], str],
    language: str,
    word: Callable[[str, object], object] = _as_it_is,
) -> str:
    """Return a sentence in another language; any other text as it is.

    Parameters
    ----------
    text
        A `Sentence`, or an error raised with one.
    translate
        Gives the template of the other language for an English one, with the same
        names of values; the English one where it has none.
    language
        The other language, such as ``zh``.
    word
        Gives what stands there for a value that is no sentence, by its name.

    Examples
    --------
    >>> chinese = {"{count} open in {area}": "{area}未办结 {count} 件", "town": "全镇"}
    >>> says = sentence("{count} open in {area}", count=3, area=sentence("town"))
    >>> rendered(says, lambda text: chinese.get(text, text), "zh")
    '全镇未办结 3 件'
    """
    written = str(text)
    # gettext has its header under the empty text
    if not isinstance(written, Sentence) or not written.template:
        return written
    if language in written.languages:
        return written.languages[language]
    template = translate(written.template)
    if not written.values:
        # what no catalogue has keeps its own form, such as a plural
        return "".join(written) if template == written.template else template

    def in_it(name: str, value: object) -> object:
        if _is_said(value):
            return rendered(value, translate, language, word)
        if isinstance(value, list):
            return word(name, [in_it("", item) for item in value])
        return word(name, value)

    values = {name: in_it(name, value) for name, value in written.values.items()}
    words = _COLUMNS.vformat(template, (), values)
    return words.rstrip(_STOPS) if written.template == _CLAUSE else words


def _is_said(value: object) -> bool:
    """Say whether a value is a sentence, or an error raised with one."""
    return isinstance(value, Sentence | Exception)
