"""Reads `config/public.yaml`: what the office says to the public about itself, and how it takes personal requests."""

from datetime import date
from pathlib import Path

from pydantic import Field

from huiying.failures import Misconfigured
from huiying.policy.reading import OfficeModel, read_office_file


class PublicContact(OfficeModel):
    """Whom people can ask about their personal data: a post, never a person's name."""

    unit: str = Field(default="", max_length=100)
    address: str = Field(default="", max_length=200)
    telephone: str = Field(default="", max_length=60)
    email: str = Field(default="", max_length=100)
    hours: str = Field(default="", max_length=100)


class RequestRules(OfficeModel):
    """All the office's own numbers (本单位自定): the law says only that requests are answered without delay."""

    answer_working_days: int = Field(ge=1, le=60)
    kept_days: int = Field(ge=1, le=1_095)
    submissions_per_hour: int = Field(ge=1, le=1_000)
    lookups_per_hour: int = Field(ge=1, le=1_000)
    all_per_hour: int = Field(ge=1, le=10_000)


class PublicRules(OfficeModel):
    """What stands on the public page besides what the other files say."""

    office: str = Field(min_length=1, max_length=100)
    effective: date
    contact: PublicContact
    also_from: tuple[str, ...] = ()
    requests: RequestRules

    def must_be_reachable(self) -> None:
        """Refuse rules of processing that nobody answers for (个人信息保护法 第十七条)."""
        wanted = {"unit": "受理的处室或岗位", "address": "地址", "telephone": "电话"}
        missing = [f"{name}（{words}）" for name, words in wanted.items() if not getattr(self.contact, name).strip()]
        if missing:
            raise Misconfigured(
                f"config/public.yaml 的 contact：没有填 {'、'.join(missing)}。"
                "个人信息处理规则须写明名称和联系方式（个人信息保护法第十七条），填好再启动公众页面"
            )


def read_public(config_dir: Path) -> PublicRules:
    """The office's words to the public."""
    return read_office_file(config_dir / "public.yaml", PublicRules)
