"""The entrance: signing in and out, and who a request is from. Only hashes of secrets are kept."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from huiying.account import Account, Attempts, Session
from huiying.audit import Deed, Outcome, deed_of
from huiying.clock import Clock
from huiying.failures import NotAllowed
from huiying.identity import Identity, Passage, Way
from huiying.passwords import hash_password, is_password
from huiying.person import Person, Role
from huiying.policy.access import AccessRules
from huiying.register.register import Register, Transaction

_WRONG = "账号或密码不对"
_NO_PASSWORDS = "本单位不用账号密码登录，请用单点登录"
_LOST = "这次单点登录已经过期，或者不是从这个浏览器开始的，没有登录。请重新登录"
_PASSAGE = timedelta(minutes=10)
_TOUCH_EVERY = timedelta(minutes=1)
_ATTEMPTS_KEPT = timedelta(days=1)
_SESSIONS_KEPT = timedelta(days=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """Who a request is from: a person in a session of a browser, or in whose name a program comes."""

    person: Person
    must_change_password: bool = False
    session: str | None = None
    csrf: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Admission:
    """A session that has just begun, with the one copy of its token."""

    token: str
    account: Account


class Entrance:
    """Everybody's way into the console and the API."""

    def __init__(self, register: Register, rules: AccessRules, clock: Clock) -> None:
        self._register = register
        self._rules = rules
        self._clock = clock

    def anybody_known(self) -> bool:
        """Whether there is an account; before the first nobody can be let in."""
        with self._register.reading() as tx:
            return tx.accounts.any()

    def sign_in(self, name: str, password: str, *, browser: str = "", address: str = "") -> Admission:
        """Begin a session, or refuse alike whether the name, the password or both are wrong.

        The attempt counts as failed until it has succeeded, so that attempts at once are counted one by one.
        """
        name = name.strip().lower()[:64]
        self._must_allow_passwords(name, address)
        self._count_attempt(name, address)
        with self._register.reading() as tx:
            account, kept = tx.accounts.get(name), tx.accounts.password_of(name)
        if not is_password(password, kept) or account is None or account.disabled_at:
            self._write(_nobody(name, address, _WRONG))
            raise NotAllowed(_WRONG)
        with self._register.transaction() as tx:
            tx.accounts.forget_attempts(name)
            return self._begin(tx, account, browser, address)

    def set_out(self, next: str) -> Passage:
        """A browser goes to the provider of single sign-on, and wants to come back to `next`."""
        now, passage = self._clock.now(), Passage.new()
        with self._register.transaction() as tx:
            tx.identities.begin_passage(_digest(passage.token), next, now, now + _PASSAGE)
        return passage

    def come_back(self, passage: Passage, state: str) -> str:
        """Where a browser wants to go that comes back; refused where it never left, or comes a second time."""
        if not hmac.compare_digest(passage.state.encode(), state.encode()):
            raise NotAllowed(_LOST)
        with self._register.transaction() as tx:
            next = tx.identities.end_passage(_digest(passage.token), self._clock.now())
        if next is None:
            raise NotAllowed(_LOST)
        return next

    def sign_in_by(self, identity: Identity, *, browser: str = "", address: str = "") -> Admission:
        """Begin a session for somebody whom the provider recognised. No account is made by it, no role changed."""
        try:
            with self._register.transaction() as tx:
                account = tx.identities.account_of(identity)
                _must_be_welcome(tx, account, identity, self._clock.now())
                assert account is not None
                return self._begin(tx, account, browser, address, Way.PROVIDER)
        except NotAllowed as refusal:
            self.turn_away(str(refusal), subject=identity.subject, address=address)
            raise

    def turn_away(
        self, why: str, *, outcome: Outcome = Outcome.REFUSED, subject: str = "", address: str = ""
    ) -> None:
        """Write down that a single sign-on came to nothing."""
        self._write(replace(_nobody(subject, address, why), outcome=outcome))

    def visit(self, token: str) -> Visit | None:
        """Who the bearer of a session's token is at this moment; None where the session or the account is over."""
        now = self._clock.now()
        with self._register.reading() as tx:
            session = tx.sessions.of_token(_digest(token))
            account = tx.accounts.get(session.account) if session else None
        if session is None or account is None or account.disabled_at or not session.is_open(now, self._rules.idle):
            return None
        if now - session.seen_at > _TOUCH_EVERY:
            with self._register.transaction() as tx:
                tx.sessions.seen(session.id, now)
        return Visit(
            person=account.person,
            must_change_password=account.must_change_password and session.way is Way.PASSWORD,
            session=session.id,
            csrf=csrf_of(token),
        )

    def visit_of_program(self, token: str) -> Visit | None:
        """On whose behalf a program comes, and for which actions."""
        with self._register.reading() as tx:
            found = tx.sessions.api_token(_digest(token))
            account = tx.accounts.get(found.account) if found else None
        if found is None or account is None or account.disabled_at or not found.is_open(self._clock.now()):
            return None
        return Visit(person=replace(account.person, only=found.scopes))

    def sign_out(self, visit: Visit) -> None:
        """End this session."""
        self.end_session(visit.person, visit.session or "", act="sign-out")

    def sessions(self, person: Person) -> list[Session]:
        """Where a person is signed in, the newest first."""
        now = self._clock.now()
        with self._register.reading() as tx:
            found = tx.sessions.of_account(person.id, now)
        return [session for session in found if session.is_open(now, self._rules.idle)]

    def end_session(self, person: Person, session: str, *, act: str = "end-session") -> None:
        """End one of a person's own sessions."""
        with self._register.transaction() as tx:
            if not tx.sessions.end(person.id, self._clock.now(), session):
                raise NotAllowed("没有这个登录，它可能已经结束")
            tx.audit.add(deed_of(person, act, session, Outcome.DONE))

    def change_password(self, person: Person, old: str, new: str, *, browser: str = "") -> Admission:
        """A person's own new password. Every session of theirs ends, and a new one begins."""
        self._must_allow_passwords(person.id, "")
        self._count_attempt(person.id, "")
        with self._register.reading() as tx:
            kept = tx.accounts.password_of(person.id)
        if not is_password(old, kept):
            self._write(deed_of(person, "change-password", person.id, Outcome.REFUSED, note="原密码不对"))
            raise NotAllowed("原密码不对，密码没有改")
        self._rules.must_be_good(new, person.id)
        if new == old:
            raise NotAllowed("新密码与原密码相同，没有改")
        hashed = hash_password(new)
        with self._register.transaction() as tx:
            account = tx.accounts.get(person.id)
            assert account is not None
            tx.accounts.forget_attempts(person.id)
            tx.accounts.set_password(account.id, hashed)
            saved = tx.accounts.save(replace(account, must_change_password=False), account.version)
            tx.sessions.end(account.id, self._clock.now())
            tx.audit.add(deed_of(person, "change-password", person.id, Outcome.DONE))
            return self._begin(tx, saved, browser, "")

    def _must_allow_passwords(self, name: str, address: str) -> None:
        if not self._rules.password.allowed:
            self._write(_nobody(name, address, _NO_PASSWORDS))
            raise NotAllowed(_NO_PASSWORDS)

    def _begin(
        self, tx: Transaction, account: Account, browser: str, address: str, way: Way = Way.PASSWORD
    ) -> Admission:
        now, token = self._clock.now(), secrets.token_urlsafe(32)
        session = Session(
            id=secrets.token_hex(8),
            account=account.id,
            browser=browser[:120],
            began_at=now,
            seen_at=now,
            ends_at=now + self._rules.longest,
            way=way,
        )
        tx.sessions.forget(now - _SESSIONS_KEPT)
        tx.sessions.insert(session, _digest(token))
        note = "单点登录" if way is Way.PROVIDER else ""
        tx.audit.add(deed_of(account.person, "sign-in", session.id, Outcome.DONE, note=note, address=address))
        return Admission(token=token, account=account)

    def _count_attempt(self, name: str, address: str) -> None:
        now = self._clock.now()
        try:
            with self._register.transaction() as tx:
                tx.accounts.forget_old_attempts(now - _ATTEMPTS_KEPT)
                before = tx.accounts.hold_attempts(name, now)
                before.must_be_open(now)
                tx.accounts.save_attempts(self._counted(before, now))
        except NotAllowed as refusal:
            self._write(_nobody(name, address, str(refusal)))
            raise

    def _counted(self, before: Attempts, now: datetime) -> Attempts:
        return before.one_more(now, self._rules.wait_after(before.failed + 1))

    def _write(self, deed: Deed) -> None:
        with self._register.transaction() as tx:
            tx.audit.add(deed)


def csrf_of(token: str) -> str:
    """What every form of a session bears; who knows only what the register keeps cannot make it."""
    return hmac.digest(token.encode(), b"csrf", "sha256").hex()


def _must_be_welcome(tx: Transaction, account: Account | None, identity: Identity, now: datetime) -> None:
    """Refuse whom the office does not know, or keeps out; whoever the provider recognised may be told which."""
    if account is None:
        raise NotAllowed(
            f"您的编号是 {identity.subject}，本系统还没有对应的账号，所以没有登录。"
            f"请把编号告诉系统管理员{_administrators(tx)}，由其在“用户”页与您的账号对应后再登录"
        )
    if account.disabled_at:
        raise NotAllowed(f"您的账号 {account.id} 已停用，没有登录。请找系统管理员{_administrators(tx)}")
    locked_until = tx.accounts.locked(now).get(account.id)
    Attempts(name=account.id, last_at=now, locked_until=locked_until).must_be_open(now)


def _administrators(tx: Transaction) -> str:
    found = [one.name for one in tx.accounts.all() if Role.ADMINISTRATOR in one.roles and not one.disabled_at]
    return f"（{'、'.join(found[:3])}）" if found else ""


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _nobody(name: str, address: str, why: str) -> Deed:
    return Deed(who="", name="", act="sign-in", subject=name, outcome=Outcome.REFUSED, note=why, address=address)
