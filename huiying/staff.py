"""The staff: who has an account and what they may do, as the administrator keeps it."""

import hashlib
import secrets
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import timedelta

from huiying.account import API_TOKEN_BEGINS, Account, ApiToken
from huiying.audit import Outcome, deed_of
from huiying.clock import Clock
from huiying.failures import NotAllowed
from huiying.identity import Identity
from huiying.passwords import hash_password
from huiying.permission import Action, must_may
from huiying.person import Person, Role
from huiying.policy.access import AccessRules
from huiying.register.register import Register, Transaction


class Staff:
    """Moves of an administrator; each is in the audit with the move itself."""

    def __init__(self, register: Register, rules: AccessRules, bureaus: Collection[str], clock: Clock) -> None:
        self._register = register
        self._rules = rules
        self._bureaus = frozenset(bureaus)
        self._clock = clock

    def people(self) -> list[Person]:
        """Everybody who may sign in."""
        with self._register.reading() as tx:
            return [account.person for account in tx.accounts.all() if not account.disabled_at]

    def add(self, account: Account, password: str, *, by: Person) -> Account:
        """Make an account; its password is to be changed at the first sign-in."""
        self._must_may(by)
        self._must_exist(account.bureau)
        self._rules.must_be_good(password, account.id)
        new, hashed = replace(account, must_change_password=True), hash_password(password)
        with self._register.transaction() as tx:
            if not tx.accounts.insert(new, hashed):
                raise NotAllowed(f"账号 {account.id} 已有，请换一个")
            self._write(tx, by, account.id, f"新建：{_roles(account)}")
        return new

    def add_known(self, account: Account, identity: Identity, *, by: Person) -> Account:
        """Make an account without a password, for somebody who signs in by the provider only."""
        self._must_may(by)
        self._must_exist(account.bureau)
        with self._register.transaction() as tx:
            if not tx.accounts.insert(account, None):
                raise NotAllowed(f"账号 {account.id} 已有，请换一个")
            _tie(tx, identity, account.id)
            self._write(tx, by, account.id, f"新建：{_roles(account)}；单点登录编号：{identity.subject}")
        return account

    def tie(self, account: str, identity: Identity, *, by: Person) -> Account:
        """Whoever the provider recognises as this is let in as this account; it ends what another was let in for."""

        def change(tx: Transaction, found: Account) -> Account:
            _tie(tx, identity, account)
            tx.sessions.end(account, self._clock.now())
            return found

        return self._change(account, change, by, lambda _: f"单点登录编号：{identity.subject}")

    def untie(self, account: str, issuer: str, claim: str, *, by: Person) -> Account:
        """Nobody whom the provider recognises is let in as this account any more."""

        def change(tx: Transaction, found: Account) -> Account:
            if not tx.identities.untie(account, issuer, claim):
                raise NotAllowed(f"账号 {account} 没有单点登录编号")
            tx.sessions.end(account, self._clock.now())
            return found

        return self._change(account, change, by, lambda _: "取消单点登录编号")

    def new_account(self, id: str, name: str, roles: Collection[Role], bureau: str | None) -> Account:
        """An account as it is to be made, not yet kept."""
        return Account(
            id=id, name=name.strip(), roles=frozenset(roles), bureau=bureau or None, made_at=self._clock.now()
        )

    def change_roles(self, account: str, roles: Collection[Role], bureau: str | None, *, by: Person) -> Account:
        """Other roles or another unit, from the next request on."""
        self._must_exist(bureau)

        def change(tx: Transaction, found: Account) -> Account:
            changed = found.in_roles(roles, bureau or None)
            if Role.ADMINISTRATOR not in changed.roles:
                self._must_not_be_last(tx, found)
            return changed

        return self._change(account, change, by, lambda changed: f"角色改为：{_roles(changed)}")

    def disable(self, account: str, *, by: Person) -> Account:
        """Nobody signs in by this account any more; whoever is signed in is out."""

        def change(tx: Transaction, found: Account) -> Account:
            self._must_not_be_last(tx, found)
            tx.sessions.end(account, self._clock.now())
            return found.disabled(self._clock.now())

        return self._change(account, change, by, lambda _: "停用")

    def enable(self, account: str, *, by: Person) -> Account:
        """The account may be used again."""
        return self._change(account, lambda _, found: found.enabled(), by, lambda _: "启用")

    def set_password(self, account: str, password: str, *, by: Person) -> Account:
        """A password for somebody who lost theirs, to be changed at once; every session ends, and no wait is left."""
        self._must_may(by)
        self._rules.must_be_good(password, account)
        hashed = hash_password(password)

        def change(tx: Transaction, found: Account) -> Account:
            tx.accounts.set_password(account, hashed)
            tx.accounts.forget_attempts(account)
            tx.sessions.end(account, self._clock.now())
            return replace(found, must_change_password=True)

        return self._change(account, change, by, lambda _: "重设密码")

    def unlock(self, account: str, *, by: Person) -> None:
        """Let somebody try again before their wait is over."""
        self._must_may(by)
        with self._register.transaction() as tx:
            if not tx.accounts.forget_attempts(account):
                raise NotAllowed(f"账号 {account} 没有失败记录，不用解锁")
            self._write(tx, by, account, "解锁")

    def end_sessions(self, account: str, *, by: Person) -> int:
        """Sign somebody out everywhere; how many sessions were open."""
        self._must_may(by)
        with self._register.transaction() as tx:
            _present(tx, account)
            ended = tx.sessions.end(account, self._clock.now())
            self._write(tx, by, account, f"结束登录 {ended} 个")
        return ended

    def make_token(
        self, account: str, purpose: str, scopes: Collection[Action], days: int, *, by: Person
    ) -> tuple[ApiToken, str]:
        """A token for a program, for these actions only; its secret is told this once."""
        self._must_may(by)
        if not 1 <= days <= self._rules.token.longest_days:
            raise NotAllowed(f"口令的有效期应为 1 到 {self._rules.token.longest_days} 天")
        if not scopes or not purpose.strip():
            raise NotAllowed("口令须写明用途，并至少许可一件事")
        now, secret = self._clock.now(), API_TOKEN_BEGINS + secrets.token_urlsafe(32)
        token = ApiToken(
            id=secrets.token_hex(4),
            account=account,
            purpose=purpose.strip(),
            scopes=frozenset(scopes),
            made_at=now,
            ends_at=now + timedelta(days=days),
        )
        with self._register.transaction() as tx:
            _present(tx, account)
            tx.sessions.insert_api_token(token, hashlib.sha256(secret.encode()).hexdigest())
            self._write(tx, by, account, f"发程序口令 {token.id}：{'、'.join(sorted(token.scopes))}")
        return token, secret

    def revoke_token(self, account: str, token: str, *, by: Person) -> None:
        """The program of this token gets in no more."""
        self._must_may(by)
        with self._register.transaction() as tx:
            found = next((one for one in tx.sessions.api_tokens(account) if one.id == token), None)
            if found is None or found.revoked_at:
                raise NotAllowed(f"账号 {account} 没有可收回的口令 {token}")
            tx.sessions.revoke_api_token(found, self._clock.now())
            self._write(tx, by, account, f"收回程序口令 {token}")

    def _change(
        self,
        account: str,
        change: Callable[[Transaction, Account], Account],
        by: Person,
        said: Callable[[Account], str],
    ) -> Account:
        self._must_may(by)
        with self._register.transaction() as tx:
            found = _present(tx, account)
            saved = tx.accounts.save(change(tx, found), found.version)
            self._write(tx, by, account, said(saved))
        return saved

    def _must_may(self, by: Person) -> None:
        must_may(by, Action.MANAGE_USERS, self._clock.now())

    def _must_exist(self, bureau: str | None) -> None:
        if bureau and bureau not in self._bureaus:
            raise NotAllowed(f"没有单位“{bureau}”，请用 config/bureaus.yaml 里的简称")

    def _must_not_be_last(self, tx: Transaction, leaving: Account) -> None:
        others = [one for one in tx.accounts.all() if one.id != leaving.id and not one.disabled_at]
        if Role.ADMINISTRATOR in leaving.roles and not any(Role.ADMINISTRATOR in one.roles for one in others):
            raise NotAllowed(f"{leaving.name}是最后一名系统管理员，请先另设一名")

    def _write(self, tx: Transaction, by: Person, account: str, note: str) -> None:
        tx.audit.add(deed_of(by, Action.MANAGE_USERS.value, account, Outcome.DONE, note=note))


def _present(tx: Transaction, account: str) -> Account:
    found = tx.accounts.get(account)
    if found is None:
        raise NotAllowed(f"没有账号 {account}，用 huiying users list 查看")
    return found


def _tie(tx: Transaction, identity: Identity, account: str) -> None:
    holder = tx.identities.account_of(identity)
    if holder is not None and holder.id != account:
        raise NotAllowed(f"编号 {identity.subject} 已对应账号 {holder.id}（{holder.name}），没有改")
    if not tx.identities.tie(identity, account):
        raise NotAllowed(f"编号 {identity.subject} 刚被对应到别的账号，没有改，请刷新再看")


def _roles(account: Account) -> str:
    words = "、".join(role.label for role in Role if role in account.roles) or "没有角色"
    return f"{words}（{account.bureau}）" if account.bureau else words
