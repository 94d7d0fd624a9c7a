"""The name under which a scan is saved is one that nobody mistakes."""

import pytest

from huiying.scan import safe_name


@pytest.mark.parametrize(
    ("name", "saved_as"),
    [
        ("../../etc/cron.d/x.pdf", "x"),
        ("C:\\temp\\审批 件.pdf", "审批 件"),
        ("工资\u202efdp.exe", "工资fdp"),
        ("长" * 1000 + ".pdf", "长" * 80 + ""),
        ('a"\r\n Set-Cookie: x=1.pdf', "a Set-Cookie x=1"),
        ("...", "扫描件"),
    ],
)
def test_a_name_is_made_safe(name: str, saved_as: str) -> None:
    assert safe_name(name) == saved_as
