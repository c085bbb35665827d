"""Watches in every test that a sentence stays one, so that it has its Chinese.

An f-string makes plain English of a sentence; so does a text that the catalogue has and
that is given as a plain value to another sentence. Either fails the test that meets it.
"""

import gettext
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from gis.sentences import Sentence
from layers.languages import CATALOGUES, DOMAIN

ROOT: Final = Path(__file__).parents[3]
OURS: Final = tuple(str(ROOT / floor) for floor in ("gis", "layers", "api"))
SAYS_ITSELF: Final = str(ROOT / "gis" / "sentences.py")
BILINGUAL: Final = {
    str(ROOT / "api" / name)
    for name in ("errors.py", "refusals.py", "schemas/ogc_parameters.py")
}
"""They say both languages side by side, and one of them is English."""
SPOKEN: Final = "problem"
"""Value that click has said in the language of the user, before it is one."""
FEWEST_WORDS: Final = 3
"""A name of a user may be a word of the catalogue, and is no sentence for that."""


def watch_sentences() -> None:
    """Fail from now on wherever a sentence becomes plain text within our own code."""
    catalogue = gettext.translation(DOMAIN, CATALOGUES, ["zh"])
    make = Sentence.__new__

    def __format__(self: Sentence, form: str) -> str:  # noqa: N807  that of the class
        caller = sys._getframe(1)
        path = caller.f_code.co_filename
        is_ours = path.startswith(OURS) and path != SAYS_ITSELF
        assert not is_ours or path in BILINGUAL, (
            f"{path}:{caller.f_lineno} writes the sentence {str(self)!r} into a text; "
            "make that a sentence too."
        )
        return str.__format__(self, form)

    def __new__(  # noqa: N807  that of the class
        cls: type[Sentence],
        text: str,
        template: str,
        values: Mapping[str, Any],
        languages: Mapping[str, str] | None = None,
    ) -> Sentence:
        for name, value in values.items():
            is_text = type(value) is str and len(value.split()) >= FEWEST_WORDS
            assert not is_text or name == SPOKEN or catalogue.gettext(value) == value, (
                f"{template!r} has the plain text {value!r} as {name!r}, which stays "
                "English; make it a sentence."
            )
        return make(cls, text, template, values, languages or {})

    Sentence.__format__ = __format__  # type: ignore[method-assign]
    Sentence.__new__ = __new__  # type: ignore[method-assign,assignment]
