"""Sentence ends, case by case: a bar in each line marks where a sentence ends."""

from __future__ import annotations

import pytest

from qa.articles import split_blocks, split_sentences
from qa.domain import Block, BlockKind, Span

ABBREVIATIONS = [
    "The U.S. Court of Appeals met Sen. Warren at 8 p.m. Monday.| She left.",
    "He lives in the U.S.| He works at Acme Inc.| They met at 5 p.m.| Smith left at 9 a.m. EST.",
    "Gen. Mark Milley and Lt. Gen. H. R. McMaster thanked Rep. Cheney, Gov. Cox, Dr. Fauci and Mr. Smith Jr. for it.",
    "J. K. Rowling met George W. Bush.| They talked.| Plan B.| He is taller than I.| So is she.",
    "It was Roe v. Wade, vs. No. 10 on Oct. 4, 2016 at 3.5 percent.| See https://a.b/c.d?e=f.g or x@y.org for more.",
    "Sen. Bernie Sanders (I-Vt.) left, and Sheriff Joe of Maricopa County (Ariz.) stayed.",
    "Maricopa County (Ariz.) Sheriff Joe left.| (He was ill.)| She stayed (see p. 3 of it).| He did not.",
    'Gov. C.L. "Butch" Otter left.| The S.&P. 500 fell.| St. Louis and ST. LOUIS are one town, e.g. Mo. folk say so.',
    "In 2008, then-Sen. Barack Obama won.| He paid $3.50.| 12 people saw it.| iPhone sales fell, etc.| Then he left.",
    "J.D. Vance spoke, and J. D. Vance too.| He holds a J.D.| It cost Rs. 500.| He paid in Rs.| Then he left.",
    "1. The first thing.| 2. The second one.",
    "FLINT, Mich., Oct. 4 (UPI) — Former President Bill Clinton spoke.| He met the Gov.| The end.",
    "Am 3. Oktober kam er.| Er blieb.",
    "Is it a Yahoo! site?| Yes.| He said no.| I said no. 10 was first.",
]
QUOTATIONS = [
    "“We left.” he said.| “They stayed,” she said.| “Why?” asked Smith.| “I don’t know.”",
    '"We left." he said.| "Why?" asked Smith.| "I don\'t know."',
    "“Why?” Mr. Smith asked.| “Because.”| “Out!” the crowd yelled.| “Mistake?” he asked.",
    "“Who knows?”| Voss said that taxes would rise.| “It is bad.”| His assumption, stated on TV, was wrong.",
    "“A great man.”| He added, “In a campaign things get heated up.”| “Now!”| She replied to him that it was so.",
    "“Help?” Renteria told reporters on Tuesday.| “Help?”| Renteria told reporters the plan had failed.",
    "The group “Friends 2008.”| Chatwal also wondered with others.| “Friends.” Chatwal said.",
    "He said: “We won.| We did it.| They lost.”| He left.",
    "‘He did it.’| ‘She didn’t,’ he said.| ‘That’s the dockers’ way.’",
    "'He did it.'| 'She didn't,' he said.| 'And that,' she said, 'is so.'",
    "''We left.''| ''He stayed,'' she said.| ''Are you O.K., honey?''",
    "„Wir gehen.“| „Nein“, sagte er.| „Warum?“ fragte sie.",
    "«Мы уходим».| Он сказал это.| « Nous partons. »| Il part.",
    "He said, “She told me, ‘Go away.’”| Then he left.| The show “Jeopardy!” was on.",
    "“I read ‘Go.’| It was good.”| He went on to endorse Ayotte.",
]
DOTS = [
    "He said ... nothing.| Well...| Then he left.| He had no proof of it. ...| She had.| But I … I do not know.",
    "I was tired . . . I slept.| So it ended. . . .| The end.| It is over!!!| Really?!| Yes.",
    "It was the end .| About 40 came.| He sleeps…| The dog does not.",
    "It was so.[1]| She knew.[2]| He did not.",
    "我们走了。|“好吗？”|他问。",
    "آیا او رفت؟| بله، رفت.| او گفت.",
]
UNSEEN = [
    "He left on Monday.\u200b| She stayed.\ufeff| \u200bThen he came,\u2060 she said.\u00ad| So it was.",
    "He said “no.”\u200b| \u200e“Yes,”\u200f she said.\u200e| They met Mr.\u200b Roe and \u200bMr. Doe.",
    "The site is example.\u200bCom, he said.\u200b",
    "我们走了。\u200b",
]


@pytest.mark.parametrize("line", ABBREVIATIONS + QUOTATIONS + DOTS + UNSEEN)
def test_sentence_ends(line: str) -> None:
    text = line.replace("|", "")
    sentences = split_sentences(text, (Block(BlockKind.PARAGRAPH, Span(0, len(text))),))
    assert [s.of(text) for s in sentences] == [part.strip() for part in line.split("|")]


def test_no_sentence_crosses_a_block_and_headings_are_one_sentence() -> None:
    one = (
        "He met the U.S. envoy on Monday, as had been agreed. They talked for an hour in the old town hall by the river"
    )
    two = "She had not been asked. It did not seem to trouble her, and she went on with her work, as she always did."
    text = f"Who won? Nobody did\n\n{one}\nSo what? Nobody cares\n{two}\n"
    sentences = [s.of(text) for s in split_sentences(text, split_blocks(text))]
    assert sentences == [
        "Who won? Nobody did",
        "He met the U.S. envoy on Monday, as had been agreed.",
        "They talked for an hour in the old town hall by the river",
        "So what? Nobody cares",
        "She had not been asked.",
        "It did not seem to trouble her, and she went on with her work, as she always did.",
    ]


def test_a_wrapped_sentence_spans_lines() -> None:
    text = "He met the envoy of the U.S.\r\nGovernment. Then he\r\nleft."
    sentences = split_sentences(text, (Block(BlockKind.PARAGRAPH, Span(0, len(text))),))
    assert [s.of(text) for s in sentences] == ["He met the envoy of the U.S.\r\nGovernment.", "Then he\r\nleft."]


def test_a_text_without_sentence_ends_is_cut_at_white_space() -> None:
    text = "word " * 2_000
    sentences = split_sentences(text, (Block(BlockKind.PARAGRAPH, Span(0, len(text))),))
    assert all(len(s.of(text)) <= 2_000 for s in sentences)
    assert " ".join(s.of(text) for s in sentences) == text.strip()
