"""Sources to articles: files, folders and URLs opened, their format found, their text made an ``Article``."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from qa.articles.blocks import plain, split_blocks
from qa.articles.dates import date_in_name
from qa.articles.extraction import Extract
from qa.articles.fetching import Fetcher, HttpFetcher
from qa.articles.formats import EXTENSIONS, Format, format_of
from qa.articles.from_docx import extract_docx
from qa.articles.from_html import extract_html
from qa.articles.from_pdf import extract_pdf
from qa.articles.from_text import extract_text
from qa.articles.limits import Limits, refusal
from qa.articles.naming import article_id, is_url, normal_source, path_source, stem
from qa.articles.sentences import split_sentences
from qa.domain import Article, Block, BlockKind

_TITLE_CHARS = 300


def expand(source: str) -> list[str]:
    """The sources that ``source`` stands for: itself, or for a folder the readable files in it, sorted, at any depth.

    Hidden files and folders are left out, and so are symbolic links that lead out of the folder.

    Raises:
        SourceError: nothing is there (not_found), or a folder without readable files (empty).
    """
    if is_url(source):
        normal_source(source)
        return [source]
    path = _existing(source)
    if not path.is_dir():
        return [source]
    found = sorted(_files(path))
    if not found:
        raise refusal(source, f"the folder holds no articles ({' '.join(sorted(EXTENSIONS))})", "empty")
    return found


def read(source: str, *, limits: Limits, fetch: Fetcher | None = None) -> Article:
    """The article in a file or at a URL; ``fetch`` is how URLs are got (default: over HTTP within ``limits``).

    Raises:
        SourceError: with a code and status that say why there is no article.
    """
    if is_url(source):
        name = normal_source(source)
        fetched = (fetch or HttpFetcher(limits)).fetch(source)
        return read_bytes(fetched.data, source=name, media_type=fetched.media_type, limits=limits)
    return read_bytes(_contents(source, limits), source=path_source(source), media_type=None, limits=limits)


def read_bytes(data: bytes, *, source: str, media_type: str | None, limits: Limits) -> Article:
    """The article in ``data``; ``source`` is its file name, path or URL, ``media_type`` a hint and may name a charset.

    Raises:
        SourceError: too_large (413); binary, unsupported (415); empty, encrypted, malformed (422).
    """
    source = normal_source(source)
    if len(data) > limits.max_bytes:
        raise refusal(source, f"larger than {limits.max_bytes:,} bytes", "too_large")
    if not data.strip():
        raise refusal(source, "nothing is in it", "empty")
    extract = _extract(data, source, media_type, limits)
    if len(extract.text) > limits.max_chars:
        raise refusal(source, f"its text is longer than {limits.max_chars:,} characters", "too_large")
    if not any(c.isalnum() for c in extract.text):
        raise refusal(source, "it holds no words", "empty")
    return _article(extract, source)


def _extract(data: bytes, source: str, media_type: str | None, limits: Limits) -> Extract:
    match format_of(data, source, media_type):
        case Format.HTML:
            return extract_html(data, source, media_type)
        case Format.PDF:
            return extract_pdf(data, source, limits)
        case Format.DOCX:
            return extract_docx(data, source, limits)
        case Format.TEXT:
            return extract_text(data, source)


def _article(extract: Extract, source: str) -> Article:
    blocks = split_blocks(extract.text, extract.kinds)
    return Article(
        id=article_id(source),
        title=_title(extract, blocks) or stem(source),
        source=source,
        text=extract.text,
        blocks=blocks,
        sentences=split_sentences(extract.text, blocks),
        published=extract.published or _date_of_name(source),
    )


def _title(extract: Extract, blocks: tuple[Block, ...]) -> str:
    headline = blocks[0] if blocks and blocks[0].kind is BlockKind.HEADLINE else None
    words = headline.span.of(extract.text)[: 4 * _TITLE_CHARS] if headline else ""
    title = plain(words) if headline else " ".join((extract.title or "").split())
    return title if len(title) <= _TITLE_CHARS else f"{title[: _TITLE_CHARS - 1]}…"


def _date_of_name(source: str) -> date | None:
    return None if is_url(source) else date_in_name(Path(source).name)


def _existing(source: str) -> Path:
    path = Path(source)
    try:
        if not source.strip() or "\x00" in source or not path.exists():
            raise refusal(source, "no such file or folder", "not_found")
    except OSError as error:
        raise refusal(source, "cannot be opened", "unreadable") from error
    return path


def _files(folder: Path) -> Iterator[str]:
    root = folder.resolve()
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(parent, name)
            if name.startswith(".") or path.suffix.lower() not in EXTENSIONS or not path.is_file():
                continue
            if path.resolve().is_relative_to(root):
                yield str(path)


def _contents(source: str, limits: Limits) -> bytes:
    """The bytes of a regular file, no more of them than the limit allows to be opened."""
    path = _existing(source)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise refusal(source, "a folder, not a file", "unsupported")
        if not stat.S_ISREG(status.st_mode):
            raise refusal(source, "not a regular file", "unsupported")
        if status.st_size > limits.max_bytes:
            raise refusal(source, f"larger than {limits.max_bytes:,} bytes", "too_large")
        with path.open("rb") as file:
            return file.read(limits.max_bytes + 1)
    except OSError as error:
        raise refusal(source, "cannot be opened", "unreadable") from error
