"""What speaks against a claim."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.answering.calibration import shipped
from qa.answering.types import Candidate, Evidence, Kind, Mention, Understood
from qa.answering.verdicts import (
    contrary,
    judge,
    negated,
    negations,
    numbers,
    opposed,
    told_anything,
    word_for_word,
)
from qa.answering.wording import stem
from qa.domain import Excerpt, Mode, Question, Reading, Span, Speaker, SpeakerKind
from qa.neural.fakes import ScriptedReader
from tests.answering.town import ARTICLE_ID, REYES, SENTENCES, SOLBERG, STATEMENTS, article, ask, span_of


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("This is not directed against any third party", 1),
        ("He denied that it wasn’t safe", 2),
        ("The ferry runs every ten minutes", 0),
        ("She ruled out a delay", 1),
        ("A notable northern knot", 0),
        ("No matter what, it is not only late but closed", 0),
    ],
)
def test_negations(text: str, count: int) -> None:
    assert negations(text) == count


def test_numbers_are_read_in_digits_and_words() -> None:
    assert numbers("nine weeks and 4.2 million, 1,200 people") == {"9", "4.2", "1200"}
    assert numbers("by Friday") == {"friday"}
    assert numbers("two in five of some five hundred") == {"40", "500"}
    assert numbers("twenty ships, the one from Oslo and 3 others") == {"20", "3"}


@pytest.mark.parametrize(
    ("claim", "said", "pairs"),
    [
        ("Did she support the plan", "she opposed the plan", 1),
        ("Did prices rise", "prices fell and fell and will decrease", 1),
        ("Did she support the plan", "she supports the plan", 0),
        ("Did they meet", "they met", 0),
        ("Did the firm act legally", "it acted illegally and dishonestly", 1),
        ("Were the fines unusual", "they were usual and paid late", 1),
        ("Would it end unless they met", "anything less would end it", 0),
        ("Was it sold before dawn", "it was sold before and after dawn", 0),
    ],
)
def test_opposites(claim: str, said: str, pairs: int) -> None:
    assert opposed(claim, said) == pairs


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("This isn’t a new normal, Allen said", True),
        ("It is a new normal, and nobody doubts that summers will be hotter still", False),
        ("It is not that not normal", False),
        ("a new normal", False),
    ],
)
def test_a_negation_bears_on_what_follows_it_closely(text: str, answer: bool) -> None:
    assert negated(text, {stem("normal")}) is answer


@pytest.mark.parametrize(("agreement", "verdict"), [(1.0, "yes"), (0.5, "yes"), (0.0, "no")])
def test_what_the_reader_takes_for_a_contradiction_is_denied(agreement: float, verdict: str) -> None:
    question = "Did Solberg say the ferry would be cheap for everybody?"
    context = f"Ingrid Solberg (Mayor): {SENTENCES[6]}"
    reader = ScriptedReader({(question, context): Reading(None, 0.0, 0.99, agreement)})
    weights = replace(shipped(), against=(-1.0, 1.5, 1.5, 1.5, 1.5, 1.0, -1.0))
    assert ask(question, reader=reader, calibration=weights).verdict == verdict


def test_a_name_that_the_speaker_does_not_bear_is_another() -> None:
    answer = ask("Was it the Aldport council that said the repairs will cost 4.2 million crowns?")
    assert answer.verdict == "no"
    assert [speaker.name for speaker in answer.speakers] == ["Ministry of Transport"]


def test_words_that_a_claim_quotes_are_whoever_s_said_them() -> None:
    answer = ask("Did Reyes speak of lorries as “people who queue on it”?")
    assert answer.verdict == "no"
    assert [speaker.name for speaker in answer.speakers] == ["Ingrid Solberg"]
    assert ask("Did Solberg say “the steel is tired”?").verdict == "yes"


@pytest.mark.parametrize(
    ("question", "line", "verdict"),
    [
        ("Did Reyes explain why the market would suffer?", "Reyes said that nobody could cross.", "yes"),
        ("Did Reyes explain why the market would suffer?", "Reyes declined to say.", "no"),
        ("Has he said anything about lorries?", "He wouldn't comment.", "no"),
        ("Did he say anything about lorries?", "He said nothing.", "no"),
        ("Did he say how many lorries there are?", "He said lorries come.", None),
        ("Did he say how many lorries there are?", "He said ten lorries come.", "yes"),
        ("What did Reyes say about lorries?", "He wouldn't comment.", None),
        ("Did he say who was to blame?", "He said neither side wished to be named.", None),
        ("Did he say who was to blame?", "Reyes, asked who was to blame, said neither side wished to be named.", None),
        ("Did he say who was to blame?", "He said the blame lay with the council.", "yes"),
        ("Did he say whether lorries would come?", "He said no lorries would come.", "yes"),
        ("Did Reyes warn of ruin?", "He warned of ruin.", None),
    ],
)
def test_whether_anything_was_said(question: str, line: str, verdict: str | None) -> None:
    assert told_anything(question, [line]) == verdict


def test_whether_anything_was_said_is_answered_with_what() -> None:
    answer = ask("Did Solberg say anything about a free ferry every ten minutes?")
    assert answer.verdict == "yes"
    assert answer.answer.startswith("Yes. Ingrid Solberg")


def test_what_others_say_in_the_same_sentence_denies_nothing() -> None:
    text = "Solberg said the bridge would close in May, but Reyes said nothing would close."
    first, second = (
        replace(
            STATEMENTS[0],
            source=Excerpt.cut(Span(text.index(name), text.index(name) + len(name)), text),
            cue=Excerpt.cut(Span(text.index(name) + len(name) + 1, text.index(name) + len(name) + 5), text),
            content=(Excerpt.cut(Span(text.index(words), text.index(words) + len(words)), text),),
            speaker=speaker,
        )
        for name, words, speaker in (
            ("Solberg", "the bridge would close in May", SOLBERG),
            ("Reyes", "nothing would close", REYES),
        )
    )
    whole = Span(0, len(text))
    page = replace(article(), text=text, sentences=(whole,))
    asked = Question("Did Solberg say the bridge would close in May?")
    understood = Understood(asked, Kind.VERIFY, asked.text, "Did say the bridge would close in May?")
    candidates = (Candidate(ARTICLE_ID, whole, first, 0.9), Candidate(ARTICLE_ID, whole, second, 0.2, 0.0))
    evidence = Evidence(candidates, {ARTICLE_ID: page}, (first, second), answerable=0.9)
    weights = replace(shipped(), against=(-1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0))
    assert judge(understood, evidence, weights).answer == "yes"


@pytest.mark.parametrize(
    ("claim", "said", "against"),
    [
        ("Did welcome the closure", "He expressed concerns about the closure.", True),
        ("Did she warmly praise", "He expressed concerns about the closure.", False),
        ("Did criticise the closure", "She welcomed the closure.", True),
        ("Did warn of the closure", "She welcomed the closure while cautioning about it.", False),
        ("Did support the closure", "He supports it, despite concerns.", False),
        ("Did support the closure", "He does not fear the closure and warned nobody.", False),
        ("Did speak of the closure", "He warned of the closure.", False),
    ],
)
def test_a_stance_is_denied_by_the_contrary_alone(claim: str, said: str, against: bool) -> None:
    assert contrary(claim, said) is against


def test_whoever_shares_a_mere_title_with_the_one_asked_about_is_another() -> None:
    answer = ask("Was it Mayor Reyes who said the bridge would close for nine weeks?")
    assert answer.verdict == "no"
    assert [speaker.name for speaker in answer.speakers] == ["Ingrid Solberg"]


def test_was_it_somebody_who_is_no_question_of_a_role() -> None:
    answer = ask("Was it Reyes who said the bridge would close for every owner?")
    assert answer.verdict == "no"
    assert [speaker.name for speaker in answer.speakers] == ["Ingrid Solberg"]
    assert "would close" in answer.answer


@pytest.mark.parametrize(
    ("claim", "agreement", "verdict"),
    [
        ("Did Solberg say the bridge would reopen on Monday?", 0.6, "yes"),
        ("Did Reyes deny that traders had been consulted before the repairs?", 0.6, "yes"),
        ("Did Solberg say the new harbour bridge would close after Monday?", 0.6, "yes"),
        ("Did Solberg say the young harbour bridge would close?", 0.6, "no"),
        ("Did Solberg say the young harbour bridge would close?", 0.95, "yes"),
        ("Did Solberg say the young harbour bridge would not close?", 0.6, "yes"),
    ],
)
def test_an_opposite_turns_a_claim_round_unless_the_reader_is_sure(claim: str, agreement: float, verdict: str) -> None:
    asked = Question(claim)
    understood = Understood(asked, Kind.VERIFY, asked.text, claim.partition("say ")[2] or claim)
    said = STATEMENTS[3] if "Reyes" in claim else STATEMENTS[0]
    candidate = Candidate(ARTICLE_ID, span_of(SENTENCES[4 if "Reyes" in claim else 1]), said, 0.9, agreement=agreement)
    evidence = Evidence((candidate,), {ARTICLE_ID: article()}, STATEMENTS, answerable=0.9)
    even = replace(shipped(), against=(-1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0))
    assert judge(understood, evidence, even).answer == verdict


@pytest.mark.parametrize(
    ("asked", "kind", "speaker", "other"),
    [
        ("the poll", SpeakerKind.GROUP, "only 7 percent", False),
        ("the Quinley survey", SpeakerKind.ORGANISATION, "the Q poll", False),
        ("the poll", SpeakerKind.GROUP, "the Aldport Traders", True),
        ("the Marlow Echo", SpeakerKind.ORGANISATION, "the newspaper", False),
        ("the Marlow Echo", SpeakerKind.ORGANISATION, "Aldport Times", True),
        ("the Marlow Echo", SpeakerKind.GROUP, "most readers", True),
        ("the Marlow Echo", SpeakerKind.ROLE, "the editor", True),
    ],
)
def test_who_is_not_named_may_be_the_thing_asked_about(
    asked: str, kind: SpeakerKind, speaker: str, other: bool
) -> None:
    thing = Speaker(asked, None, (), SpeakerKind.ORGANISATION)
    question = Question(f"Did {asked} say the bridge would close for nine weeks?")
    topic = "say the bridge would close for nine weeks"
    understood = Understood(question, Kind.VERIFY, question.text, topic, Mention(asked, (thing,), (1.0,)))
    said = replace(STATEMENTS[0], speaker=Speaker(speaker, None, (), kind))
    candidate = Candidate(ARTICLE_ID, span_of(SENTENCES[1]), said, 0.9, 0.0, agreement=0.95)
    evidence = Evidence((candidate,), {ARTICLE_ID: article()}, (said,), answerable=0.9)
    verdict = judge(understood, evidence, shipped())
    assert (verdict.answer, verdict.other) == (("no", True) if other else ("yes", False))


@pytest.mark.parametrize(("mode", "answer"), [(Mode.INDIRECT, None), (Mode.DIRECT, "yes")])
def test_words_without_a_source_are_nobodys_unless_they_are_quoted(mode: Mode, answer: str | None) -> None:
    asked = Question("Did Solberg say the bridge would close for nine weeks?")
    topic, solberg = "say the bridge would close for nine weeks", Mention("Solberg", (SOLBERG,), (1.0,))
    understood = Understood(asked, Kind.VERIFY, asked.text, topic, solberg)
    said = replace(STATEMENTS[0], speaker=None, source=None, mode=mode)
    candidate = Candidate(ARTICLE_ID, span_of(SENTENCES[1]), said, 0.9, 0.35, agreement=0.95)
    evidence = Evidence((candidate,), {ARTICLE_ID: article()}, (said,), answerable=0.9)
    assert judge(understood, evidence, replace(shipped(), verdict=shipped().verdict | {"fit": 0.3})).answer == answer


@pytest.mark.parametrize(
    ("answerable", "agreement", "answer"), [(0.9, 0.6, "yes"), (0.1, 0.6, None), (0.1, 0.9, "yes")]
)
def test_words_in_common_are_not_needed_where_the_articles_surely_answer_or_the_claim_is_borne_out(
    answerable: float, agreement: float, answer: str | None
) -> None:
    asked = Question("Did Reyes reckon merchants face bankruptcy?")
    topic, reyes = "reckon merchants face bankruptcy", Mention("Reyes", (REYES,), (1.0,))
    understood = Understood(asked, Kind.VERIFY, asked.text, topic, reyes)
    candidate = Candidate(ARTICLE_ID, span_of(SENTENCES[3]), STATEMENTS[2], 0.15, 1.0, agreement=agreement)
    evidence = Evidence((candidate,), {ARTICLE_ID: article()}, STATEMENTS, answerable=answerable)
    assert judge(understood, evidence, shipped()).answer == answer


@pytest.mark.parametrize(("score", "answer"), [(0.25, None), (0.35, "yes")])
def test_what_is_put_to_nobody_needs_more_than_to_be_near(score: float, answer: str | None) -> None:
    asked = Question("Was anyone ruined?")
    understood = Understood(asked, Kind.VERIFY, asked.text, asked.text)
    candidate = Candidate(ARTICLE_ID, span_of(SENTENCES[3]), STATEMENTS[2], score, agreement=0.9)
    evidence = Evidence((candidate,), {ARTICLE_ID: article()}, STATEMENTS, answerable=0.9)
    assert judge(understood, evidence, shipped()).answer == answer


@pytest.mark.parametrize(
    ("claim", "said", "borne"),
    [
        ("Did say it's only a matter of time?", "It's only a matter of time.", True),
        ("Did say that it's only a matter of time?", "It's a matter of only some time.", False),
        ("Did say he was bullied?", "he was bullied as a child", True),
        ("Did say he was bullied?", "if he was bullied he forgot it", False),
        ("Did say so?", "so", False),
    ],
)
def test_a_claim_of_few_telling_words_is_borne_out_just_so(claim: str, said: str, borne: bool) -> None:
    statement = replace(STATEMENTS[0], content=(Excerpt(Span(0, len(said)), said),), cue=None)
    assert word_for_word(claim, statement) is borne
