"""So many requests a client in a window, in bounded memory."""

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from api.rates import Rate, network_of


@given(
    st.lists(
        st.tuples(st.floats(0, 30, allow_nan=False), st.sampled_from("ab")),
        max_size=60,
    )
)
def test_no_client_has_more_than_its_requests_in_a_window(
    steps: list[tuple[float, str]],
) -> None:
    count, window_s, time = 5, 60, 0.0
    rate = Rate(count, window_s, now=lambda: time)
    let_in: dict[str, list[float]] = {"a": [], "b": []}
    for wait, client in steps:
        time += wait
        if rate.wait_s(client) == 0:
            let_in[client].append(time)
    for times in let_in.values():
        for i, start in enumerate(times):
            later = [t for t in times[i:] if t - start < window_s]
            # the end of one window and the begin of the next
            assert len(later) <= 2 * count


def test_client_that_waits_as_long_as_it_is_told_is_let_in() -> None:
    time = 0.0
    rate = Rate(3, 60, now=lambda: time)
    waits = [rate.wait_s("192.0.2.1") for _ in range(5)]
    assert waits == [0, 0, 0, 60, 60]
    time = 59.5
    assert rate.wait_s("192.0.2.1") == 1
    time = 60.0
    assert [rate.wait_s("192.0.2.1") for _ in range(4)] == [0, 0, 0, 60]


def test_addresses_of_one_network_of_ipv6_are_one_client() -> None:
    assert network_of("2001:db8:0:1::1") == network_of("2001:db8:0:1:ffff::2")
    assert network_of("2001:db8:0:2::1") != network_of("2001:db8:0:1::1")
    assert network_of("192.0.2.1") != network_of("192.0.2.2")


def test_addresses_of_ipv4_that_come_by_ipv6_are_clients_of_their_own() -> None:
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1")
    assert network_of("::ffff:192.0.2.1") != network_of("::ffff:192.0.2.2")


def test_client_without_an_address_is_one_client() -> None:
    assert network_of("") == ""
    assert network_of("testclient") == "testclient"


def test_windows_that_have_ended_are_let_go() -> None:
    time = 0.0
    rate = Rate(2, 60, now=lambda: time)
    for number in range(1000):
        rate.wait_s(f"client {number}")
    windows = rate._limiter.storage
    time = 61.0
    rate.wait_s("another")
    assert windows.reset() == 1


def test_more_clients_than_are_counted_take_no_more_memory() -> None:
    rate = Rate(2, 60, now=lambda: 0.0, most_clients=100)
    tracemalloc.start()
    for number in range(20_000):
        rate.wait_s(f"client {number}")
    current, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert current < 200_000
    assert rate._limiter.storage.reset() == 100


def test_client_that_is_counted_is_refused_while_others_come() -> None:
    rate = Rate(1, 60, now=lambda: 0.0, most_clients=100)
    rate.wait_s("192.0.2.1")
    for number in range(98):
        rate.wait_s(f"client {number}")
    assert rate.wait_s("192.0.2.1") == 60
