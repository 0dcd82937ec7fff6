"""Bytes to text: by byte order mark, declaration, UTF-8, else by what the bytes look like."""

from __future__ import annotations

import codecs
import re
import unicodedata

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CANDIDATES = [
    "cp1252", "cp1250", "cp1251", "koi8_r", "koi8_u", "iso8859_5", "cp866", "mac_cyrillic", "iso8859_2", "cp1253",
    "iso8859_7", "cp1254", "cp1255", "cp1256", "cp1257", "gb18030", "big5", "shift_jis", "cp932", "euc_jp", "euc_kr",
    "mac_roman", "tis_620",
]  # fmt: skip
_BROADER = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949",
}  # fmt: skip
"""What a page means by the encoding that it declares, as browsers read it: the one that has the quotation marks too."""

_SAMPLE = 65_536
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_WESTERN = frozenset("‘’“”„‚–—…•™€£§©®°·«»¿¡´`¢¥ºª½¼¾²³×÷†‡ˆ˜‹›")
"""Signs of Western texts beside letters in code page 1252."""

_MARKED_SHARE = 0.12
_SOUND_PER_BROKEN = 4
"""So many sound characters beyond ASCII must stand against each stray byte for a text to be UTF-8 all the same."""


def has_mark(data: bytes) -> bool:
    """Whether the bytes begin with a byte order mark."""
    return any(data.startswith(mark) for mark, _ in _MARKS)


def looks_binary(data: bytes) -> bool:
    """Whether the bytes hold control characters that no text has: any NUL, or more than a stray few others."""
    if has_mark(data):
        return False
    sample = data[:_SAMPLE]
    return b"\x00" in data or len(_CONTROLS.findall(sample)) > len(sample) // 200


def decoded(data: bytes, declared: str | None = None) -> str:
    """The text of ``data`` without its byte order mark, otherwise code point for code point.

    Raises:
        UnicodeDecodeError: a marked text that breaks its own encoding.
        ValueError: no encoding fits, or the text holds NUL.
    """
    text = _decoded(data, declared)
    if "\x00" in text:
        raise ValueError("NUL in the text")
    return text


def _decoded(data: bytes, declared: str | None) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name)
    if (text := _mostly_utf_8(data)) is not None:
        return text
    for encoding in (_meant(declared), declared):
        try:
            if encoding:
                return data.decode(encoding)
        except (UnicodeError, LookupError):
            # What a page declares may be wrong, unknown, or no encoding of text at all.
            continue
    if _western(data):
        return data.decode("cp1252")
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE], cp_isolation=_CANDIDATES, preemptive_behaviour=False).best()
    if best is None:
        raise ValueError("no known encoding")
    return data.decode(best.encoding)


def _mostly_utf_8(data: bytes) -> str | None:
    """The text in UTF-8, a sign of replacement for each stray byte; None where more than a few break it.

    No other encoding has so many bytes that fit together by chance.
    """
    text = data.decode("utf-8", "replace")
    replaced = text.count("\ufffd")
    if not replaced:
        return text
    broken = replaced - data.count("\ufffd".encode())
    sound = sum(c > "\x7f" for c in text) - broken
    return text if _SOUND_PER_BROKEN * broken <= sound else None


def _meant(declared: str | None) -> str | None:
    """The encoding that a declaration stands for on the web, where that is another."""
    try:
        return _BROADER.get(codecs.lookup(declared).name) if declared else None
    except (LookupError, ValueError):
        return None


def _western(data: bytes) -> bool:
    """Whether the bytes are a mostly ASCII text whose other characters are at home in code page 1252.

    Statistics have little to go by where a text holds no more than its quotation marks and a few accents.
    """
    sample = data[:_SAMPLE]
    try:
        data.decode("cp1252")
        text = sample.decode("cp1252")
    except UnicodeError:
        return False
    others = [c for c in text if c > "\x7f"]
    if len(others) > _MARKED_SHARE * len(text):
        return False
    return all(c in _WESTERN or c == "\u00a0" or _western_letter(text, c) for c in set(others))


def _western_letter(text: str, letter: str) -> bool:
    """Whether a letter of code page 1252 stands as letters do: small ones beside letters, never amid capitals only."""
    if letter not in "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿŒœŠšŽžŸ":
        return False
    places = [m.start() for m in re.finditer(letter, text)][:50]
    if letter.islower():
        fitting = sum(text[p - 1 : p].isalpha() or text[p + 1 : p + 2].isalpha() or _alone(text, p) for p in places)
    else:
        fitting = sum(not text[p - 1 : p].islower() for p in places)
    return 2 * fitting > len(places) and unicodedata.category(letter).startswith("L")


def _alone(text: str, place: int) -> bool:
    """Whether the letter is a word: "à", "é", "ø"."""
    return not text[place - 1 : place].isalnum() and not text[place + 1 : place + 2].isalnum()
