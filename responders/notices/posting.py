"""Posting: hands a message to a channel through apprise, and names what went wrong without giving a secret away.

apprise's own plugins for the three group robots take any answer for a success, though those servers refuse with HTTP
200 and a number; and they know one host only, while 政务微信 and 专有钉钉 stand on the city's own. So these three are
plugins of ours. What apprise says of a failure may hold the secret address: a filter at its logger lets through the
kind of trouble and not a word of its own, so that no handler anywhere can be told a secret.
"""

import http.client
import json
import logging
import re
import ssl
import threading
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from apprise import Apprise, AppriseAsset, NotifyBase
from apprise.common import PersistentStoreMode
from apprise.manager_plugins import NotificationManager

from huiying.clock import SystemClock
from responders.notices.claiming import Receipt
from responders.notices.robots import DINGTALK, FEISHU, WECOM, Robot

SECONDS = 15.0
"""A message that is not taken within so long counts as not sent."""

_MOST_ANSWER = 65_536
_TROUBLE = (
    (r"(?i)certificate", "对方的证书不被信任"),
    (r"(?i)\bssl|\btls|wrong.version", "建立不了 TLS 连接"),
    (r"(?i)timed.?out|timeout", "限时内没有应答"),
    (r"(?i)refused", "连接被拒绝：那里没有服务"),
    (r"(?i)resolve|getaddrinfo|name or service|nodename", "主机名解析不了"),
    (r"(?i)authentication|\b535\b", "对方不认用户名或口令"),
    (r"(?i)badstatusline|no answer to read", "对方的应答读不懂"),
    (r"(?i)reset|aborted|closed|disconnect", "连接被对方中断"),
)
_STATUS = re.compile(r"error=(\d{3})\b")
_REFUSAL = re.compile(r"refused the message: (-?\d{1,9})")


class Courier:
    """Carries the messages of one channel, one at a time; it is back in time whatever the server does."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._under_way: threading.Thread | None = None

    def carry(self, url: str, title: str, body: str) -> Receipt:
        """Send a message and say whether it was taken. One that a server drags out is left to itself."""
        if self._under_way is not None and self._under_way.is_alive():
            return Receipt(arrived=False, words="上一条还没有发完，对方迟迟不答")
        told: list[Receipt] = []
        sending = threading.Thread(target=_send_into, args=(told, url, title, body), daemon=True, name="courier")
        self._under_way = sending
        sending.start()
        sending.join(self._seconds)
        return told[0] if told else Receipt(arrived=False, words=f"{self._seconds:g} 秒内没有发完")


def _send_into(told: list[Receipt], url: str, title: str, body: str) -> None:
    try:
        told.append(_send(url, title, body))
    except Exception as bug:  # noqa: BLE001 - what a plugin raises may hold the address, which no traceback must show
        told.append(Receipt(arrived=False, words=f"发送程序出错（{type(bug).__name__}）"))


def _send(url: str, title: str, body: str) -> Receipt:
    asset = AppriseAsset(
        async_mode=False, secure_logging=True, http_redirects=False, storage_mode=PersistentStoreMode.MEMORY
    )
    services = Apprise(asset=asset)
    if not services.add(url) or len(services) != 1:
        return Receipt(arrived=False, words="渠道的地址读不懂，请核对")
    with services.notify(title=title, body=body, body_format="text", log_level=logging.DEBUG) as result:
        if result:
            return Receipt(arrived=True)
        troubles = [entry.message for entry in result.logs()]
        return Receipt(arrived=False, words=troubles[0] if troubles else "没有发出去，原因不明")


class _TroubleOnly(logging.Filter):
    """Puts the kind of trouble in the place of what was said, and drops whatever tells of none."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether it tells of trouble, which is then all that it says."""
        said = record.getMessage()
        told = record.levelno >= logging.WARNING or said.startswith("Socket Exception")
        record.msg = (_trouble(said) if told else None) or ""
        record.args, record.exc_info, record.exc_text, record.stack_info = None, None, None, None
        return bool(record.msg)


def _trouble(said: str) -> str | None:
    if refusal := _REFUSAL.search(said):
        return f"对方拒收，代码 {refusal[1]}"
    if status := _STATUS.search(said):
        return f"对方答复 HTTP {status[1]}"
    return next((words for pattern, words in _TROUBLE if re.search(pattern, said)), None)


class _GroupRobot(NotifyBase):  # type: ignore[misc] # apprise is untyped
    """A group robot as a plugin of apprise: its own webhook address with another schema."""

    robot: ClassVar[Robot]
    templates = ("{schema}://{host}", "{schema}://{host}:{port}")

    def __init__(self, query: dict[str, str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._query = query

    def send(self, body: str, **_: object) -> bool:
        """Send it; what went wrong is said to apprise's logger."""
        try:
            status, answer = self._ask(body)
        except (OSError, http.client.HTTPException) as error:
            self.logger.warning("%s: %s", type(error).__name__, error)
            return False
        if status != http.HTTPStatus.OK:
            self.logger.warning("error=%d", status)
            return False
        try:
            refusal = self.robot.refusal(json.loads(answer))
        except ValueError:
            self.logger.warning("no answer to read")
            return False
        if refusal is not None:
            self.logger.warning("refused the message: %d", refusal)
        return refusal is None

    def _ask(self, body: str) -> tuple[int, bytes]:
        query, payload = self.robot.write(body, self._query, SystemClock().now())
        connection = self._connection()
        try:
            path = quote(self.fullpath.rstrip("/")) + (f"?{urlencode(query)}" if query else "")
            headers = {"Content-Type": "application/json; charset=utf-8"}
            connection.request("POST", path, json.dumps(payload, ensure_ascii=False).encode(), headers)
            answer = connection.getresponse()
            return answer.status, answer.read(_MOST_ANSWER)
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        if not self.secure:
            return http.client.HTTPConnection(self.host, self.port, timeout=self.socket_read_timeout)
        trust = ssl.create_default_context()
        return http.client.HTTPSConnection(self.host, self.port, timeout=self.socket_read_timeout, context=trust)

    def url(self, *_: object, **__: object) -> str:
        """What may be shown of its address: nothing of its path or query."""
        return f"{self.schema}://{self.host}"

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        """The parts of an address."""
        parts: dict[str, Any] | None = NotifyBase.parse_url(url)
        if parts is not None:
            parts["query"] = {name: value for name, value in parts["qsd"].items() if name not in _OF_APPRISE}
        return parts


_OF_APPRISE = frozenset({"rto", "cto"})


class _WeCom(_GroupRobot):
    robot, service_name = WECOM, WECOM.name
    protocol, secure_protocol = WECOM.schema, f"{WECOM.schema}s"


class _DingTalk(_GroupRobot):
    robot, service_name = DINGTALK, DINGTALK.name
    protocol, secure_protocol = DINGTALK.schema, f"{DINGTALK.schema}s"


class _Feishu(_GroupRobot):
    robot, service_name = FEISHU, FEISHU.name
    protocol, secure_protocol = FEISHU.schema, f"{FEISHU.schema}s"


def _prepare_apprise() -> None:
    """Teach it the robots, and keep what it and its HTTP library say to itself."""
    for plugin in (_WeCom, _DingTalk, _Feishu):
        NotificationManager().add(plugin)
    logger = logging.getLogger("apprise")
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    logger.addFilter(_TroubleOnly())
    logging.getLogger("urllib3").setLevel(logging.CRITICAL)


_prepare_apprise()
