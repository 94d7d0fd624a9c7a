"""What every register must keep of scans: the bytes as they came, once, and never changed."""

import hashlib

from huiying.register.register import Register
from huiying.scan import About, FileKind, Scan, scan_id
from tests.builders import make_signed


def test_a_scan_is_kept_byte_by_byte_and_once(register: Register) -> None:
    content = bytes(range(256)) * 4000
    sha256 = hashlib.sha256(content).hexdigest()
    scan = Scan(
        id=scan_id(About.FINDING, "f-1", sha256),
        concern="c-1",
        about=About.FINDING,
        subject="f-1",
        what="签字页",
        name="签字页",
        kind=FileKind.PDF,
        size=len(content),
        sha256=sha256,
        by=make_signed(),
    )
    with register.transaction() as tx:
        assert tx.scans.add(scan, content)
        assert not tx.scans.add(scan, content)
    with register.reading() as tx:
        assert tx.scans.get(scan.id) == scan
        assert tx.scans.content(scan.id) == content
        assert tx.scans.of(About.FINDING, ["f-1", "f-2"]) == {"f-1": [scan]}
        assert tx.scans.of_concern("c-1") == [scan]
        assert tx.scans.count("c-1") == 1
        assert list(tx.scans.altered()) == []
