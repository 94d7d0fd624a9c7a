"""Asks a language model that speaks the OpenAI protocol (DeepSeek, Qwen, a local vLLM) for one answer, on terms."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from huiying.asking import Asked
from huiying.failures import Unavailable


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatEndpoint:
    """Where a model answers, and how long and how much is waited for. `url` ends before `/chat/completions`."""

    url: str
    model: str
    key: str | None = field(default=None, repr=False)
    seconds: float
    most_bytes: int

    def complete(self, system: str, user: str) -> str:
        """What the model says; `Unavailable` says in words why there is nothing."""
        request = {
            "model": self.model,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
            "temperature": 0,
            "stream": False,
        }
        asked = Asked(called="辅助起草的模型", seconds=self.seconds, most_bytes=self.most_bytes)
        body = json.dumps(request, ensure_ascii=False).encode()
        answer = asked.ask(self.url.rstrip("/") + "/chat/completions", body, self._headers())
        if answer.status != HTTPStatus.OK:
            raise Unavailable(f"辅助起草的模型回答了 HTTP {answer.status}，没有结果")
        return _content(answer.body)

    def _headers(self) -> Mapping[str, str]:
        headers = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}
        return headers | ({"Authorization": f"Bearer {self.key}"} if self.key else {})


def _content(body: bytes) -> str:
    try:
        answer: Any = json.loads(body)
        content = answer["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise Unavailable("辅助起草的模型的回答读不懂，没有采用") from error
    if not isinstance(content, str):
        raise Unavailable("辅助起草的模型没有给出文字")
    return content
