"""Statements and speakers from hand-made markup: linking, names, roles, pronouns, phrases."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qa.attribution import find_statements
from qa.domain import Excerpt, Markup, Mode, Name, Span, SpeakerKind, Statement, Tag, TagRole
from tests.attribution.marking import article, marked


def found(source: str) -> list[Statement]:
    return list(find_statements(*marked(source)))


def speakers(source: str) -> list[str | None]:
    return [s.speaker.name if s.speaker else None for s in found(source)]


def test_a_named_source_with_its_role() -> None:
    (one,) = found(
        "[s1 {P Karin Voss}, who leads the Federation of Quay Workers,] [q1 said] [c1 that the offer was too low]."
    )
    assert one.speaker is not None
    assert (one.speaker.name, one.speaker.role) == ("Karin Voss", "leads the Federation of Quay Workers")
    assert one.mode is Mode.INDIRECT
    assert one.source is not None
    assert one.source.text.startswith("Karin Voss, who leads")


def test_an_apposition_before_the_name() -> None:
    (one,) = found(
        "Also there, [s1 the military attaché of the Iranian embassy, {P Reza Moghaddam},] [q1 praised] [c1 the army]."
    )
    assert one.speaker is not None
    assert one.speaker.role == "the military attaché of the Iranian embassy"


def test_words_before_the_name() -> None:
    (one,) = found("[s1 Human resources director {P Matthias Oehler}] [q1 said] [c1 the company was losing money].")
    assert one.speaker is not None
    assert one.speaker.role == "Human resources director"


def test_an_apposition_behind_the_name_ends_at_the_cue() -> None:
    (one,) = found("[s1 {P Ilse Maarten}, a lashing foreman and mother of three,] [q1 said] [c1 morale was good].")
    assert one.speaker is not None
    assert one.speaker.role == "a lashing foreman and mother of three"


def test_surnames_and_spelling_variants_are_one_person() -> None:
    names = speakers(
        "[s1 {P Reza Khosravi Moghaddam}] [q1 said] [c1 they were ready].\n\n"
        "[s2 {P Khosravi Moghadam}] [q2 added] [c2 that bases were built].\n\n"
        "[s3 {P Moghaddam}] [q3 noted] [c3 advances]."
    )
    assert names == ["Reza Khosravi Moghaddam"] * 3


def test_two_people_with_one_surname_stay_two() -> None:
    names = speakers(
        "[s1 {P Karin Voss}] [q1 said] [c1 it was unfair]. [s2 {P Mr. Voss}] [q2 said] [c2 little].\n\n"
        "On the picket line stood {P Mr. Dieter Voss}. [s3 {P Dieter Voss}] [q3 said] [c3 he was cold]."
    )
    assert names[0] == "Karin Voss"
    assert names[2] == "Dieter Voss"


def test_junior_is_not_his_father() -> None:
    names = speakers("[s1 {P Donald Trump}] [q1 said] [c1 no]. [s2 {P Donald Trump Jr.}] [q2 said] [c2 yes].")
    assert len(set(names)) == 2


def test_a_pronoun_is_who_spoke_before_it() -> None:
    names = speakers("[s1 {P Kazem Jalali}] [q1 underscored] [c1 the ties]. [s2 He] [q2 clarified] [c2 the aims].")
    assert names == ["Kazem Jalali", "Kazem Jalali"]


def test_gender_decides_between_two() -> None:
    names = speakers(
        "[s1 Mrs. {P Anna Holm}] [q1 spoke of] [c1 a crisis] beside Mr. {P Jan Berg}. "
        "[s2 She] [q2 said] [c2 it was over]. "
        "[s3 He] [q3 said] [c3 it was not]."
    )
    assert names == ["Anna Holm", "Anna Holm", "Jan Berg"]


def test_a_pronoun_with_nobody_before_it_has_no_speaker() -> None:
    (one,) = found("[s1 He] [q1 said] [c1 that it was over].")
    assert one.speaker is None
    assert one.certainty == 0.0


def test_a_role_phrase_is_whoever_has_the_role() -> None:
    names = speakers(
        "[s1 The military attaché, {P Reza Moghaddam},] [q1 praised] [c1 the army].\n\n"
        "[s2 {P Alexander Fomin}, the deputy minister of defence,] [q2 praised] [c2 Iran].\n\n"
        "[s3 The military attaché in Moscow] [q3 emphasized] [c3 readiness]."
    )
    assert names == ["Reza Moghaddam", "Alexander Fomin", "Reza Moghaddam"]


def test_an_indefinite_phrase_speaks_for_itself_and_may_be_referred_to() -> None:
    names = speakers(
        "[s1 A spokesman for the federation] [q1 said] [c1 that nothing had come]. "
        "[s2 The spokesman] [q2 declined] [c2 to say more]."
    )
    assert names[0] is not None
    assert names[0].lower() == "a spokesman for the federation"
    assert names[1] is not None
    assert "spokesman" in names[1].lower()


def test_what_belongs_to_somebody_is_not_that_somebody() -> None:
    (one,) = found("[s1 {P Clinton}’s campaign] [q1 declined] [c1 to comment].")
    assert one.speaker is not None
    assert one.speaker.name == "Clinton’s campaign"
    assert one.speaker.kind is SpeakerKind.ORGANISATION
    (other,) = found("[s1 a spokesman for {P Hillary Clinton}] [q1 declined] [c1 to comment].")
    assert other.speaker is not None
    assert other.speaker.name == "a spokesman for Hillary Clinton"


def test_a_shared_source_serves_both_cues() -> None:
    one, other = found(
        "[s1 {P Alexander Fomin}] [q1 commended] [c1 the defence of the country], [q2 affirming] [c2 support for Iran]."
    )
    assert one.speaker is not None
    assert other.speaker == one.speaker
    assert other.source == one.source


def test_no_source_is_borrowed_where_nobody_is_meant() -> None:
    one, other = found(
        "[s1 {P Anna Holm}] [q1 spoke], and [q2 it was reported] [c2 that she left].\n\nX [q3 a] [c3 b]."
    )
    assert one.speaker is None
    assert other.speaker is None


def test_a_quotation_around_its_source_is_one_statement() -> None:
    (one,) = found("[c1 “We left,”] [s1 {P Karin Voss}] [q1 said]. [c1 “For good.”]")
    assert [piece.text for piece in one.content] == ["“We left,”", "“For good.”"]
    assert one.mode is Mode.DIRECT


def test_a_quotation_goes_on_in_the_next_sentence_and_paragraph() -> None:
    names = speakers(
        "[s1 {P Karin Voss}] [q1 said] [c1 it was over]. [c “We read it.]\n\n"
        "[c “We stayed an hour.”]\n\n[c “A pity.”]\n\nX."
    )
    assert names == ["Karin Voss", "Karin Voss", "Karin Voss", None]


def test_a_role_at_the_top_is_the_first_named_speaker_below() -> None:
    names = speakers(
        "[s1 {L Iran}’s envoy] [q1 affirms] [c1 ties with Moscow]\n\n"
        "[s2 The ambassador of {L Iran}] [q2 has reiterated] [c2 its stance on the ties].\n\n"
        "Speaking at a ceremony in Moscow, [s3 {P Kazem Jalali}] [q3 underscored] [c3 the mutual commitment].\n"
    )
    assert names == ["Kazem Jalali"] * 3


def test_a_role_at_the_top_is_who_has_it_below() -> None:
    names = speakers(
        "[s1 {L Tehran}’s ambassador] [q1 says] [c1 that ties threaten nobody]\n\n"
        "[s2 {P Alexander Fomin}, the deputy minister,] [q2 praised] [c2 the army of the neighbour in the south].\n\n"
        "[s3 {P Kazem Jalali}, ambassador of Iran to Russia,] [q3 told] [c3 a ceremony that ties were close].\n"
    )
    assert names == ["Kazem Jalali", "Alexander Fomin", "Kazem Jalali"]


def test_a_role_in_a_heading_is_who_is_named_below_it() -> None:
    names = speakers(
        "[s1 {P Kazem Jalali}, the ambassador,] [q1 underscored] [c1 the ties between the two nations and armies].\n"
        "[s2 Attaché] [q2 tells of] [c2 drone bases]\n"
        "Next to speak was {P Reza Moghaddam}, the military attaché. [s3 He] [q3 said] [c3 that experts had helped].\n"
    )
    assert names == ["Kazem Jalali", "Reza Moghaddam", "Reza Moghaddam"]


def test_two_joined_names_are_a_group() -> None:
    (one,) = found("[s1 {P Anna Holm} and {P Jan Berg}] [q1 said] [c1 no].")
    assert one.speaker is not None
    assert (one.speaker.name, one.speaker.kind) == ("Anna Holm and Jan Berg", SpeakerKind.GROUP)


def test_a_capitalised_source_without_a_marked_name_is_a_name() -> None:
    (one,) = found("[s1 Politico] [q1 reported] [c1 that she had won].")
    assert one.speaker is not None
    assert one.speaker.kind is SpeakerKind.ORGANISATION


def test_the_innermost_source_speaks_and_the_chain_is_kept() -> None:
    statements = found(
        "[s1 {O Reuters}] [q1 reported] [c1 that the deal was off], [q2 citing] [c2 the {O Finance Ministry}]."
    )
    first = statements[0]
    assert first.speaker is not None
    assert "Finance Ministry" in first.speaker.name
    assert first.via == ("Reuters",)


def test_who_passed_a_statement_on_is_kept_beside_who_made_it() -> None:
    (one,) = found("[q2 According to] [s2 {O Reuters}], [s1 {P Karin Voss}] [q1 said] [c1 that it was over].")
    assert one.speaker is not None
    assert one.speaker.name == "Karin Voss"
    assert one.via == ("Reuters",)


def test_a_paper_named_at_the_end_passes_on_what_the_first_one_said() -> None:
    (one,) = found("[s2 {P Karin Voss}] [q2 said] [c1 that it was over], [s1 {O Reuters}] [q1 reported].")
    assert one.speaker is not None
    assert (one.speaker.name, one.via, one.cue) == ("Karin Voss", ("Reuters",), Excerpt(Span(11, 15), "said"))


def test_what_a_paper_reports_is_whoevers_it_names_at_the_end() -> None:
    (one,) = found("[s2 {O Reuters}] [q2 reported] [c1 that it was over], [q1 according to] [s1 {P Karin Voss}].")
    assert one.speaker is not None
    assert (one.speaker.name, one.via) == ("Karin Voss", ("Reuters",))


_WORDS = st.lists(
    st.sampled_from(
        ["He", "she", "said", "Anna", "Holm,", "the", "minister", "“No,”", "who", "'s", "of", "\n\n", "It.", "—", "a"]
    ),
    min_size=1,
    max_size=40,
)


@st.composite
def markups(draw: st.DrawFn) -> tuple[str, Markup]:
    text = " ".join(draw(_WORDS))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=14)))
    pairs = [Span(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False) if text[a:b].strip()]
    roles = [draw(st.sampled_from(list(TagRole))) for _ in pairs]
    cues = [i for i, role in enumerate(roles) if role is TagRole.CUE]
    tags = []
    for span, role in zip(pairs, roles, strict=True):
        links: tuple[tuple[int, float], ...] = ()
        if cues and role is not TagRole.CUE and draw(st.booleans()):
            links = ((draw(st.sampled_from(cues)), draw(st.floats(0.02, 1.0))),)
        tags.append(Tag(role, span, draw(st.floats(0.0, 1.0)), links, ((0, 0.5),) if draw(st.booleans()) else ()))
    names = [
        Name(span, draw(st.sampled_from(["PERSON", "ORGANIZATION", "LOCATION", "MISC"])), 0.9)
        for span in pairs
        if draw(st.booleans())
    ]
    return text, Markup(tuple(tags), tuple(names))


@given(markups())
def test_whatever_the_markup_every_excerpt_is_true_to_the_character(made: tuple[str, Markup]) -> None:
    text, markup = made
    if not text.strip():
        return
    for statement in find_statements(article(text), markup):
        for piece in (statement.source, statement.cue, *statement.content):
            assert piece is None or piece.span.of(text) == piece.text
        assert statement.speaker is None or statement.certainty > 0
        assert statement.content[0].span.end <= statement.content[-1].span.end


def test_turns_are_given_to_who_takes_them() -> None:
    names = speakers("{P VOSS}: The quay is closed.\n\nCHAIR: Order, please.\n\n{P VOSS}: It is closed.\n")
    assert names == ["VOSS", "CHAIR", "VOSS"]


def test_links_and_tables_in_capitals_are_no_turns() -> None:
    assert speakers("{M RECORDS}: All marks of the cup\n\nWINNERS: Everybody's list\n\n{M RECORDS}: The rest\n") == []


_ASKED = "{O Daily Post}: Is the quay closed?"
_TOLD = "It is closed since the crane fell on to it, and nobody knows for how long it will be so."


def test_an_interview_belongs_to_who_is_asked_paragraph_by_paragraph() -> None:
    """Not the interviewer's questions, the heading, nor a caption."""
    answers = f"{{P Karin Voss}}: {_TOLD}\n\nThe ships wait outside.\n\nA ship off Velden Ida Brandt/AP\n\n"
    statements = found(f"{_ASKED}\n\n{answers}{_ASKED}\n\nVoss: {_TOLD} [s1 I] [q1 think] [c1 we pay].\n\nThe end.\n")
    assert {s.speaker.name for s in statements if s.speaker} == {"Karin Voss"}
    assert [s.words[:9] for s in statements if s.source is None] == ["The ships"]


def test_a_label_is_no_part_of_what_somebody_else_is_said_to_say() -> None:
    told = f"{{P Karin Voss}}: {_TOLD}"
    statements = found(f"{_ASKED}\n\n{told}\n\n{_ASKED}\n\n[c1 Voss: {_TOLD}] [q1 says] [s1 a study].\n\nThe end.\n")
    assert [s.words for s in statements if s.speaker and s.speaker.name == "a study"] == [_TOLD]


def test_places_before_colons_are_no_turns() -> None:
    place = "{P Jackson}: A museum at a former prison in town is closing at the end of December."
    lines = [place, "Denver: Snow fell on the town all day.", "Austin: It was hot.", "{P Durham}: It rained."]
    assert speakers("\n\n".join([*lines, place, "Boston: It froze.", "{P Durham}: It rained."])) == []


def test_what_stands_before_a_colon_need_not_speak() -> None:
    assert speakers("PRICE: 40 euros.\n\nRATING: Four stars.\n\nPRICE: 90 euros.\n") == []
