"""The one sentence that refuses a file."""

from pathlib import Path

import pytest

from gis.errors import InputFileError
from layers.files import read_events


def refusal(path: Path) -> str:
    """Return the sentence that refuses a file, once it is one sentence."""
    with pytest.raises(InputFileError) as caught:
        read_events(path)
    text = str(caught.value)
    assert text.endswith(".")
    assert "\n" not in text
    return text
