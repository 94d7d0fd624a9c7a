"""The three group robots 企业微信, 钉钉, 飞书: how a message is written and signed, and how a refusal is told.

Each answers HTTP 200 whatever it did; a number in the answer says whether it took the message.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

Query = Mapping[str, str]
Body = dict[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Robot:
    """One protocol. `write` gives the query and body of a message from the query of the robot's own address."""

    name: str
    schema: str
    write: Callable[[str, Query, datetime], tuple[Query, Body]]
    codes: tuple[str, ...]

    def refusal(self, answer: object) -> int | None:
        """The number with which a message was refused, None where it was taken; `ValueError` for any other answer."""
        told = answer if isinstance(answer, dict) else {}
        code = next((told[key] for key in self.codes if isinstance(told.get(key), int)), None)
        if code is None:
            raise ValueError(f"{self.name} answered without {' or '.join(self.codes)}")
        return code or None


def _wecom(text: str, query: Query, _now: datetime) -> tuple[Query, Body]:
    return query, {"msgtype": "text", "text": {"content": text}}


def _dingtalk(text: str, query: Query, now: datetime) -> tuple[Query, Body]:
    asked, secret = _without_secret(query)
    if secret:
        stamp = str(round(now.timestamp() * 1000))
        asked |= {"timestamp": stamp, "sign": _signature(secret, f"{stamp}\n{secret}")}
    return asked, {"msgtype": "text", "text": {"content": text}}


def _feishu(text: str, query: Query, now: datetime) -> tuple[Query, Body]:
    asked, secret = _without_secret(query)
    body: Body = {"msg_type": "text", "content": {"text": text}}
    if secret:
        stamp = str(int(now.timestamp()))
        body |= {"timestamp": stamp, "sign": _signature(f"{stamp}\n{secret}", "")}
    return asked, body


def _without_secret(query: Query) -> tuple[dict[str, str], str | None]:
    return {name: value for name, value in query.items() if name != "secret"}, query.get("secret")


def _signature(key: str, message: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()


WECOM = Robot(name="企业微信", schema="wecomrobot", write=_wecom, codes=("errcode",))
DINGTALK = Robot(name="钉钉", schema="dingrobot", write=_dingtalk, codes=("errcode",))
FEISHU = Robot(name="飞书", schema="feishurobot", write=_feishu, codes=("code", "StatusCode"))
