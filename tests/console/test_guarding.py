"""Only the names under which the console is known, only pages of this console, and a strict policy for scripts."""

import pytest

from console.guarding import LARGEST_BODY
from tests.console.client import Client
from tests.console.night import Night

PAGES = ("/queue", "/concerns", "/tasks", "/sources", "/posts")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8000", "", "192.0.2.7"])
def test_a_foreign_host_name_is_refused(client: Client, host: str) -> None:
    answer = client.get("/queue", headers={"host": host})
    assert answer.status_code == 421
    assert "不认识这个主机名" in answer.json()["message"]


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
def test_this_machines_own_names_are_answered(client: Client, host: str) -> None:
    assert client.get("/queue", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_site_cannot_act_in_the_officers_name(night: Night, client: Client, headers: dict[str, str]) -> None:
    alert = night.matter("c-1", "路面塌陷")
    answer = client.post(f"/queue/claim/{alert.id}", headers=headers)
    assert answer.status_code == 403
    with night.register.reading() as tx:
        untouched = tx.alerts.get(alert.id)
    assert untouched is not None
    assert untouched.owner is None


def test_the_console_itself_may_act(night: Night, client: Client) -> None:
    alert = night.matter("c-1", "路面塌陷")
    headers = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
    assert client.post(f"/queue/claim/{alert.id}", headers=headers).status_code == 200


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("page", PAGES)
def test_no_page_needs_more_than_its_own_files(client: Client, page: str) -> None:
    answer = client.get(page)
    assert answer.headers["content-security-policy"].startswith("default-src 'self';")
    assert " style=" not in answer.text
    assert "<style" not in answer.text
    assert "<script>" not in answer.text
    assert " onclick" not in answer.text
    assert 'src="http' not in answer.text
    assert '="//' not in answer.text


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_without_end_is_refused(client: Client, declared: bool) -> None:
    def endless() -> object:
        async def chunks() -> object:
            for _ in range(LARGEST_BODY // 65536 + 2):
                yield b"x" * 65536

        return chunks()

    body: object = b"x" * (LARGEST_BODY + 1) if declared else endless()
    answer = client.post("/tasks/send", content=body)
    assert answer.status_code == 413
    assert "MB" in answer.json()["message"]
