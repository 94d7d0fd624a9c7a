"""Until there is an account, nobody beyond this machine can reach the console."""

from collections.abc import Callable

import pytest

from console.serving import must_stay_on_this_machine
from huiying.failures import Misconfigured


def nobody() -> bool:
    return False


def somebody() -> bool:
    return True


@pytest.mark.parametrize("known", [nobody, somebody])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
def test_this_machine_may_be_listened_on(host: str, known: Callable[[], bool]) -> None:
    must_stay_on_this_machine(host, None, known)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "console.example", ""])
def test_any_other_address_is_refused_with_three_ways_out_until_there_is_an_account(host: str) -> None:
    ways = r"HUIYING_HOST(?s:.*)huiying users add(?s:.*)ssh -L(?s:.*)HUIYING_PUBLISHED_ON=127\.0\.0\.1"
    with pytest.raises(Misconfigured, match=ways):
        must_stay_on_this_machine(host, None, nobody)
    must_stay_on_this_machine(host, None, somebody)


def test_in_a_container_whose_port_stays_on_this_machine_any_address_may_be_listened_on() -> None:
    must_stay_on_this_machine("0.0.0.0", "127.0.0.1", nobody)


@pytest.mark.parametrize("published_on", ["0.0.0.0", "192.0.2.7", "console.example"])
@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1"])
def test_a_port_published_to_the_world_is_refused_until_there_is_an_account(host: str, published_on: str) -> None:
    with pytest.raises(Misconfigured, match="HUIYING_PUBLISHED_ON"):
        must_stay_on_this_machine(host, published_on, nobody)
    must_stay_on_this_machine(host, published_on, somebody)
