"""Figures of a running service, as Prometheus reads them."""

import asyncio
import os
from collections.abc import Callable
from typing import Final

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.concurrency import run_in_threadpool

from gis.errors import GovernanceError

SHARED_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder in which several workers count together."""
SECONDS: Final = (
    *(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5),
    *(1.0, 2.5, 5.0, 10.0),
)
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER: Final = "other"
"""Stands for a path or method that no route has: strangers make no new series."""
MEDIA_TYPE: Final = CONTENT_TYPE_LATEST
TURN_S: Final = 1.0


class Telemetry:
    """Counters of requests, and gauges that are read from what runs.

    With several workers they count in files of one folder, and whichever is asked
    answers for all: counters and histograms are summed, a gauge as it says.

    Examples
    --------
    >>> telemetry = Telemetry()
    >>> telemetry.record("/assign", "POST", 200, 0.0004)
    >>> b'status="200"} 1.0' in telemetry.page()
    True
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "pagoda_requests",
            "Requests that were answered.",
            ["route", "method", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "pagoda_request_seconds",
            "Seconds from the start of a request to the end of its answer.",
            ["route", "method"],
            buckets=SECONDS,
            registry=self._registry,
        )
        self._probes: list[tuple[Gauge, Callable[[], float]]] = []
        self._series: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    @property
    def is_shared(self) -> bool:
        """Whether several workers count together."""
        return SHARED_FOLDER in os.environ

    def follow(
        self, name: str, text: str, read: Callable[[], float], *, is_summed: bool
    ) -> None:
        """Show a figure that something else keeps.

        Parameters
        ----------
        name
            Of the gauge, in the manner of Prometheus, with its unit.
        text
            What it is, in a sentence.
        read
            Gives the figure; asked in another thread than the event loop.
        is_summed
            Whether the figures of several workers add up; the highest is shown else.
        """
        gauge = Gauge(
            name,
            text,
            registry=self._registry,
            multiprocess_mode="livesum" if is_summed else "livemax",
        )
        self._probes.append((gauge, read))

    def record(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count an answered request.

        Parameters
        ----------
        route
            The template of its path.
        method, status
            As HTTP has them.
        seconds
            How long it took.
        """
        series = self._series.get((route, method, status))
        if series is None:
            series = self._series[route, method, status] = (
                self._requests.labels(route, method, str(status)),
                self._seconds.labels(route, method),
            )
        requests, histogram = series
        requests.inc()
        histogram.observe(seconds)

    def page(self) -> bytes:
        """Return all figures in the text form of Prometheus."""
        self.refresh()
        if not self.is_shared:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)

    def refresh(self) -> None:
        """Read every gauge; one that cannot be read now is no number."""
        for gauge, read in self._probes:
            try:
                gauge.set(read())
            except GovernanceError:
                gauge.set(float("nan"))

    async def keep_fresh(self) -> None:
        """Read the gauges again and again, for the worker that is asked for all."""
        while True:
            await run_in_threadpool(self.refresh)
            await asyncio.sleep(TURN_S)
