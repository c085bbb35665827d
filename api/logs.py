"""Lines of the log: of allowed fields alone, as JSON or to be read on a terminal."""

import copy
import logging
import os
import sys
import traceback
from collections.abc import Callable, MutableMapping
from types import TracebackType
from typing import Any, Final, Literal, TextIO, TypeAlias

import orjson
import structlog
from uvicorn.config import LOGGING_CONFIG

LogFormat: TypeAlias = Literal["json", "plain"]
RequestLog: TypeAlias = Callable[..., object]
Fields: TypeAlias = MutableMapping[str, Any]

FIELDS: Final = (
    *("time", "level", "event", "method", "route", "status", "duration_ms"),
    *("request_id", "key_id", "worker", "error"),
)
"""Nothing else is written: no query, body, text, address, or path with a token."""
FRAMES: Final = 20
REQUEST: Final = "request"


def format_of(setting: LogFormat | None, stream: TextIO) -> LogFormat:
    """Return how lines are written: as set, else plain for who reads a terminal.

    Parameters
    ----------
    setting
        `Settings.log_format`.
    stream
        Where they are written.

    Examples
    --------
    >>> import io
    >>> format_of(None, io.StringIO()), format_of("plain", io.StringIO())
    ('json', 'plain')
    """
    return setting or ("plain" if stream.isatty() else "json")


def log_config(log_format: LogFormat) -> dict[str, Any]:
    """Return what `logging` writes and how, for `uvicorn.Config`.

    Parameters
    ----------
    log_format
        As `format_of` returns it.
    """
    config = copy.deepcopy(LOGGING_CONFIG)
    if log_format == "json":
        config["formatters"]["default"] = {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": [structlog.stdlib.add_log_level],
            "processors": [_stamp, _say_where, _allow, _render],
        }
    # the gate writes a line for each request itself
    config["loggers"].pop("uvicorn.access")
    return config


def request_log(log_format: LogFormat, stream: TextIO | None = None) -> RequestLog:
    """Return what writes a line for a request, from its fields.

    Parameters
    ----------
    log_format
        As `format_of` returns it.
    stream
        Where it is written; the standard error stream without it.

    Examples
    --------
    >>> log = request_log("json", sys.stdout)
    >>> log("request", status=200, query="town=X")  # doctest: +ELLIPSIS
    {"time":"...","level":"info","event":"request","status":200,"worker":...}
    """
    writer = structlog.WriteLogger(stream or sys.stderr)
    processors: list[Any] = [structlog.processors.add_log_level, _stamp, _allow]
    if log_format == "json":
        processors.append(_render)
    else:
        processors.append(structlog.dev.ConsoleRenderer(colors=False))
        processors.insert(-1, _rename_time)
    logger = structlog.wrap_logger(
        writer,
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    info: RequestLog = logger.bind().info
    return info


def failure_of(error: BaseException, trace: TracebackType | None) -> str:
    """Return what failed and where, without what was asked.

    Parameters
    ----------
    error
        Its message may hold what a citizen wrote and is left out.
    trace
        Where it was raised.

    Examples
    --------
    >>> failure_of(ValueError("a name"), None)
    'ValueError'
    """
    frames = traceback.extract_tb(trace)[-FRAMES:]
    places = [f"{f.filename}:{f.lineno} {f.name}" for f in reversed(frames)]
    return " < ".join([type(error).__name__, *places])


_STAMP: Final = structlog.processors.TimeStamper(fmt="iso", utc=True, key="time")


def _stamp(_logger: object, _method: str, fields: Fields) -> Fields:
    """Add when and by which worker."""
    fields["worker"] = os.getpid()
    return _STAMP(_logger, _method, fields)


def _say_where(_logger: object, _method: str, fields: Fields) -> Fields:
    """Put the place of an error for its traceback."""
    exc_info = fields.get("exc_info")
    if isinstance(exc_info, tuple) and exc_info[1] is not None:
        fields["error"] = failure_of(exc_info[1], exc_info[2])
    return fields


def _allow(_logger: object, _method: str, fields: Fields) -> Fields:
    """Keep the fields that are allowed, in their order."""
    return {name: fields[name] for name in FIELDS if fields.get(name) is not None}


def _rename_time(_logger: object, _method: str, fields: Fields) -> Fields:
    """Name the time as the renderer of terminals looks for it."""
    return {"timestamp": fields.pop("time"), **fields}


def _render(_logger: object, _method: str, fields: Fields) -> str:
    """Return a line of JSON."""
    return orjson.dumps(fields, default=str).decode()
