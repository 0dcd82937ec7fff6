"""Which kind of document some bytes are: by their content, the extension and media type being hints."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from qa.articles.encoding import has_mark, looks_binary
from qa.articles.limits import refusal
from qa.articles.naming import is_url


class Format(StrEnum):
    """The kinds of document that can be read."""

    TEXT = "text"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"


EXTENSIONS = {
    ".txt": Format.TEXT,
    ".text": Format.TEXT,
    ".md": Format.TEXT,
    ".markdown": Format.TEXT,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".pdf": Format.PDF,
    ".docx": Format.DOCX,
}
_HTML_TYPES = ("text/html", "application/xhtml+xml")
_HEAD = 2_048
_HTML = re.compile(
    # Atomic groups: comments in a row must not be tried in every way to part them.
    rb"\s*+(?:<\?xml[^>]*+>\s*+)?(?:(?><!--.*?-->)\s*+)*+<(?:!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)
_TAG = re.compile(rb"<(?:p|div|article|section|h[1-6]|title|meta|br|span|main|a)\b[^<>]*+>", re.I)
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHER = {
    b"{\\rtf": "RTF is not a format that can be read",
    b"%!PS": "PostScript is not a format that can be read",
}


def format_of(data: bytes, source: str, media_type: str | None) -> Format:
    """The format of ``data``.

    Raises:
        SourceError: binary, encrypted or unsupported.
    """
    head = data[:_HEAD]
    # A text may write of the format.
    named_text = EXTENSIONS.get(extension(source)) is Format.TEXT and not is_url(source)
    if head.startswith(b"%PDF-") or (b"%PDF-" in head[:1_024] and not named_text):
        return Format.PDF
    if data.startswith(_ZIP):
        return _of_archive(data, source)
    if data.startswith(_OLE):
        if _OLE_ENCRYPTED in data:
            raise refusal(source, "the document is encrypted", "encrypted")
        raise refusal(source, "an old Office format; save it as .docx or .pdf", "unsupported")
    for magic, reason in _OTHER.items():
        if data.startswith(magic):
            raise refusal(source, reason, "unsupported")
    if looks_binary(data):
        raise refusal(source, "binary data, not a text", "binary")
    return _of_text(data, source, media_type)


def extension(source: str) -> str:
    """The extension of a path or URL in small letters, with its dot."""
    path = urlsplit(source).path if is_url(source) else source.replace("\\", "/")
    return PurePosixPath(path).suffix.lower()


def _of_archive(data: bytes, source: str) -> Format:
    # The name stands uncompressed in the local header and in the directory, wherever the part lies.
    if b"word/document" in data:
        return Format.DOCX
    raise refusal(source, "an archive, or a format that cannot be read; give txt, md, html, pdf or docx", "unsupported")


def _of_text(data: bytes, source: str, media_type: str | None) -> Format:
    hint = EXTENSIONS.get(extension(source))
    media = (media_type or "").split(";")[0].strip().lower()
    narrow = data.replace(b"\x00", b"") if has_mark(data) else data
    head = re.sub(rb"^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)", b"", narrow[: 4 * _HEAD])
    # What says that it is a page may have a long comment, or nothing, before its first tag.
    if _HTML.match(head) or ((hint is Format.HTML or media in _HTML_TYPES) and _TAG.search(narrow)):
        return Format.HTML
    if hint is Format.PDF or media == "application/pdf":
        raise refusal(source, "not a PDF document, whatever its name says", "malformed")
    if hint is Format.DOCX:
        raise refusal(source, "not a Word document, whatever its name says", "malformed")
    if media and hint is None and not media.startswith("text/") and media != "application/octet-stream":
        raise refusal(source, f"{media[:60]} is not a format that can be read", "unsupported")
    return Format.TEXT
