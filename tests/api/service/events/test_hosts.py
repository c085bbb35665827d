"""Webhooks go to listed hosts alone, and never inwards by a name that leads there."""

import pytest

from api.service.events.hosts import AllowedHosts
from gis.errors import SettingError


def test_empty_list_allows_nothing():
    hosts = AllowedHosts.of(" , ")
    assert not hosts.has("hotline.example")
    assert not hosts.has("8.8.8.8")


@pytest.mark.parametrize("host", ["hotline.example", "HOTLINE.example", "10.2.0.1"])
def test_what_is_listed_is_allowed(host):
    assert AllowedHosts.of("hotline.example,10.2.0.0/16").has(host)


@pytest.mark.parametrize(
    "host",
    ["a.hotline.example", "hotline.example.org", "10.3.0.1", "::1", "2130706433"],
)
def test_what_is_not_listed_is_not(host):
    assert not AllowedHosts.of("hotline.example,10.2.0.0/16,127.0.0.1").has(host)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "::1", "::ffff:127.0.0.1", "10.0.0.1", "169.254.169.254"),
        *("64:ff9b::7f00:1", "2002:7f00:1::", "0.0.0.1", "fe80::1", "fd00::1"),
        *("224.0.0.1", "240.0.0.1", "100.64.0.1", "192.0.2.1"),
    ],
)
def test_address_of_an_inner_network_is_open_only_where_it_is_listed(address):
    hosts = AllowedHosts.of("hotline.example")
    assert hosts.addresses(address, 80) == ()
    assert AllowedHosts.of(f"hotline.example,{address}").has(address)


def test_public_address_of_a_listed_name_is_open():
    assert AllowedHosts.of("a.example").addresses("8.8.8.8", 443) == ("8.8.8.8",)


def test_localhost_is_this_machine():
    hosts = AllowedHosts.of("localhost")
    assert hosts.has("localhost")
    assert hosts.addresses("127.0.0.1", 80) == ("127.0.0.1",)


@pytest.mark.parametrize(
    "text", ["http://a.example", "a b", "a.example:80", "1.2.3.999"]
)
def test_what_is_no_host_is_refused(text):
    with pytest.raises(SettingError, match=r"PAGODA_WEBHOOK_HOSTS has .* correct it\."):
        AllowedHosts.of(text)
