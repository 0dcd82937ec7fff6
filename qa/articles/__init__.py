"""Articles: bytes or a URL to canonical text, blocks (headline, standfirst, heading …), sentences and passages."""

from qa.articles.blocks import split_blocks
from qa.articles.fetching import FakeFetcher, Fetched, Fetcher, HttpFetcher
from qa.articles.limits import Limits
from qa.articles.naming import article_id, normal_source
from qa.articles.passages import passages
from qa.articles.sentences import split_sentences
from qa.articles.sources import expand, read, read_bytes

__all__ = [
    "FakeFetcher",
    "Fetched",
    "Fetcher",
    "HttpFetcher",
    "Limits",
    "article_id",
    "expand",
    "normal_source",
    "passages",
    "read",
    "read_bytes",
    "split_blocks",
    "split_sentences",
]
