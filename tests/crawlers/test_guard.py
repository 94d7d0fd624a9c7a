"""The guard on the address that is really dialled."""

import pytest

from crawlers.crawling import crawl_once
from crawlers.guard import AddressRefused, refuse_unless_allowed
from crawlers.settings import settings_for
from huiying.clock import SystemClock
from tests.crawlers.local_site import Site

CLOCK = SystemClock()
PUBLIC = ("1.1.1.1", "202.96.64.68", "2001:4860:4860::8888", "::ffff:1.1.1.1")
INNER = (
    "127.0.0.1",
    "127.8.8.8",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "::1",
    "fd12::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
)
NEVER = (
    "0.0.0.0",
    "::",
    "169.254.169.254",
    "::ffff:169.254.169.254",
    "100.100.100.200",
    "168.63.129.16",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "224.0.0.1",
    "ff02::1",
    "255.255.255.255",
    "240.0.0.1",
    "100.64.0.1",
    "2001:0:1::1",
    "www.example.cn",
    "",
)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_dialled(address: str) -> None:
    refuse_unless_allowed(address, local=False)


@pytest.mark.parametrize("address", INNER)
def test_inner_addresses_are_for_local_sources_only(address: str) -> None:
    refuse_unless_allowed(address, local=True)
    with pytest.raises(AddressRefused, match="local: true"):
        refuse_unless_allowed(address, local=False)


@pytest.mark.parametrize("address", NEVER)
@pytest.mark.parametrize("local", [True, False])
def test_metadata_link_local_and_nonsense_are_never_dialled(address: str, local: bool) -> None:
    with pytest.raises(AddressRefused):
        refuse_unless_allowed(address, local=local)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1"])
def test_a_source_that_is_not_local_reaches_nothing_on_this_machine(site: Site, host: str) -> None:
    site.list_of("/a/1.html")
    url = site.base.replace("127.0.0.1", host) + "/list/"
    preview = crawl_once(site.source(url, local=False, robots=False), CLOCK)
    assert preview.posts == ()
    assert "不是公网地址" in preview.errors[0]
    assert site.asked == []


def test_a_redirect_to_the_metadata_address_is_refused_even_for_a_local_source(site: Site) -> None:
    site.redirect("/list/", "http://169.254.169.254/latest/meta-data/")
    preview = crawl_once(site.source(site.base + "/list/"), CLOCK)
    assert "不是公网地址" in preview.errors[0]
    assert preview.errors[0].startswith(site.base)


def test_a_redirect_to_a_file_is_not_followed(site: Site) -> None:
    site.redirect("/list/", "file:///etc/passwd")
    preview = crawl_once(site.source(site.base + "/list/"), CLOCK)
    assert preview.posts == ()
    assert preview.errors


def test_a_proxy_in_the_environment_does_not_dial_for_us(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", site.base)
    crawl_once(site.source("http://127.0.0.1:9/list/", robots=False), CLOCK)
    assert site.asked == []


def test_no_door_is_opened_while_crawling(site: Site) -> None:
    settings = settings_for(site.source("http://x.example/"))
    assert not settings["TELNETCONSOLE_ENABLED"]
    assert not settings["REMOTE_CONTROL_ENABLED"]
