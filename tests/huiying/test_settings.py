"""The environment is read once; every mistake in it is named with its remedy."""

from pathlib import Path

import pytest

from huiying.failures import Misconfigured
from huiying.settings import Address, read_settings

DATA = Path("/office")


def test_an_empty_environment_gives_one_folder_with_three_files() -> None:
    settings = read_settings({}, DATA)
    assert (settings.bus, settings.archive) == ("sqlite:////office/bus.db", "sqlite:////office/archive.db")
    assert settings.register == "sqlite:////office/register.db"
    assert (settings.host, settings.port, settings.api_token) == ("127.0.0.1", 8000, None)


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("a-long-enough-token\n", "utf-8")
    assert read_settings({"HUIYING_API_TOKEN_FILE": str(file)}, DATA).api_token == "a-long-enough-token"


def test_a_missing_secret_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"HUIYING_API_TOKEN_FILE.*nowhere"):
        read_settings({"HUIYING_API_TOKEN_FILE": str(tmp_path / "nowhere")}, DATA)


def test_a_misspelt_setting_is_not_ignored() -> None:
    with pytest.raises(Misconfigured, match="HUIYING_PROT：没有这个设置，是不是 HUIYING_PORT"):
        read_settings({"HUIYING_PROT": "8000"}, DATA)


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(Misconfigured) as caught:
        read_settings({"HUIYING_PORT": "http", "HUIYING_BATCH": "0", "HUIYING_API_TOKEN": "short"}, DATA)
    assert {line.split("：")[0] for line in str(caught.value).splitlines()} == {
        "HUIYING_PORT",
        "HUIYING_BATCH",
        "HUIYING_API_TOKEN",
    }


def test_settings_of_the_tests_themselves_are_nobody_elses_business() -> None:
    assert read_settings({"HUIYING_TEST_CHROMIUM": "/usr/bin/chromium"}, DATA).port == 8000


def test_processes_are_named_one_by_one_or_by_a_range_of_ports() -> None:
    found = read_settings({"HUIYING_METRICS_OF": "assessing:9100, 127.0.0.1:9100-9102,[::1]:9"}, DATA).metrics_of
    here = [Address(host="127.0.0.1", port=port) for port in (9100, 9101, 9102)]
    assert found == (Address(host="assessing", port=9100), *here, Address(host="::1", port=9))


@pytest.mark.parametrize("text", ["a", "a:0x1", ":9100", "a:9100-9000", "a:1-200", "a:65535-65536", ","])
def test_what_names_no_process_is_told(text: str) -> None:
    with pytest.raises(Misconfigured, match="HUIYING_METRICS_OF"):
        read_settings({"HUIYING_METRICS_OF": text}, DATA)


def test_a_model_needs_an_address_without_a_login_and_a_name(tmp_path: Path) -> None:
    assert read_settings({}, DATA).assistant is None
    key = tmp_path / "key"
    key.write_text("secret-1\n")
    environment = {
        "HUIYING_ASSISTANT_URL": "http://10.0.0.8:8000/v1",
        "HUIYING_ASSISTANT_MODEL": "qwen",
        "HUIYING_ASSISTANT_KEY_FILE": str(key),
    }
    assistant = read_settings(environment, DATA).assistant
    assert assistant is not None
    assert (assistant.url, assistant.model, assistant.key) == ("http://10.0.0.8:8000/v1", "qwen", "secret-1")
    assert "secret-1" not in repr(assistant)
    with pytest.raises(Misconfigured, match=r"(?s)HUIYING_ASSISTANT_URL：应如.*HUIYING_ASSISTANT_MODEL：设了"):
        read_settings({"HUIYING_ASSISTANT_URL": "http://user:password@10.0.0.8/v1?x=1"}, DATA)


def test_a_provider_is_named_whole_and_its_secret_is_never_shown() -> None:
    named = {"HUIYING_OIDC_ISSUER": "https://sso.example.gov.cn:8443/realms/city", "HUIYING_OIDC_CLIENT": "huiying"}
    settings = read_settings({**named, "HUIYING_OIDC_SECRET": "very-secret"}, DATA)
    assert settings.provider is not None
    assert settings.provider.secret == "very-secret"
    assert "very-secret" not in repr(settings)
    with pytest.raises(Misconfigured, match="HUIYING_OIDC_CLIENT"):
        read_settings({"HUIYING_OIDC_ISSUER": "http://127.0.0.1:8080"}, DATA)


@pytest.mark.parametrize(
    "issuer",
    ["http://sso.example", "https://user@sso.example", "https://sso.example/?x=1", "sso.example", "https://"],
)
def test_a_provider_to_whom_secrets_would_travel_in_the_clear_is_refused(issuer: str) -> None:
    with pytest.raises(Misconfigured, match="HUIYING_OIDC_ISSUER"):
        read_settings({"HUIYING_OIDC_ISSUER": issuer, "HUIYING_OIDC_CLIENT": "huiying"}, DATA)
