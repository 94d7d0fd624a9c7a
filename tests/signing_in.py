"""How tests and benchmarks are signed in: by a real session that they make in the register."""

from huiying.account import Account
from huiying.clock import Clock, SystemClock
from huiying.entrance import Entrance, csrf_of
from huiying.person import Person, Role
from huiying.policy.access import read_access
from huiying.policy.policy import default_office
from huiying.register.register import Register

OFFICER = Person(id="officer", name="值班员", roles=frozenset({Role.OFFICER}))


def give_account(register: Register, person: Person, clock: Clock) -> None:
    """An account of this person, where there is none."""
    account = Account(id=person.id, name=person.name, roles=person.roles, bureau=person.bureau, made_at=clock.now())
    with register.transaction() as tx:
        tx.accounts.insert(account, None)


def sign_in_as(register: Register, person: Person = OFFICER, clock: Clock | None = None) -> dict[str, str]:
    """The headers that a signed-in browser sends, as this person; their account is made if there is none."""
    clock = clock or SystemClock()
    give_account(register, person, clock)
    admission = Entrance(register, read_access(default_office()), clock).begin_session(person.id)
    return {"cookie": f"huiying-session={admission.token}", "x-csrf-token": csrf_of(admission.token)}
