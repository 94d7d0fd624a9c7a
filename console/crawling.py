"""The crawl role of this process. Apart from the other roles, because only this one needs Scrapy."""

from console.wiring import Office
from crawlers.role import CrawlRole


def crawl_role(office: Office) -> CrawlRole:
    """The office's sources, each on its schedule under its lease, delivering to intake."""
    return CrawlRole(office.policy.sources, office.register, office.intake, office.lease, office.clock)
