"""The archive on Elasticsearch: posts in one index behind an alias, the directory of who answers in another."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from huiying.archive import elastic_directory, elastic_posts
from huiying.archive.archive import CountedBy, DirectoryHit, Facets, PostPage, PostQuery, Span
from huiying.archive.elastic_directory import Directory
from huiying.archive.elastic_index import Index, index_settings
from huiying.archive.elastic_posts import Posts
from huiying.archive.elastic_search import Searches
from huiying.archive.elastic_server import Server
from huiying.bureau import Bureau
from huiying.duty import Duty
from huiying.post import ArchivedPost, Tone
from huiying.settings import ElasticsearchSettings


class ElasticArchive:
    """Adapter of `huiying.archive.archive.Archive` on Elasticsearch 8 or 9.

    Nothing is sent before something is asked; the indices are made by whoever asks first. Raises `Misconfigured`
    where an address or a login cannot be right.
    """

    def __init__(self, url: str, settings: ElasticsearchSettings) -> None:
        self._server = server = Server(url, settings)
        posts = Index(
            server,
            "posts",
            elastic_posts.VERSION,
            mappings=elastic_posts.mappings(settings.analyzer),
            settings=index_settings(settings, settings.shards),
        )
        directory = Index(
            server,
            "directory",
            elastic_directory.VERSION,
            mappings=elastic_directory.MAPPINGS,
            settings=index_settings(settings, 1),
        )
        self._posts = Posts(server, posts)
        self._searches = Searches(server, posts)
        self._directory = Directory(server, directory)

    def store(self, posts: Sequence[ArchivedPost]) -> None:
        """Keep the newest revision of each; the answer comes when it is on disk."""
        self._posts.store(posts)

    def get(self, ids: Sequence[str]) -> Mapping[str, ArchivedPost]:
        """The posts with these ids, those that are here."""
        return {each.post.id: each for each in self._posts.get(ids)}

    def search(self, query: PostQuery, *, limit: int = 50, cursor: str | None = None) -> PostPage:
        """A page of posts by first arrival, newest first."""
        return self._searches.search(query, limit=limit, cursor=cursor)

    def count_by(self, query: PostQuery, field: CountedBy) -> Mapping[str, int]:
        """How many posts per source, tone and so on."""
        return self._searches.count_by(query, field)

    def facets(self, query: PostQuery, fields: Sequence[CountedBy], *, newest: int) -> Facets:  # noqa: ARG002 (counts all)
        """Counts beside a list of posts; this archive counts everything that is found."""
        return self._searches.facets(query, fields)

    def histogram(self, query: PostQuery, span: Span) -> Mapping[datetime, int]:
        """How many posts per hour or day of `Post.at`, by the beginning of the span."""
        return self._searches.histogram(query, span)

    def tones(self, field: CountedBy, since: date, until: date) -> Mapping[str, Mapping[Tone, int]]:
        """How many posts of each tone per duty or per bureau, said in these days."""
        return self._searches.tones(field, since, until)

    def delete(self, ids: Sequence[str]) -> int:
        """Remove posts for good, some thousand per request."""
        return self._posts.delete(ids)

    def store_directory(self, bureaus: Sequence[Bureau], duties: Sequence[Duty]) -> None:
        """Replace the directory of who answers for what."""
        self._directory.store(bureaus, duties)

    def who_answers(self, words: str, limit: int = 10) -> Sequence[DirectoryHit]:
        """Who answers for this: bureaus and duties that share words with it, the best first."""
        return self._directory.who_answers(words, limit)

    def close(self) -> None:
        """Close every connection."""
        self._server.close()
