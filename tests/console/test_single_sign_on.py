"""Single sign-on by a real provider behind a port, and what providers and browsers may do wrong."""

import hmac
import json
import re
import shutil
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from joserfc.jwk import ECKey, RSAKey

from console.app import create_app
from console.checking import Finding, check_everything
from console.office import ConsoleOffice
from console.provider import Provider
from console.wiring import Office
from huiying.clock import SetClock
from huiying.identity import Identity
from huiying.person import Role
from huiying.policy.access import AccessRules, SingleSignOnRules, read_access
from huiying.policy.policy import default_office
from huiying.settings import ProviderSettings, read_settings
from tests.builders import person
from tests.console.client import ADDRESS, Client
from tests.console.night import Night
from tests.services.oidc import CLIENT, SECRET, OidcProvider, drones, hangs, send
from tests.services.server import free_port

ADMIN = person("罗嘉", Role.ADMINISTRATOR)
PASSWORD = "correct horse battery"
HTML = {"accept": "text/html"}


@dataclass
class Door:
    """An office whose provider knows 李静 as 100234."""

    night: Night
    sso: OidcProvider
    office: ConsoleOffice
    browser: Client

    def leave(self, next: str = "/") -> tuple[str, dict[str, str]]:
        """Where the browser is sent, and with which cookie it will come back."""
        answer = self.browser.get("/sign-in/provider", params={"next": next})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"], {"cookie": answer.headers["set-cookie"].partition(";")[0]}

    def ask(self, address: str) -> str:
        """What the provider sends the browser back to, without the console's own address."""
        answer = httpx.get(address, trust_env=False)
        assert answer.status_code == 302
        return answer.headers["location"].removeprefix(ADDRESS)

    def come(self, next: str = "/") -> httpx.Response:
        """All of it."""
        address, cookie = self.leave(next)
        return self.browser.get(self.ask(address), headers=HTML | cookie)

    def deeds(self) -> list[tuple[str, str, str]]:
        """What the audit says of signing in and out."""
        with self.night.register.reading() as tx:
            found = [entry.deed for entry in tx.audit.entries()]
        return [(one.who, str(one.outcome), one.note) for one in found if one.act.startswith("sign-")]


def office_of(night: Night, settings: ProviderSettings, **access: Any) -> ConsoleOffice:
    rules: AccessRules = read_access(default_office()).model_copy(update=access)
    provider = Provider(settings, rules.single_sign_on, ADDRESS, night.clock)
    return night.console(provider=provider, access=rules)


def settings_of(sso: OidcProvider) -> ProviderSettings:
    return ProviderSettings(issuer=sso.issuer, client=CLIENT, secret=SECRET)


def no_passwords() -> Any:
    return read_access(default_office()).password.model_copy(update={"allowed": False})


@pytest.fixture
def sso(night: Night) -> Iterator[OidcProvider]:
    with OidcProvider(night.clock) as sso:
        yield sso


@pytest.fixture
def door(night: Night, sso: OidcProvider) -> Door:
    return open_door(night, sso)


def open_door(night: Night, sso: OidcProvider, **access: Any) -> Door:
    office = office_of(night, settings_of(sso), **access)
    staff = office.staff
    staff.add(staff.new_account("li", "李静", {Role.OFFICER}, None), PASSWORD, by=ADMIN)
    staff.tie("li", Identity(issuer=sso.issuer, claim=access_claim(access), subject="100234"), by=ADMIN)
    return Door(night, sso, office, Client(create_app(office), None))


def access_claim(access: Mapping[str, Any]) -> str:
    rules = access.get("single_sign_on", SingleSignOnRules())
    assert isinstance(rules, SingleSignOnRules)
    return rules.claim


def session_of(answer: httpx.Response) -> dict[str, str]:
    kept = [line.partition(";")[0] for line in answer.headers.get_list("set-cookie")]
    return {"cookie": "; ".join(line for line in kept if not line.endswith('=""'))}


# What has to work -----------------------------------------------------------------------------------------------


def test_one_is_let_in_by_the_provider_in_the_roles_that_the_office_gave(door: Door) -> None:
    address, cookie = door.leave("/tasks?bureau=x")
    asked = dict(parse_qsl(urlsplit(address).query))
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{ADDRESS}/sign-in/provider/back"
    answer = door.browser.get(door.ask(address), headers=HTML | cookie)
    assert answer.status_code == 200
    assert 'content="0; url=/tasks?bureau=x"' in answer.text
    me = door.browser.get("/me", headers=session_of(answer))
    assert "李静（li）" in me.text, "an initial password need not be changed by who does not use it"
    assert door.browser.get("/users", headers=session_of(answer)).status_code == 403, "its roles do not count"
    assert door.deeds() == [("li", "done", "单点登录")]


def test_the_cookies_are_short_lived_and_out_of_reach(door: Door) -> None:
    there = door.browser.get("/sign-in/provider").headers["set-cookie"].lower()
    assert all(part in there for part in ("max-age=600", "httponly", "samesite=lax", "path=/sign-in/provider"))
    back = door.come()
    kept = {line.partition("=")[0]: line.lower() for line in back.headers.get_list("set-cookie")}
    assert "max-age=0" in kept["huiying-passage"]
    for name in ("huiying-session", "huiying-leaving"):
        assert "httponly; " in kept[name]
        assert "samesite=strict" in kept[name]


def test_a_key_on_an_elliptic_curve_a_new_key_and_another_claim_will_do(night: Night, sso: OidcProvider) -> None:
    door = open_door(night, sso, single_sign_on=SingleSignOnRules(claim="employee", scopes=("profile",)))
    sso.person = {"sub": "x-1", "employee": 100234}
    assert door.come().status_code == 200
    sso.keys = [ECKey.generate_key("P-256", {"kid": "two"})]
    sso.asked.clear()
    assert door.come().status_code == 200
    assert sso.asked.count("/jwks") == 1, "an unknown key is asked for once"
    assert "scope=openid+profile" in door.leave()[0]


def test_who_signs_out_is_sent_to_the_providers_own_way_out(door: Door) -> None:
    signed_in = session_of(door.come())
    token = re.search(r'name="csrf" value="([0-9a-f]{64})"', door.browser.get("/me", headers=signed_in).text)
    assert token is not None
    answer = door.browser.post("/sign-out", headers=signed_in, data={"csrf": token[1]})
    to = re.search(r'url=([^"]+)"', answer.text)
    assert to is not None
    httpx.get(to[1].replace("&amp;", "&"), trust_env=False)
    [asked] = door.sso.signed_out
    assert asked["post_logout_redirect_uri"] == f"{ADDRESS}/sign-in"
    assert asked["id_token_hint"].count(".") == 2
    assert door.browser.get("/me", headers=signed_in).status_code == 401


def test_a_form_that_was_filled_in_meanwhile_is_kept_while_one_signs_in_beside_it(door: Door) -> None:
    fields = {"again": "/tasks/send", "kept": "note=%E5%86%99%E4%BA%86%E5%BE%88%E4%B9%85"}
    refused = door.browser.post("/sign-in/again", data=fields)
    assert refused.status_code == 401
    assert "写了很久" in refused.text
    assert 'target="_blank"' in refused.text
    again = door.browser.post("/sign-in/again", headers=session_of(door.come()), data=fields)
    assert again.status_code == 200
    assert "写了很久" in again.text


# Who stays out --------------------------------------------------------------------------------------------------


def test_whom_nobody_tied_to_an_account_is_told_whom_to_ask_and_no_account_is_made(door: Door) -> None:
    staff = door.office.staff
    staff.add(staff.new_account("luo", "罗嘉", {Role.ADMINISTRATOR}, None), PASSWORD, by=ADMIN)
    door.sso.person = {"sub": "100999"}
    answer = door.come()
    assert answer.status_code == 403
    assert "您的编号是 100999" in answer.text
    assert "请把编号告诉系统管理员（罗嘉）" in answer.text
    with door.night.register.reading() as tx:
        assert [one.id for one in tx.accounts.all()] == ["li", "luo"]
        refused = list(tx.audit.entries())[-1].deed
    assert (refused.act, refused.subject, str(refused.outcome)) == ("sign-in", "100999", "refused")


def test_a_disabled_and_a_locked_account_stay_out(door: Door) -> None:
    for _ in range(5):
        door.browser.post("/sign-in", data={"name": "li", "password": "wrong"})
    assert "分钟后再试" in door.come().text
    door.office.staff.unlock("li", by=ADMIN)
    door.office.staff.disable("li", by=ADMIN)
    answer = door.come()
    assert answer.status_code == 403
    assert "已停用" in answer.text


def test_one_number_is_one_account_and_a_tie_that_ends_ends_its_sessions(door: Door) -> None:
    staff, provider = door.office.staff, door.office.provider
    assert provider is not None
    admin = Client(create_app(door.office), ADMIN)
    made = admin.post("/users/add", data={"account": "wu", "name": "吴", "subject": "100235"})
    assert "没有密码" in made.text
    taken = admin.post("/users/identity", data={"account": "wu", "subject": "100234"})
    assert taken.status_code == 409
    assert "已对应账号 li（李静）" in taken.text
    assert admin.post("/users/identity", data={"account": "wu", "subject": "1 2"}).status_code == 409
    signed_in = session_of(door.come())
    assert "不再用单点登录" in admin.post("/users/identity", data={"account": "li", "subject": " "}).text
    assert door.browser.get("/me", headers=signed_in).status_code == 401
    assert "您的编号是 100234" in door.come().text
    staff.tie("wu", provider.identity("100234"), by=ADMIN)
    assert door.come().status_code == 200
    door.sso.person = {"sub": "100235"}
    assert door.come().status_code == 403, "an account has one number"


@pytest.mark.parametrize(
    "identity",
    [{"issuer": "https://other.example"}, {"claim": "employee"}],
    ids=["another provider", "another claim"],
)
def test_the_same_number_elsewhere_is_somebody_else(door: Door, identity: dict[str, str]) -> None:
    known = {"issuer": door.sso.issuer, "claim": "sub", "subject": "100777"} | identity
    staff = door.office.staff
    staff.add_known(staff.new_account("wu", "吴", (), None), Identity(**known), by=ADMIN)
    door.sso.person = {"sub": "100777"}
    assert door.come().status_code == 403


def test_where_passwords_are_off_nobody_comes_in_by_one(night: Night, sso: OidcProvider) -> None:
    door = open_door(night, sso, password=no_passwords())
    page = door.browser.get("/sign-in").text
    assert "用统一身份认证登录" in page
    assert 'name="password"' not in page
    refused = door.browser.post("/sign-in", data={"name": "li", "password": PASSWORD})
    assert refused.status_code == 401
    assert "不用账号密码登录" in refused.text
    assert "改密码" not in door.browser.get("/me", headers=session_of(door.come())).text


# What providers do wrong ----------------------------------------------------------------------------------------


def encoded(part: object) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def unsigned(sso: OidcProvider) -> None:
    sso.sign = lambda claims: f"{encoded({'alg': 'none'})}.{encoded(dict(claims))}."


def signed_with_the_public_key(sso: OidcProvider) -> None:
    public = sso.keys[0].as_pem(private=False)

    def sign(claims: Mapping[str, Any]) -> str:
        words = f"{encoded({'alg': 'HS256', 'kid': 'one'})}.{encoded(dict(claims))}"
        mark = hmac.digest(public, words.encode(), "sha256")
        return f"{words}.{urlsafe_b64encode(mark).rstrip(b'=').decode()}"

    sso.sign = sign


def signed_by_another(sso: OidcProvider) -> None:
    honest, own = sso.sign, sso.keys

    def sign(claims: Mapping[str, Any]) -> str:
        sso.keys = [RSAKey.generate_key(2048, {"kid": "one"})]
        token = honest(claims)
        sso.keys = own
        return token

    sso.sign = sign


def altered(sso: OidcProvider) -> None:
    honest = sso.sign

    def sign(claims: Mapping[str, Any]) -> str:
        head, _, mark = honest(claims).split(".")
        return f"{head}.{encoded(dict(claims) | {'sub': '100234', 'x': 1})}.{mark}"

    sso.sign = sign


def unpublished(sso: OidcProvider) -> None:
    published = sso.published()
    sso.new_key("nobody-knows")
    sso.answers["/jwks"] = lambda to: send(to, 200, json.dumps(published).encode(), "application/json")


def saying(**claims: Any) -> Callable[[OidcProvider], None]:
    return lambda sso: sso.claims.update(claims)


def long_ago(sso: OidcProvider) -> None:
    sso.claims["exp"] = int((sso.clock.now() - timedelta(seconds=61)).timestamp())


def not_yet(sso: OidcProvider) -> None:
    sso.claims["iat"] = int((sso.clock.now() + timedelta(seconds=90)).timestamp())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (saying(iss="https://other.example"), "iss"),
        (saying(aud="another-system"), "aud"),
        (saying(aud=[CLIENT, "another"]), "azp"),
        (saying(azp="another"), "azp"),
        (saying(nonce="of another passage"), "nonce"),
        (saying(nonce=None), "nonce"),
        (saying(nonce=["x"]), "nonce"),
        (saying(exp=None), "exp"),
        (saying(exp="never"), "exp"),
        (saying(sub=None), "sub"),
        (saying(sub="two words"), "编号"),
        (long_ago, "exp"),
        (not_yet, "iat"),
        (unsigned, "签名不可信"),
        (signed_with_the_public_key, "签名不可信"),
        (signed_by_another, "签名不可信"),
        (altered, "签名不可信"),
        (unpublished, "密钥不在"),
        (lambda sso: setattr(sso, "sign", lambda _: "no.token"), "签名不可信"),
    ],
)
def test_a_token_that_is_not_this_providers_for_this_passage_lets_nobody_in(
    door: Door, wrong: Callable[[OidcProvider], None], said: str
) -> None:
    door.leave()  # its keys are known before it goes wrong
    wrong(door.sso)
    answer = door.come()
    assert answer.status_code == 401
    assert said in answer.text
    assert "huiying-session" not in answer.headers.get("set-cookie", "")
    [(who, outcome, note)] = door.deeds()
    assert (who, outcome) == ("", "refused")
    assert said in note


def test_a_clock_that_is_a_little_wrong_is_borne(door: Door) -> None:
    door.sso.claims["exp"] = int((door.night.clock.now() - timedelta(seconds=30)).timestamp())
    assert door.come().status_code == 200


@pytest.mark.parametrize(
    ("path", "answer", "said"),
    [
        ("/token", hangs, "0.3 秒内没有答完"),
        ("/token", drones, "超过"),
        ("/token", lambda to: send(to, 500, b"", "text/plain"), "HTTP 500"),
        ("/.well-known/openid-configuration", hangs, "0.3 秒内没有答完"),
        ("/.well-known/openid-configuration", drones, "超过"),
        ("/jwks", lambda to: send(to, 200, b"<html>", "text/html"), "读不懂"),
    ],
)
def test_a_provider_in_trouble_is_said_and_passwords_stay_usable(
    night: Night, sso: OidcProvider, path: str, answer: Any, said: str
) -> None:
    rules = SingleSignOnRules().model_copy(update={"seconds": 0.3})
    door = open_door(night, sso, single_sign_on=rules)
    sso.answers[path] = answer
    page = door.come() if path == "/token" else door.browser.get("/sign-in/provider")
    assert page.status_code == 503
    assert said in page.text
    assert "可以先用账号密码登录" in page.text
    assert 'name="password"' in page.text
    assert [(who, outcome) for who, outcome, _ in door.deeds()] == [("", "failed")]
    assert door.browser.post("/sign-in", data={"name": "li", "password": PASSWORD}).status_code == 303
    sso.answers.clear()
    assert isinstance(night.clock, SetClock)
    night.clock.set(night.clock.now() + timedelta(seconds=11))
    assert door.come().status_code == 200, "and it is asked again a little later"


def test_a_provider_that_is_not_there_is_asked_once_and_not_by_everybody(night: Night) -> None:
    settings = ProviderSettings(issuer=f"http://127.0.0.1:{free_port()}", client=CLIENT)
    office = office_of(night, settings)
    office.staff.add(office.staff.new_account("li", "李静", {Role.OFFICER}, None), PASSWORD, by=ADMIN)
    browser = Client(create_app(office), None)
    assert "连不上统一身份认证" in browser.get("/sign-in/provider").text
    with OidcProvider(night.clock) as other:
        assert browser.get("/sign-in/provider").status_code == 503
        assert other.asked == []


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://other.example"},
        {"token_endpoint": "http://other.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
        {"id_token_signing_alg_values_supported": ["HS256"]},
    ],
)
def test_a_provider_that_describes_itself_badly_is_not_used(door: Door, document: dict[str, Any]) -> None:
    door.sso.document = document
    answer = door.browser.get("/sign-in/provider")
    assert answer.status_code == 503
    assert "location" not in answer.headers


# What browsers do wrong -----------------------------------------------------------------------------------------


def test_an_answer_is_good_once_and_only_in_the_browser_that_left(door: Door) -> None:
    address, cookie = door.leave()
    back = door.ask(address)
    assert door.browser.get(back).status_code == 401, "a browser that did not leave"
    _, other = door.leave()
    assert door.browser.get(back, headers=other).status_code == 401, "a browser that left another time"
    assert door.browser.get(back.replace("state=", "state=0"), headers=cookie).status_code == 401
    assert door.browser.get(back, headers=cookie).status_code == 200
    again = door.browser.get(back, headers=cookie)
    assert again.status_code == 401
    assert "请重新登录" in again.text
    spent = re.search(r"code=[^&]+", back)
    fresh, cookie = door.leave()
    assert spent is not None
    replayed = re.sub(r"code=[^&]+", spent[0], door.ask(fresh))
    assert "没有认可这次登录（HTTP 400，invalid_grant）" in door.browser.get(replayed, headers=cookie).text
    assert [outcome for _, outcome, _ in door.deeds()] == ["refused"] * 3 + ["done"] + ["refused"] * 2


def test_who_comes_back_late_or_unwilling_is_not_let_in(door: Door) -> None:
    address, cookie = door.leave()
    back = door.ask(address)
    assert isinstance(door.night.clock, SetClock)
    door.night.clock.set(door.night.clock.now() + timedelta(minutes=10))
    assert door.browser.get(back, headers=cookie).status_code == 401
    address, cookie = door.leave()
    state = dict(parse_qsl(urlsplit(address).query))["state"]
    refused = {"error": "access_denied", "error_description": "<b>pay</b>", "state": state}
    answer = door.browser.get("/sign-in/provider/back", params=refused, headers=cookie)
    assert answer.status_code == 401
    assert "没有让您通过，access_denied" in answer.text
    assert "pay" not in answer.text
    address, cookie = door.leave()
    mixed_up = door.ask(address) + "&iss=https://other.example"
    assert "iss" in door.browser.get(mixed_up, headers=cookie).text


@pytest.mark.parametrize("next", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:evil()"])
def test_nobody_is_sent_elsewhere_afterwards(door: Door, next: str) -> None:
    answer = door.come(next)
    assert 'content="0; url=/queue"' in answer.text
    assert "evil" not in answer.text


def test_without_a_provider_there_is_no_such_way(night: Night) -> None:
    office = night.console()
    office.staff.add(office.staff.new_account("li", "李静", {Role.OFFICER}, None), PASSWORD, by=ADMIN)
    browser = Client(create_app(office), None)
    assert browser.get("/sign-in/provider").status_code == 404
    assert browser.get("/sign-in/provider/back").status_code == 404
    assert "/sign-in/provider" not in browser.get("/sign-in").text


def test_checking_asks_the_provider_and_says_where_nobody_could_get_in(sso: OidcProvider, tmp_path: Path) -> None:
    named = {"HUIYING_OIDC_ISSUER": sso.issuer, "HUIYING_OIDC_CLIENT": CLIENT, "HUIYING_OIDC_SECRET": SECRET}
    found = checked(named, default_office(), tmp_path)
    assert found.ok
    assert "http://127.0.0.1:8000/sign-in/provider/back" in found.found
    assert SECRET not in found.found
    sso.answers["/jwks"] = lambda to: send(to, 404, b"", "text/plain")
    assert not checked(named, default_office(), tmp_path).ok
    copied = shutil.copytree(default_office(), tmp_path / "office")
    rules = (copied / "access.yaml").read_text("utf-8")
    (copied / "access.yaml").write_text(rules.replace("allowed: true", "allowed: false"), "utf-8")
    assert "谁也进不来" in checked({}, copied, tmp_path).found


def checked(environment: dict[str, str], config: Path, data: Path) -> Finding:
    office = Office(read_settings(environment, data), config)
    [found] = [one for one in check_everything(office) if one.what == "单点登录"]
    office.close()
    return found
