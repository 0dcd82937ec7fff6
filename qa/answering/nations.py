"""Whose ambassador: the nations that roles and descriptions name, by country or by adjective."""

from __future__ import annotations

import re
from functools import lru_cache

from qa.answering.wording import fold
from qa.domain import Speaker, SpeakerKind

_NATIONS = """
    afghanistan afghan, albania albanian, algeria algerian, angola angolan, argentina argentine argentinian,
    armenia armenian, australia australian, austria austrian, azerbaijan azerbaijani, bahrain bahraini, bangladesh
    bangladeshi, belarus belarusian, belgium belgian, bolivia bolivian, bosnia bosnian, brazil brazilian, bulgaria
    bulgarian, cambodia cambodian, cameroon cameroonian, canada canadian, chile chilean, china chinese, colombia
    colombian, congo congolese, croatia croatian, cuba cuban, cyprus cypriot, czechia czech, denmark danish,
    ecuador ecuadorian, egypt egyptian, eritrea eritrean, estonia estonian, ethiopia ethiopian, finland finnish,
    france french, georgia georgian, germany german, ghana ghanaian, greece greek, guatemala guatemalan, haiti
    haitian, honduras honduran, hungary hungarian, iceland icelandic, india indian, indonesia indonesian, iran
    iranian, iraq iraqi, ireland irish, israel israeli, italy italian, jamaica jamaican, japan japanese, jordan
    jordanian, kazakhstan kazakh, kenya kenyan, kuwait kuwaiti, laos laotian, latvia latvian, lebanon lebanese,
    libya libyan, lithuania lithuanian, malaysia malaysian, mali malian, malta maltese, mauritania mauritanian,
    mexico mexican, moldova moldovan, mongolia mongolian, morocco moroccan, myanmar burmese, nepal nepalese,
    netherlands dutch, nigeria nigerian, norway norwegian, oman omani, pakistan pakistani, palestine palestinian,
    panama panamanian, peru peruvian, philippines philippine filipino, poland polish, portugal portuguese, qatar
    qatari, romania romanian, russia russian, rwanda rwandan, senegal senegalese, serbia serbian, singapore
    singaporean, slovakia slovak, slovenia slovenian, somalia somali, spain spanish, sudan sudanese, sweden
    swedish, switzerland swiss, syria syrian, taiwan taiwanese, tanzania tanzanian, thailand thai, tunisia
    tunisian, turkey turkish, uganda ugandan, ukraine ukrainian, uruguay uruguayan, uzbekistan uzbek, venezuela
    venezuelan, vietnam vietnamese, yemen yemeni, zambia zambian, zimbabwe zimbabwean, america american u.s usa,
    britain british u.k, saudi, korea korean, emirates emirati uae, zealand, lanka lankan, kosovo kosovar, montenegro
    montenegrin, macedonia macedonian, luxembourg, tajikistan tajik, turkmenistan turkmen, kyrgyzstan kyrgyz, bhutan
    bhutanese, botswana, namibia namibian, mozambique mozambican, madagascar malagasy, malawi malawian, benin beninese,
    togo togolese, gambia gambian, guinea guinean, liberia liberian, ivorian, burundi burundian, gabon gabonese,
    nicaragua nicaraguan, paraguay paraguayan, salvadoran, guyana guyanese, brunei bruneian, maldives maldivian
"""
_OF = {word: names.split()[0] for names in _NATIONS.split(",") for word in names.split()}
_CAPITALS = re.compile(r"\b(US|UK)\b|\bUnited (States|Kingdom)\b")
_ELSEWHERE = re.compile(r"\s(?:to|in)\s.*", re.DOTALL)
_WORD = re.compile(r"[a-z]+(?:\.[a-z])?")


@lru_cache(maxsize=1 << 14)
def nations(description: str) -> frozenset[str]:
    """The nations that somebody so described is of; where they are posted ("to Russia", "in Moscow") is left out."""
    return nations_in(_ELSEWHERE.sub("", description))


def nations_in(text: str) -> frozenset[str]:
    """All the nations that ``text`` names, each by its country in lower case."""
    known = {_OF[word] for word in _WORD.findall(fold(text)) if word in _OF}
    for short, long in _CAPITALS.findall(text):
        known.add("america" if short == "US" or long == "States" else "britain")
    return frozenset(known)


def country(word: str) -> str:
    """The country that a folded ``word`` names or is the adjective of; any other word as it is."""
    return _OF.get(word, word)


def of_another_nation(described: str, speaker: Speaker) -> bool:
    """Whether ``described`` ("the Israeli ambassador") and ``speaker`` are expressly of different nations."""
    asked = nations(described)
    name = "" if speaker.kind is SpeakerKind.PERSON else speaker.name
    theirs = nations(name) | nations(speaker.role or "")
    return bool(asked and theirs) and asked.isdisjoint(theirs)
