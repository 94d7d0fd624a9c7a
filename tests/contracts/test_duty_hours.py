"""What every database under the register must do with the hours of duties."""

from datetime import timedelta

from huiying.register.register import Register
from tests.builders import NOON

HOUR = timedelta(hours=1)


def test_hours_of_duties_add_up_and_are_asked_by_time(register: Register) -> None:
    with register.transaction() as tx:
        assert tx.duty_hours.earliest() is None
        tx.duty_hours.add({(13, NOON): 2, (17, NOON): 1, (13, NOON + HOUR): 4})
    with register.transaction() as tx:
        tx.duty_hours.add({(13, NOON): 3})
    with register.reading() as tx:
        assert tx.duty_hours.posts([13, 17, 18], NOON, NOON + HOUR) == {13: 5, 17: 1}
        assert tx.duty_hours.posts([13], NOON, NOON + 2 * HOUR) == {13: 9}
        assert tx.duty_hours.posts([], NOON, NOON + HOUR) == {}
        assert tx.duty_hours.earliest() == NOON
