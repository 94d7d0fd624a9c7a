"""How Elasticsearch is reached: addresses, logins, certificates, and what answers in its place."""

import json
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from huiying.archive.elastic import ElasticArchive
from huiying.failures import Misconfigured
from huiying.settings import ElasticsearchSettings
from tests.builders import make_archived
from tests.huiying.archive.local_server import Answer, Request, serving
from tests.huiying.archive.telling import ELASTIC, SETTINGS, away, opened, told
from tests.services.elasticsearch import Elasticsearch as Server
from tests.services.running import servers_folder
from tests.services.server import free_port


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "http://host:0",
        "http://host:99999",
        "http://host:9200/Upper",
        "http://host:9200/_hidden",
        "http://host:9200/a/b",
        "http://host:9200?x=1",
        "http://host one:9200",
        "http://elastic:s3cret@host:port",
        "http://elastic:s3/cret@host:9200",
    ],
)
def test_an_address_that_cannot_be_right_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(Misconfigured, match="HUIYING_ARCHIVE") as refusal:
        ElasticArchive(url, SETTINGS)
    assert "cret" not in str(refusal.value)


@pytest.mark.parametrize("url", ["https://host", "http://a:b%40c@10.0.0.1:9200/", "http://[::1]:9200/city-2"])
def test_an_address_may_leave_out_what_goes_without_saying(url: str) -> None:
    with opened(url):
        pass


@pytest.mark.parametrize(
    "settings",
    [
        ElasticsearchSettings(user="elastic"),
        ElasticsearchSettings(password="s3cret"),
        ElasticsearchSettings(user="elastic", password="s3cret", api_key="s3cret"),
    ],
)
def test_half_a_login_and_two_logins_are_refused(settings: ElasticsearchSettings) -> None:
    with pytest.raises(Misconfigured, match="HUIYING_ELASTICSEARCH_") as refusal:
        ElasticArchive("http://host:9200", settings)
    assert "s3cret" not in str(refusal.value)


def test_a_ca_file_that_holds_no_certificate_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate", "utf-8")
    with pytest.raises(Misconfigured, match="HUIYING_ELASTICSEARCH_CA"):
        ElasticArchive("https://host:9200", ElasticsearchSettings(ca=str(tmp_path / "ca.pem")))


def test_a_closed_port_is_told_with_its_address_and_without_the_password() -> None:
    port = free_port()
    said = away(f"http://elastic:s3cret@127.0.0.1:{port}")
    assert "HUIYING_ARCHIVE" in said
    assert f"127.0.0.1:{port}" in said
    assert "s3cret" not in said


@pytest.mark.slow
def test_a_server_that_never_answers_is_told_within_ten_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        assert "did not answer" in away(f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=b"<html>welcome</html>", headers={"Content-Type": "text/html"}),
        Answer(body=b'{"status":"green"}', headers={"Content-Type": "application/json"}),
        Answer(status=404, body=b"no such page", headers={"Content-Type": "text/plain"}),
        Answer(status=302, headers={"Location": "/login"}),
        Answer(body=b"\x00\x01", headers={"Content-Type": "image/png"}),
    ],
)
def test_another_service_is_told_apart(answer: Answer) -> None:
    with serving(lambda _: answer) as url:
        said = told(url)
    assert "HUIYING_ARCHIVE" in said
    assert url in said
    assert "不是 Elasticsearch" in said


@pytest.mark.parametrize("status", [502, 503, 504])
@pytest.mark.parametrize("kind", ["text/html", "application/json"])
def test_a_proxy_whose_elasticsearch_is_away_is_waited_for(status: int, kind: str) -> None:
    body = b"<html>bad gateway</html>" if kind == "text/html" else b""
    with serving(lambda _: Answer(status=status, body=body, headers={"Content-Type": kind})) as url:
        assert str(status) in away(url)


def test_a_server_of_another_age_is_told_with_the_versions() -> None:
    reason = "Accept version must be either version 8 or 7, but found 9"
    error = {"type": "media_type_header_exception", "reason": "Invalid media-type value"}
    body = {"error": {**error, "root_cause": [error], "caused_by": {"type": "status_exception", "reason": reason}}}
    answer = Answer(status=400, body=json.dumps(body).encode(), headers=ELASTIC)
    with serving(lambda _: answer) as url:
        said = told(url)
    assert "版本不合" in said
    assert "客户端 8." in said
    assert reason in said


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusting(authority: trustme.CA, tmp_path: Path) -> ElasticsearchSettings:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return ElasticsearchSettings(ca=str(tmp_path / "ca.pem"))


def healthy(_: Request) -> Answer:
    return Answer(body=b'{"status":"green"}', headers=ELASTIC)


def test_an_expired_certificate_is_told(authority: trustme.CA, trusting: ElasticsearchSettings) -> None:
    expired = authority.issue_cert("127.0.0.1", not_after=datetime(2020, 1, 1, tzinfo=UTC))
    with serving(healthy, expired) as url:
        said = told(url, trusting)
    assert "HUIYING_ELASTICSEARCH_CA" in said
    assert "expired" in said
    assert url in said


def test_a_certificate_for_another_host_is_told(authority: trustme.CA, trusting: ElasticsearchSettings) -> None:
    with serving(healthy, authority.issue_cert("search.example.test")) as url:
        assert "127.0.0.1" in told(url, trusting)


def test_a_certificate_of_an_unknown_authority_is_told(authority: trustme.CA) -> None:
    with serving(healthy, authority.issue_cert("127.0.0.1")) as url:
        assert "HUIYING_ELASTICSEARCH_CA" in told(url)


def test_tls_on_one_side_only_is_told(authority: trustme.CA) -> None:
    with serving(healthy) as url:
        assert "http://" in told(url.replace("http://", "https://"))
    with serving(healthy, authority.issue_cert("127.0.0.1")) as url:
        assert "https://" in away(url.replace("https://", "http://"))


@pytest.fixture(scope="module")
def guarded(authority: trustme.CA) -> Iterator[Server]:
    """An Elasticsearch with TLS and a password."""
    with servers_folder() as folder, Server(folder / "es", password="s3cret", authority=authority) as server:
        yield server


@pytest.mark.servers
@pytest.mark.slow
def test_login_and_certificate_are_settings(guarded: Server, trusting: ElasticsearchSettings) -> None:
    node = f"https://127.0.0.1:{guarded.port}"
    with opened(f"https://elastic:s3cret@127.0.0.1:{guarded.port}", trusting) as archive:
        archive.store([make_archived("pipe")])
    by_settings = ElasticsearchSettings(user="elastic", password="s3cret", ca=trusting.ca)
    with opened(node, by_settings) as archive:
        assert archive.get(["pipe"]).keys() == {"pipe"}


LOGINS = (
    ElasticsearchSettings(user="elastic", password="wr0ng"),
    ElasticsearchSettings(user="nobody", password="wr0ng"),
    ElasticsearchSettings(api_key="d3Iwbmc6d3Iwbmc="),
    SETTINGS,
)


@pytest.mark.servers
@pytest.mark.slow
@pytest.mark.parametrize("login", LOGINS)
def test_a_wrong_login_is_told_without_the_password(
    guarded: Server, trusting: ElasticsearchSettings, login: ElasticsearchSettings
) -> None:
    node = f"https://127.0.0.1:{guarded.port}"
    said = told(node, replace(login, ca=trusting.ca))
    assert "HUIYING_ELASTICSEARCH_PASSWORD" in said
    assert "HUIYING_ELASTICSEARCH_API_KEY" in said
    assert node in said
    assert "wr0ng" not in said
    assert (login.user or "") in said
