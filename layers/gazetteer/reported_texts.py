"""What sources say of events, to find them by: their own ids, addresses and texts."""

from collections.abc import Iterator
from typing import Final

import pandas as pd

from layers.gazetteer.name_index import NameIndex
from layers.stores.events import details_of

WORDS: Final = ("names", "addresses", "initials")
"""Where addresses and texts are in the index: an address as a name, with initials."""


class ReportedTexts:
    """Events by what was reported of them, the newest first, added as they come.

    Examples
    --------
    >>> texts = ReportedTexts()
    >>> details = '{"address": "文一路12号", "text": "噪音扰民"}'
    >>> texts.add(pd.DataFrame({"row": [3], "source_id": ["H-1"], "details": details}))
    >>> list(texts.by_id("h1")), list(texts.by_words("噪音")), texts.last_row
    ([3], [3], 3)
    """

    def __init__(self) -> None:
        self.last_row = 0
        """Of the log; what came later is not there."""
        self._index = NameIndex([], [], [], newest_first=True)

    def add(self, events: pd.DataFrame) -> None:
        """Add events that came after the last row.

        Parameters
        ----------
        events
            Columns `row`, ascending, `source_id` and `details` of a store's events.
        """
        if events.empty:
            return
        rows = events["row"].tolist()
        details = [details_of(text) for text in events["details"].tolist()]
        self._index.add(
            rows,
            [_text(each.get("address")) for each in details],
            events["source_id"].tolist(),
            [_text(each.get("text")) for each in details],
        )
        self.last_row = rows[-1]

    def by_id(self, text: str) -> Iterator[int]:
        """Yield rows of events in whose id, as their source gave it, a text stands.

        Parameters
        ----------
        text
            As `NameIndex.rows` takes it.
        """
        return self._index.rows(text, ("ids",))

    def by_words(self, text: str) -> Iterator[int]:
        """Yield rows of events in whose address or text a text stands.

        They are closed fields: who may not read them may not look for them either.

        Parameters
        ----------
        text
            As `NameIndex.rows` takes it.
        """
        return self._index.rows(text, WORDS)


def _text(value: object) -> str | None:
    """Return a text of what was reported; what else a history has is none."""
    return value if isinstance(value, str) else None
