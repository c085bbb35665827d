"""So many requests a client in a window of time, by the library `limits`."""

import ipaddress
import math
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from limits import RateLimitItemPerSecond
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

CLIENTS: Final = 100_000
"""So many are counted; more of them at once, and the one counted longest is let go."""
WINDOW_S: Final = 60


class Rate:
    """So many requests a client in a window that opens with its first one.

    Asked by one thread.

    Parameters
    ----------
    count
        Requests of a client in a window.
    window_s
        Seconds that a window is open.
    now
        Seconds of a clock that never goes back.
    most_clients
        So many clients are counted.

    Examples
    --------
    >>> rate = Rate(2, now=lambda: 0.0)
    >>> [rate.wait_s("192.0.2.1") for _ in range(3)], rate.wait_s("192.0.2.2")
    ([0, 0, 60], 0)
    """

    def __init__(
        self,
        count: int,
        window_s: int = WINDOW_S,
        now: Callable[[], float] = time.monotonic,
        most_clients: int = CLIENTS,
    ) -> None:
        self._now = now
        self._item = RateLimitItemPerSecond(count, window_s)
        self._limiter = FixedWindowRateLimiter(_Windows(now, most_clients))

    def wait_s(self, client: str) -> int:
        """Let a client in and return 0, or return how many seconds it must wait.

        Parameters
        ----------
        client
            The id of its key, or its address as `network_of` gives it.
        """
        if self._limiter.hit(self._item, client):
            return 0
        ends_at = self._limiter.get_window_stats(self._item, client).reset_time
        return max(1, math.ceil(ends_at - self._now()))


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """Return what stands for a client: an address that it cannot change at will.

    Parameters
    ----------
    address
        Those of one IPv6 network of 64 bits are one client.

    Examples
    --------
    >>> network_of("2001:db8::1"), network_of("::ffff:192.0.2.1")
    ('2001:db8::/64', '192.0.2.1')
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(parsed), 64), strict=False))


class _Windows(Storage):
    """Open windows in memory, of so many clients at most.

    The one that comes with the library sweeps all of them in a thread of its own, a
    hundred times a second, and has no bound.
    """

    STORAGE_SCHEME = ["pagoda"]  # noqa: RUF012  as the library declares it

    def __init__(self, now: Callable[[], float], most: int) -> None:
        super().__init__()
        self._now = now
        self._most = most
        # end and count; all windows are equally long, so the first ends first
        self._windows: dict[str, tuple[float, int]] = {}

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        """Nothing fails in memory."""
        return ()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count requests and return how many there are in the window."""
        now = self._now()
        ends_at, count = self._windows.get(key, (now, 0))
        if ends_at <= now:
            self._windows.pop(key, None)
            self._let_go(now)
            ends_at, count = now + expiry, 0
        self._windows[key] = (ends_at, count + amount)
        return count + amount

    def get(self, key: str) -> int:
        """Return how many requests there are in the window."""
        ends_at, count = self._windows.get(key, (0.0, 0))
        return count if ends_at > self._now() else 0

    def get_expiry(self, key: str) -> float:
        """Return when the window ends."""
        return self._windows.get(key, (self._now(), 0))[0]

    def check(self) -> bool:
        """Say that memory is there."""
        return True

    def reset(self) -> int:
        """Forget all windows."""
        count = len(self._windows)
        self._windows.clear()
        return count

    def clear(self, key: str) -> None:
        """Forget a window."""
        self._windows.pop(key, None)

    def _let_go(self, now: float) -> None:
        """Forget windows that have ended, and make room for another."""
        while self._windows:
            key = next(iter(self._windows))
            if self._windows[key][0] > now and len(self._windows) < self._most:
                return
            del self._windows[key]
