"""How tests and benchmarks are signed in: by a real session that they make in the register."""

from huiying.account import Account
from huiying.clock import Clock, SystemClock
from huiying.entrance import Entrance, csrf_of
from huiying.identity import Identity
from huiying.person import Person, Role
from huiying.policy.access import read_access
from huiying.policy.policy import default_office
from huiying.register.register import Register

OFFICER = Person(id="officer", name="值班员", roles=frozenset({Role.OFFICER}))


def give_account(register: Register, person: Person, clock: Clock) -> None:
    """An account of this person, where there is none, known to a provider of the tests' own."""
    account = Account(id=person.id, name=person.name, roles=person.roles, bureau=person.bureau, made_at=clock.now())
    with register.transaction() as tx:
        tx.accounts.insert(account, None)
        tx.identities.tie(_identity(person), person.id)


def sign_in_as(register: Register, person: Person = OFFICER, clock: Clock | None = None) -> dict[str, str]:
    """The headers that a signed-in browser sends, as this person; their account is made if there is none."""
    clock = clock or SystemClock()
    give_account(register, person, clock)
    admission = Entrance(register, read_access(default_office()), clock).sign_in_by(_identity(person))
    return {"cookie": f"huiying-session={admission.token}", "x-csrf-token": csrf_of(admission.token)}


def _identity(person: Person) -> Identity:
    return Identity(issuer="https://tests.example", claim="sub", subject=person.id)
