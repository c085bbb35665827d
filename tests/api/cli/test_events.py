"""`pagoda events` lists what was loaded, and each id can be replayed."""

from collections.abc import Callable

import pytest

from support.harness.answers import assert_one_sentence


def ids(answer: object) -> list[str]:
    return [line.split()[0] for line in answer.out.splitlines()]  # type: ignore[attr-defined]


def test_every_event_is_listed_and_its_id_replays(full: Callable) -> None:
    answer = full("events")
    assert (answer.code, answer.err) == (0, "")
    listed = ids(answer)
    assert len(listed) == len(set(listed)) > 1
    for event_id in listed:
        assert full("replay", event_id).code == 0


def test_limit_keeps_the_first_and_says_that_there_are_more(full: Callable) -> None:
    every = ids(full("events"))
    answer = full("events", "--limit", 1)
    assert ids(answer) == every[:1]
    assert_one_sentence(answer.err)
    assert "more than 1" in answer.err


def test_events_of_a_grid_are_its_own(full: Callable) -> None:
    lines = full("events").out.splitlines()
    owned = [line.split()[0] for line in lines if line.split()[2] == "G1"]
    assert owned
    assert ids(full("events", "--grid", "G1")) == owned


def test_days_count_from_their_beginning_to_their_end(full: Callable) -> None:
    lines = full("events").out.splitlines()
    days = {line.split()[0]: line.split()[1][:10] for line in lines}
    day = min(days.values())
    of_day = [event_id for event_id, on in days.items() if on == day]
    assert ids(full("events", "--on", day)) == of_day
    assert ids(full("events", "--from", day, "--to", day)) == of_day
    assert ids(full("events", "--from", day)) == list(days)


def test_no_events_are_said(full: Callable) -> None:
    answer = full("events", "--on", "2001-01-01")
    assert (answer.code, answer.out) == (0, "")
    assert answer.err == "There are no such events.\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--grid", "none"), "has a grid 'none'"),
        (("--on", "2026-09-01", "--from", "2026-09-01"), "exclude each other"),
        (("--from", "2026-09-02", "--to", "2026-09-01"), "lies before"),
        (("--on", "today"), "is no day, expected one such as"),
        (("--limit", "0"), "0 is not in the range"),
    ],
    ids=["grid", "both", "order", "day", "limit"],
)
def test_what_cannot_be_listed_is_one_sentence(
    full: Callable, arguments: tuple[str, ...], words: str
) -> None:
    answer = full("events", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert_one_sentence(answer.err)
    assert words in answer.err
