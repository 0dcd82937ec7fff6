"""Bytes to text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.articles.encoding import decoded, looks_binary

ENGLISH = "The minister said “it’s over” — and left. He paid £5 at the café in Zürich.\r\n"
GERMAN = "Der Minister erklärte, daß die Straße größer würde. Äpfel und Öl über alles, sagte Frau Müller.\n"
RUSSIAN = "Министр заявил, что переговоры завершились без результата. Мы уходим, сказал он журналистам в Москве.\n"
POLISH = "Minister powiedział, że rozmowy zakończyły się niczym. Źródła bliskie rządowi mówią o żółtej kartce.\n"
JAPANESE = "大臣は月曜日、交渉は成果なく終わったと述べた。「私たちは去ります」と彼は言った。\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ENGLISH, "utf-8"),
        (ENGLISH, "utf-8-sig"),
        (ENGLISH, "utf-16"),
        (ENGLISH, "cp1252"),
        (GERMAN, "cp1252"),
        (GERMAN, "latin-1"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "iso8859_5"),
        (POLISH, "cp1250"),
        (POLISH, "iso8859_2"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
    ],
)
def test_encodings_are_told_from_the_bytes(text: str, encoding: str) -> None:
    assert decoded(text.encode(encoding)) == text


@pytest.mark.parametrize("text", [ENGLISH, GERMAN, RUSSIAN, JAPANESE])
@pytest.mark.parametrize("declared", [None, "utf-8", "iso-8859-1"])
def test_a_stray_byte_does_not_spoil_a_text_in_utf_8(text: str, declared: str | None) -> None:
    assert decoded((text + "The \0 end.\n" + text).encode().replace(b"\0", b"\x93"), declared) == (
        f"{text}The \ufffd end.\n{text}"
    )
    assert decoded((text + "it’s").encode()[:-2], declared) == f"{text}it\ufffd"


def test_a_declared_encoding_is_believed_where_it_fits() -> None:
    assert decoded("Łódź".encode("iso8859_2"), "iso-8859-2") == "Łódź"
    assert decoded("café".encode(), "iso-8859-2") == "café"
    assert decoded("café".encode("cp1252"), "no-such-encoding") == "café"
    assert decoded("café".encode("cp1252"), "hex") == "café"


@pytest.mark.parametrize("declared", ["iso-8859-1", "latin1", "us-ascii", "windows-1252"])
def test_a_page_that_declares_latin_1_has_the_quotation_marks_of_windows(declared: str) -> None:
    assert decoded(ENGLISH.encode("cp1252"), declared) == ENGLISH


@pytest.mark.parametrize(("declared", "text"), [("gb2312", "他说“镕”。"), ("shift_jis", "①高﨑"), ("euc-kr", "펲시")])
def test_a_declared_encoding_is_the_broader_one_of_that_name(declared: str, text: str) -> None:
    used = {"gb2312": "gbk", "shift_jis": "cp932", "euc-kr": "cp949"}[declared]
    assert decoded(text.encode(used), declared) == text


@given(st.text(st.characters(exclude_characters="\x00\ufeff", exclude_categories=["Cs"])))
def test_text_in_unicode_comes_back_unchanged(text: str) -> None:
    assert decoded(text.encode()) == text
    assert decoded(b"\xef\xbb\xbf" + text.encode()) == text
    assert decoded(b"\xff\xfe" + text.encode("utf-16-le")) == text
    assert decoded(b"\xfe\xff" + text.encode("utf-16-be")) == text


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    try:
        text = decoded(data)
    except ValueError:
        return
    assert "\x00" not in text
    text.encode()


def test_only_the_mark_at_the_start_is_stripped() -> None:
    assert decoded("\ufeff\ufeffa\ufeff".encode()) == "\ufeffa\ufeff"


def test_binary_data() -> None:
    assert looks_binary(b"abc\x00def")
    assert looks_binary(b"\x01\x02\x03\x04 abc")
    assert not looks_binary(b"a\x00b\x00".replace(b"a", b"\xff\xfea", 1))
    assert not looks_binary(b"\x1b[0m Text with\ttabs\r\n")
