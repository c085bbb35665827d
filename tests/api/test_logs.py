"""Lines of the log hold what is allowed, and no more."""

import io
import json
import logging
import logging.config
import sys

import pytest

from api.logs import FIELDS, failure_of, format_of, log_config, request_log

TEXT = "Li lives in room 302"


class Terminal(io.StringIO):
    """What somebody reads as it is written."""

    def isatty(self) -> bool:
        return True


def test_format_is_json_but_on_a_terminal_or_as_set() -> None:
    assert format_of(None, io.StringIO()) == "json"
    assert format_of(None, Terminal()) == "plain"
    assert format_of("json", Terminal()) == "json"
    assert format_of("plain", io.StringIO()) == "plain"


def test_line_of_a_request_is_one_json_object_of_allowed_fields() -> None:
    stream = io.StringIO()
    log = request_log("json", stream)
    log("request", route="/t/{token}", status=200, text=TEXT, key_id=None)
    [line] = stream.getvalue().splitlines()
    fields = json.loads(line)
    assert set(fields) <= set(FIELDS)
    assert (fields["event"], fields["route"], fields["level"]) == (
        "request",
        "/t/{token}",
        "info",
    )
    assert TEXT not in line
    assert "key_id" not in fields


def test_line_on_a_terminal_has_the_same_fields_in_words() -> None:
    stream = io.StringIO()
    request_log("plain", stream)("request", status=404, text=TEXT)
    [line] = stream.getvalue().splitlines()
    assert "status=404" in line
    assert TEXT not in line
    assert "\x1b" not in line


def test_failure_says_where_and_not_what_was_asked() -> None:
    try:
        raise ValueError(TEXT)
    except ValueError as error:
        line = failure_of(error, error.__traceback__)
    assert line.startswith("ValueError < ")
    assert "test_logs.py" in line
    assert TEXT not in line


@pytest.fixture
def handler_lines(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the log of a service in JSON writes; the loggers are put back."""
    names = ("uvicorn", "uvicorn.error")
    before = [
        (n, logging.getLogger(n).handlers[:], logging.getLogger(n).propagate)
        for n in names
    ]
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logging.config.dictConfig(log_config("json"))
    yield stream
    for name, handlers, propagate in before:
        logging.getLogger(name).handlers[:] = handlers
        logging.getLogger(name).propagate = propagate


def test_what_libraries_log_is_json_and_a_traceback_tells_no_text(
    handler_lines: io.StringIO,
) -> None:
    logger = logging.getLogger("uvicorn.error")
    logger.info("Started server process [%d]", 7)
    try:
        raise ValueError(TEXT)
    except ValueError:
        logger.exception("Exception in ASGI application\n")
    first, second = map(json.loads, handler_lines.getvalue().splitlines())
    assert (first["event"], first["level"]) == ("Started server process [7]", "info")
    assert second["level"] == "error"
    assert second["error"].startswith("ValueError < ")
    assert TEXT not in handler_lines.getvalue()
    assert set(first) | set(second) <= set(FIELDS)
