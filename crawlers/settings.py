"""Scrapy's settings: polite, bounded, the same for every source but for its delay and its right to go local."""

from typing import Any

from crawlers.problems import LARGEST_PAGE
from huiying.source import Source

BOT_NAME = "huiying"
LONGEST_CRAWL_SECONDS = 900
_PAGE_SECONDS = 20

_EVERY_SOURCE: dict[str, Any] = {
    "ADDONS": {},
    "BOT_NAME": BOT_NAME,
    "CLOSESPIDER_TIMEOUT": LONGEST_CRAWL_SECONDS,
    "CONCURRENT_ITEMS": 100,
    "COOKIES_ENABLED": False,
    "DEFAULT_REQUEST_HEADERS": {
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.9,*/*;q=0.5",
        "Accept-Language": "zh-CN,zh;q=0.9",
    },
    "DOWNLOADER_MIDDLEWARES": {"crawlers.middlewares.ConditionalGetMiddleware": 540},
    "DOWNLOAD_HANDLERS": {
        "http": "crawlers.guard.GuardedDownloadHandler",
        "https": "crawlers.guard.GuardedDownloadHandler",
        "data": None,
        "file": None,
        "ftp": None,
        "s3": None,
    },
    "DOWNLOAD_MAXSIZE": LARGEST_PAGE,
    "DOWNLOAD_TIMEOUT": _PAGE_SECONDS,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "DOWNLOAD_WARNSIZE": 0,
    "EXTENSIONS": {
        "scrapy.extensions.logstats.LogStats": None,
        "scrapy.extensions.memusage.MemoryUsage": None,
        "scrapy.extensions.remote_control.RemoteControl": None,
        "scrapy.extensions.telnet.TelnetConsole": None,
    },
    "HTTPPROXY_ENABLED": False,
    "ITEM_PIPELINES": {"crawlers.pipelines.IntakePipeline": 300},
    "MAX_ACTIVE_SIZE": 16 * LARGEST_PAGE,
    "REDIRECT_MAX_TIMES": 6,
    "REFERRER_POLICY": "no-referrer",
    "REMOTE_CONTROL_ENABLED": False,
    "RETRY_TIMES": 1,
    "TELNETCONSOLE_ENABLED": False,
    "URLLENGTH_LIMIT": 2083,
}


def settings_for(source: Source) -> dict[str, Any]:
    """The settings of one source's crawl."""
    delay = source.delay_seconds
    return {
        **_EVERY_SOURCE,
        "AUTOTHROTTLE_ENABLED": delay > 0,
        "AUTOTHROTTLE_START_DELAY": delay,
        "AUTOTHROTTLE_MAX_DELAY": max(60.0, delay),
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 1.0,
        # What waits for its delay in the downloader must still be fetched at a stop; so few wait there.
        "CONCURRENT_REQUESTS": 2 if delay > 0 else 16,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1 if delay > 0 else 8,
        "DOWNLOAD_DELAY": delay,
        "HUIYING_LOCAL": source.local,
        "ROBOTSTXT_OBEY": source.robots,
        "USER_AGENT": source.user_agent,
    }
