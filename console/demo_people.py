"""The people of a demonstration: one made up for each role, so that every desk can be looked at."""

import secrets
from collections.abc import Sequence
from pathlib import Path

import msgspec

from console.office import DemoPerson
from console.wiring import Office
from huiying.account import Account
from huiying.passwords import hash_password
from huiying.person import Role

_PEOPLE = (
    ("linzhixia", "林知夏", (Role.OFFICER,), None),
    ("mengqiushi", "孟秋石", (Role.HANDLER, Role.BUREAU_HEAD), "教育局"),
    ("gaoyuan", "高远", (Role.CHECKER, Role.REVIEWER), "宣传部"),
    ("chengyanbei", "程砚北", (Role.SIGNER,), None),
    ("shenjing", "沈敬", (Role.HANDLER,), "水务局"),
    ("hanlixin", "韩立新", (Role.BUREAU_HEAD,), "水务局"),
    ("xushen", "许慎", (Role.REVIEWER,), None),
    ("qinzhao", "秦昭", (Role.LEADER,), None),
    ("tangli", "唐栗", (Role.SUPERVISOR,), None),
    ("luojia", "罗嘉", (Role.ADMINISTRATOR,), None),
    ("yuqing", "俞清", (Role.AUDITOR,), None),
)
"""Account, name, roles and unit; the first four carry a matter from its alert to its answer. All are made up."""


def make_demo_people(office: Office, file: Path) -> Sequence[DemoPerson]:
    """Accounts for everybody with a password of this demonstration, told to its console by a file of their own."""
    password = f"demo-{secrets.token_hex(5)}"
    hashed = hash_password(password)
    made_at = office.clock.now()
    with office.register.transaction() as tx:
        for id, name, roles, bureau in _PEOPLE:
            account = Account(id=id, name=name, roles=frozenset(roles), bureau=bureau, made_at=made_at)
            if not tx.accounts.insert(account, hashed):
                tx.accounts.set_password(id, hashed)
    people = [
        DemoPerson(id=id, name=name, role=_words(roles, bureau), password=password)
        for id, name, roles, bureau in _PEOPLE
    ]
    file.touch(mode=0o600)
    file.write_bytes(msgspec.json.encode(people))
    return people


def _words(roles: Sequence[Role], bureau: str | None) -> str:
    return (bureau or "") + "、".join(role.label for role in roles)


def read_demo_people(file: Path) -> Sequence[DemoPerson]:
    """Whom `make_demo_people` wrote down."""
    return msgspec.json.decode(file.read_bytes(), type=list[DemoPerson])
