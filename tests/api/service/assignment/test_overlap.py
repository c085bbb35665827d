"""Parts go through in order, whatever takes long; what fails ends all threads."""

import threading
import time
from collections.abc import Generator

import pytest

from api.service.assignment.overlap import read_ahead, write_behind


def counting(events: list[str], stop: int = 4) -> Generator[int]:
    """Numbers, and what happens while they are made."""
    try:
        for number in range(1, stop):
            events.append(f"read {number} by {threading.current_thread().name}")
            yield number
    finally:
        events.append(f"closed by {threading.current_thread().name}")


def test_items_come_in_order_and_the_next_is_made_meanwhile() -> None:
    events: list[str] = []
    with read_ahead(counting(events)) as numbers:
        assert next(numbers) == 1
        while len(events) < 2:  # the second is made though nobody asks for it
            time.sleep(0.001)
        assert list(numbers) == [2, 3]
    assert len({event.rpartition(" ")[2] for event in events}) == 1
    assert events[-1].startswith("closed")


def test_what_is_not_wanted_any_more_is_closed_where_it_ran() -> None:
    events: list[str] = []

    def interrupted() -> None:
        with read_ahead(counting(events, 99)) as numbers:
            next(numbers)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert len(events) < 9
    assert events[-1] == f"closed by {events[0].rpartition(' ')[2]}"
    assert not [t for t in threading.enumerate() if t.name.startswith("pagoda-read")]


def failing() -> Generator[int]:
    """One number, then an error."""
    yield 1
    raise OSError("cut")


def test_error_of_the_reader_comes_behind_what_was_read() -> None:
    with read_ahead(failing()) as numbers:
        assert next(numbers) == 1
        with pytest.raises(OSError, match="cut"):
            next(numbers)


def test_items_are_written_in_order_by_the_end() -> None:
    numbers: list[int] = []

    def write(number: int) -> None:
        time.sleep(0.01 / number)
        numbers.append(number)

    with write_behind(write) as submit:
        for number in range(1, 6):
            submit(number)
    assert numbers == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("last", [1, 2, 3])
def test_error_of_the_writer_is_raised(last: int) -> None:
    def write(number: int) -> None:
        if number == last:
            raise OSError("full")

    def run() -> None:
        with write_behind(write) as submit:
            for number in range(1, 4):
                submit(number)

    with pytest.raises(OSError, match="full"):
        run()
    assert not [t for t in threading.enumerate() if t.name.startswith("pagoda-write")]
