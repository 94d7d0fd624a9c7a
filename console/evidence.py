"""留存: what was kept of a matter's posts, whether it still is what was kept, and for how long; its papers."""

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from console.admitting import reads_evidence
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from console.scans import ScanLine, scan_lines
from console.seeing import found_concern
from huiying.concern import Concern
from huiying.evidence import KeptPost


@dataclass(frozen=True, kw_only=True, slots=True)
class EvidenceView:
    """The page: the kept posts, those of them that were altered, the scans, and the office's terms."""

    concern: Concern
    kept: tuple[KeptPost, ...]
    altered: tuple[str, ...]
    post_days: float
    matter_files: str
    scans: tuple[ScanLine, ...]


def evidence_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/concerns/{id}/evidence`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/concerns/{concern}/evidence", dependencies=reads_evidence())
    def evidence(concern: str) -> HTMLResponse:
        with office.register.reading() as tx:
            found = found_concern(tx, concern)
            kept = tx.evidence.of_concern(found.id)
            view = EvidenceView(
                concern=found,
                kept=tuple(kept),
                altered=tuple(each.post for each in kept if not each.is_unaltered),
                post_days=office.policy.retention.post_days,
                matter_files=office.policy.retention.matter_files,
                scans=scan_lines(tx.scans.of_concern(found.id), office),
            )
            return pages.html("evidence.html", view=view, frame=frame(tx, office, "concerns"))

    return routes
