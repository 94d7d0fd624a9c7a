"""`huiying users` and `huiying audit` as an administrator on the server meets them."""

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import Result

from tests.console.test_cli import huiying, lines

PASSWORD = "correct horse battery\n"


def add(folder: Path, account: str, *options: str, given: str = PASSWORD) -> Result:
    return huiying("users", "add", account, "--name", "张三", *options, folder=folder, given=given)


def test_a_person_is_added_changed_and_disabled_and_all_of_it_is_in_the_audit(tmp_path: Path) -> None:
    assert add(tmp_path, "root", "--role", "administrator").exit_code == 0
    made = add(tmp_path, "zhang", "--role", "handler", "--bureau", "水务局")
    assert lines(made) == [{"id": "zhang", "name": "张三", "roles": ["handler"], "bureau": "水务局"}]
    assert huiying("users", "roles", "zhang", "--role", "officer", folder=tmp_path).exit_code == 0
    assert huiying("users", "disable", "zhang", folder=tmp_path).exit_code == 0
    listed = {row["id"]: row for row in lines(huiying("users", "list", folder=tmp_path))}
    assert listed["zhang"]["roles"] == ["officer"]
    assert listed["zhang"]["disabled_at"]
    assert huiying("users", "enable", "zhang", folder=tmp_path).exit_code == 0
    assert huiying("users", "password", "zhang", folder=tmp_path, given="another good phrase\n").exit_code == 0
    assert lines(huiying("users", "sessions", "zhang", folder=tmp_path)) == []
    written = lines(huiying("audit", "list", folder=tmp_path))
    assert {row["subject"] for row in written} == {"root", "zhang"}
    assert all(str(row["who"]).startswith("cli:") and "password" not in row for row in written)
    assert len(lines(huiying("audit", "list", "--who", "nobody", folder=tmp_path))) == 0


@pytest.mark.parametrize(
    ("options", "given", "said"),
    [
        ((), "short\n", "至少 12 个字符"),
        (("--role", "handler"), PASSWORD, "须写明所在单位"),
        (("--role", "handler", "--bureau", "火星局"), PASSWORD, "没有单位"),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_added(
    tmp_path: Path, options: tuple[str, ...], given: str, said: str
) -> None:
    run = add(tmp_path, "zhang", *options, given=given)
    assert run.exit_code == 1
    assert said in run.stderr
    assert lines(huiying("users", "list", folder=tmp_path)) == []


def test_a_programs_token_is_shown_once(tmp_path: Path) -> None:
    add(tmp_path, "root", "--role", "administrator")
    asked = ("users", "token", "root")
    [made] = lines(huiying(*asked, "--purpose", "大屏", "--scope", "view-sources", folder=tmp_path))
    assert str(made["token"]).startswith("hy_")
    listed = huiying(*asked, folder=tmp_path)
    assert str(made["token"]) not in listed.stdout
    assert huiying(*asked, "--revoke", str(made["id"]), folder=tmp_path).exit_code == 0
    assert lines(huiying(*asked, folder=tmp_path))[0]["revoked_at"]


def test_verifying_names_what_was_altered(tmp_path: Path) -> None:
    for account in ("root", "zhang", "wang"):
        add(tmp_path, account, "--role", "administrator")
    whole = huiying("audit", "verify", folder=tmp_path)
    assert whole.exit_code == 0
    [found] = lines(whole)
    assert found["entries"] == 3
    assert huiying("audit", "verify", "--head", str(found["head"]), folder=tmp_path).exit_code == 0
    with sqlite3.connect(tmp_path / "var" / "register.db") as database:
        database.execute("DROP TRIGGER audit_entry_unchanged")
        database.execute("UPDATE audit_entry SET subject = 'somebody' WHERE number = 2")
    database.close()
    altered = huiying("audit", "verify", folder=tmp_path)
    assert altered.exit_code == 1
    assert json.loads(altered.stdout)["wrong"] == 2
    assert "第 2 条的内容被改动" in altered.stderr


def test_a_head_that_is_none_is_refused(tmp_path: Path) -> None:
    add(tmp_path, "root")
    run = huiying("audit", "verify", "--head", "whatever", folder=tmp_path)
    assert run.exit_code == 1
    assert "序号:散列" in run.stderr


def test_the_matrix_is_the_page_of_permissions(tmp_path: Path) -> None:
    page = huiying("users", "matrix", folder=tmp_path).stdout
    assert "| `sign` | 签发 |" in page


def test_an_account_is_tied_to_what_the_provider_calls_somebody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(tmp_path, "root", "--role", "administrator")
    unset = huiying("users", "tie", "root", "1", folder=tmp_path)
    assert unset.exit_code == 1
    assert "HUIYING_OIDC_ISSUER" in unset.stderr
    monkeypatch.setenv("HUIYING_OIDC_ISSUER", "https://sso.example")
    monkeypatch.setenv("HUIYING_OIDC_CLIENT", "huiying")
    assert add(tmp_path, "zhang", "--subject", "100235", given="").exit_code == 0
    taken = huiying("users", "tie", "root", "100235", folder=tmp_path)
    assert taken.exit_code == 1
    assert "已对应账号 zhang" in taken.stderr
    assert huiying("users", "tie", "root", folder=tmp_path).exit_code == 1
    assert lines(huiying("users", "tie", "root", "100236", folder=tmp_path))[0]["subject"] == "100236"
    assert huiying("users", "tie", "zhang", "--none", folder=tmp_path).exit_code == 0
    listed = {row["id"]: row["subject"] for row in lines(huiying("users", "list", folder=tmp_path))}
    assert listed == {"root": "100236", "zhang": None}
