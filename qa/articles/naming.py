"""What a source is called: normal forms of paths and URLs, and the article's id, which outlives a change of content."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from urllib.parse import SplitResult, urlsplit, urlunsplit

from qa.articles.limits import refusal

_DEFAULT_PORTS = {"http": 80, "https": 443}


def is_url(source: str) -> bool:
    """Whether the source is to be fetched (http or https) rather than opened."""
    return source[:8].lower().startswith(("http://", "https://"))


def normal_source(source: str) -> str:
    """A URL as everybody may see it, without credentials and fragment; anything else unchanged.

    Raises:
        SourceError: the URL is malformed or names no host.
    """
    if not is_url(source):
        return source
    parts = url_parts(source)
    port = "" if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return urlunsplit((parts.scheme, f"{host}{port}", parts.path or "/", parts.query, ""))


def url_parts(url: str) -> SplitResult:
    """The parts of an http(s) URL; raises SourceError (bad_source) for a URL that nobody could fetch."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise refusal(url, "not a valid URL", "bad_source") from error
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or port == 0:
        raise refusal(url, "not a valid http or https URL", "bad_source")
    return parts


def path_source(path: str) -> str:
    """The absolute path in POSIX form; symbolic links keep their own name."""
    return Path(os.path.normpath(Path.cwd() / path)).as_posix()


def article_id(source: str) -> str:
    """12 hexadecimal digits that depend on the normalised source alone."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def stem(source: str) -> str:
    """The last part of a path or URL without its extension, as a title of last resort."""
    name = urlsplit(source).path.rstrip("/") if is_url(source) else source
    name = Path(name).stem.strip()
    return name or (urlsplit(source).hostname or "" if is_url(source) else "") or "untitled"
