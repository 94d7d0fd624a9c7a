"""Asks other processes of the office how they are, over the ports that `console/vitals.py` opens."""

import http.client
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec

from huiying.settings import Address

_SECONDS = 2.0
_AT_ONCE = 16


def ask_processes(addresses: Sequence[Address]) -> list[dict[str, object]]:
    """What every process behind these addresses says of itself, or `away` with the reason.

    A name may stand for many: where it has several network addresses, each is asked.
    """
    with ThreadPoolExecutor(_AT_ONCE) as asking:
        found = [each for several in asking.map(_resolve, addresses) for each in several]
        return list(asking.map(_ask, found))


def _resolve(address: Address) -> list[Address]:
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except OSError:
        return [address]  # asking it says what is wrong
    hosts = dict.fromkeys(str(one[4][0]) for one in found)
    return [Address(host=host, port=address.port) for host in hosts]


def _ask(address: Address) -> dict[str, object]:
    connection = http.client.HTTPConnection(address.host, address.port, timeout=_SECONDS)
    try:
        connection.request("GET", "/healthz")
        told: dict[str, object] = msgspec.json.decode(connection.getresponse().read(), type=dict[str, object])
    except (OSError, http.client.HTTPException, msgspec.MsgspecError) as error:
        told = {"away": str(error)}
    finally:
        connection.close()
    return {"address": f"{address.host}:{address.port}", **told}
