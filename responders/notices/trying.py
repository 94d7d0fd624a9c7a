"""Trying a channel: a person sends themselves, or the channel's group, a notice that is about nothing."""

from huiying.clock import Clock
from huiying.failures import NotAllowed
from huiying.level import Level
from huiying.notice import GROUP, About, Notice, notice_id
from huiying.permission import Action, must_may
from huiying.person import Person
from huiying.policy.channels import ChannelRules
from huiying.register.register import Register


class Trying:
    """What a person does to see that a channel works."""

    def __init__(self, register: Register, channels: ChannelRules, clock: Clock) -> None:
        self.channels = channels
        self._register = register
        self._clock = clock

    def try_channel(self, name: str, *, by: Person) -> Notice:
        """试发: a notice that goes out at once, like a red one. `NotAllowed` where the channel is not in use."""
        now = self._clock.now()
        signed = must_may(by, Action.TRY_CHANNELS, now)
        channel = self.channels.channel(name)
        if channel is None:
            used = "、".join(each.title for each in self.channels.enabled) or "一个都没有"
            raise NotAllowed(f"渠道 {name} 没有启用，不能试发。启用的有：{used}；在 channels.yaml 里改")
        person = GROUP if channel.group else signed.person
        occasion = now.isoformat()
        notice = Notice(
            id=notice_id(About.TRIAL, signed.person, occasion, channel.name, person),
            about=About.TRIAL,
            subject=signed.person,
            occasion=occasion,
            alert=None,
            concern=None,
            person=person,
            channel=channel.name,
            level=Level.RED,
            made_at=now,
            send_at=now,
        )
        with self._register.transaction() as tx:
            tx.notices.insert(notice)
        return notice
