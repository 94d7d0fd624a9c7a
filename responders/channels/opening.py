"""Which channels a machine serves in this office, by its configuration; the others are reported by people."""

from collections.abc import Mapping
from pathlib import Path

from huiying.policy.publishing import PublishingRules
from huiying.publication import Channel
from responders.channels.adapter import Adapter
from responders.channels.website import WebsiteEndpoint, WebsiteFiles


def open_channels(rules: PublishingRules, data: Path) -> Mapping[Channel, Adapter]:
    """The adapters of the channels that the office uses; a folder of files lies in its data folder."""
    website = rules.website
    if Channel.WEBSITE not in rules.channels:
        return {}
    if website.endpoint:
        return {Channel.WEBSITE: WebsiteEndpoint(website.endpoint, website.seconds)}
    return {Channel.WEBSITE: WebsiteFiles(data / website.folder, website.address)}
