"""Events by what was reported of them, against a plain look at each."""

import orjson
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from layers.gazetteer import ReportedTexts, fold

TEXTS = st.none() | st.text("东湖南a1 -", max_size=5) | st.just(7)
EVENTS = st.lists(st.tuples(st.text("湖a1-", max_size=4), TEXTS, TEXTS), max_size=8)


def frame_of(events: list[tuple[str, object, object]], after: int = 0) -> pd.DataFrame:
    """The columns of a store's events that are read."""
    details = [
        orjson.dumps({"address": address, "text": text}).decode()
        for _, address, text in events
    ]
    rows = [2 * n for n in range(after + 1, after + len(events) + 1)]
    return pd.DataFrame(
        {"row": rows, "source_id": [e[0] for e in events], "details": details}
    )


@given(EVENTS, st.text("东湖南a1", min_size=2, max_size=4), st.integers(0, 8))
def test_events_are_those_in_which_a_text_stands(
    events: list[tuple[str, object, object]], text: str, cut: int
) -> None:
    texts = ReportedTexts()
    texts.add(frame_of(events[:cut]))
    texts.add(frame_of(events[cut:], after=len(events[:cut])))

    def rows(*places: int) -> set[int]:
        return {
            2 * number
            for number, event in enumerate(events, start=1)
            for place in places
            if isinstance(value := event[place], str) and text in fold(value)
        }

    assert {*texts.by_id(text)} == rows(0)
    assert {*texts.by_words(text)} == rows(1, 2)
    assert texts.last_row == 2 * len(events)


def test_the_newest_of_equals_is_first() -> None:
    texts = ReportedTexts()
    texts.add(frame_of([(f"H-{n}", "文一路", "噪音") for n in range(200)]))
    rows = [2 * n for n in range(200, 0, -1)]
    assert list(texts.by_words("噪音")) == list(texts.by_words("文一")) == rows
    assert list(texts.by_words("wyl")) == rows


def test_details_that_are_no_object_are_no_texts() -> None:
    texts = ReportedTexts()
    frame = frame_of([("H-1", None, None), ("H-2", None, None)])
    texts.add(frame.assign(details=["by telephone", "[1]"]))
    assert list(texts.by_words("telephone")) == []
    assert list(texts.by_id("h2")) == [4]
