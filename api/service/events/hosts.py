"""Hosts that webhooks may be sent to: names and addresses that the operator listed."""

import ipaddress
import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final, Self, TypeAlias

from gis.errors import SettingError

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

LOCAL: Final = "localhost"
LOOPBACK: Final = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1"))
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_NAME: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*", re.ASCII)


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """An allow-list of hosts; an empty one allows none.

    A name that is listed may lead to any public address. Addresses of inner networks
    and of the machine itself count only where they are listed too, so that a name that
    leads there all at once opens nothing.

    Attributes
    ----------
    names
        Names, in lower case.
    networks
        Addresses and networks.

    Examples
    --------
    >>> hosts = AllowedHosts.of("hotline.example, 10.20.0.0/16")
    >>> hosts.has("Hotline.example"), hosts.has("10.20.1.1"), hosts.has("10.9.1.1")
    (True, True, False)
    """

    names: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the hosts of a list with commas.

        Parameters
        ----------
        text
            Names, addresses, and networks such as ``10.20.0.0/16``.

        Raises
        ------
        SettingError
            If there is something else in it.
        """
        names: set[str] = set()
        networks: list[Network] = []
        for part in filter(None, (part.strip().lower() for part in text.split(","))):
            try:
                networks.append(ipaddress.ip_network(part))
                continue
            except ValueError:
                pass
            if _NAME.fullmatch(part) is None or part[-1].isdigit():
                raise SettingError(
                    "Setting PAGODA_WEBHOOK_HOSTS has {part!r}, expected names, "
                    "addresses or networks with commas between them, such as "
                    "hotline.example,10.20.0.0/16; correct it.",
                    part=part,
                )
            names.add(part)
        if LOCAL in names:
            networks += LOOPBACK
        return cls(frozenset(names), tuple(networks))

    def has(self, host: str) -> bool:
        """Say whether something may be sent to a host.

        Parameters
        ----------
        host
            As it stands in an address of the web, without brackets.
        """
        try:
            return self._is_listed(ipaddress.ip_address(host))
        except ValueError:
            return host.lower().rstrip(".") in self.names

    def addresses(self, host: str, port: int) -> tuple[str, ...]:
        """Return the addresses of a host that may be connected to.

        Parameters
        ----------
        host, port
            Of one that is allowed.

        Raises
        ------
        OSError
            If it has no address at all.
        """
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = dict.fromkeys(str(info[4][0]) for info in infos)
        return tuple(a for a in addresses if self._is_open(ipaddress.ip_address(a)))

    def _is_open(self, address: Address) -> bool:
        inner = _inner(address)
        is_public = inner.is_global and not (inner.is_multicast or inner.is_reserved)
        return is_public or self._is_listed(address)

    def _is_listed(self, address: Address) -> bool:
        either = address, _inner(address)
        return any(form in network for network in self.networks for form in either)


def _inner(address: Address) -> Address:
    """Return the address of the fourth version that one of the sixth stands for."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address
