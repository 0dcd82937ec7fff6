"""Words whose full stop need not end a sentence, by what may follow it, and words that begin one."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TITLES = _words(
    """Mr Mrs Ms Mx Dr Drs Prof Profs Sen Sens Rep Reps Gov Govs Gen Col Lt Maj Capt Cpt Cmdr Cdr Sgt Cpl Adm Pvt Pfc
    Brig Rev Revs Hon Pres Supt Fr Msgr Insp Det Ste Mt Ft Messrs Mme Mlle Atty Amb Asst Assoc Del Dels Spc Bp Abp
    Sra Srta проф акад ген им ул"""
)
"""Go on before a name: "Sen. Warren"."""

NUMBERED = _words(
    """No Nos Nr no nos nr Rs Vol vol Vols vols p pp P Pp Art art Arts Sec Secs Ch ch Chap Fig fig Figs figs Op op para
    Sect sect Pt pt Rm Ext ext Tel tel c ca cca approx Approx § Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon
    Tue Tues Wed Thu Thur Thurs Fri Sat Sun Rt Hwy"""
)
"""Go on before a number: "No. 10", "Oct. 4"."""

ORDINARY = _words("No no nr Art art Fig fig para c Sat Sun Mar Jan Wed Mon Op op Ch Tel tel")
"""Of these, words of their own too: without a number they end a sentence as any word does."""

JOINING = _words(
    """vs Vs v cf Cf viz incl Incl excl al e.g i.e E.g I.e eg ie esp z.B d.h bzw ggf u.a resp versus aka a.k.a née"""
)
"""Never end a sentence: "Roe v. Wade"."""

EITHER = _words(
    """Inc Corp Co Cos Ltd Plc Bros LLC Assn Dept Div Mfg Intl Natl Jr Sr St Ave Blvd Rd Sq Bldg est Est Ala Ariz Ark
    Calif Colo Conn Dak Del Fla Ga Ill Ind Kan Kans Ky La Md Mass Mich Minn Miss Mo Mont Neb Nebr Nev Okla Ore Pa Penn
    Tenn Tex Va Vt Wash Wis Wisc Wyo Ont Que Alta Sask dept govt ret Ret Univ Hosp Engl"""
)
"""May end a sentence; then a word that can only begin one follows."""

ENDING = _words("etc Etc Ph.D M.D Esq")
"""Abbreviations behind which a capital letter begins a sentence, as behind any word."""

MERIDIEM = frozenset({"a.m", "p.m", "A.M", "P.M"})

AFTER_TIME = _words(
    """ET EST EDT CT CST CDT MT MST MDT PT PST PDT GMT UTC BST CET CEST MSK IST JST Eastern Central Mountain Pacific
    Greenwich Moscow Tehran Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May
    June July August September October November December Jan Feb Mar Apr Aug Sep Sept Oct Nov Dec"""
)
"""What "8 p.m." goes on with although it has a capital letter."""

MONTHS_AFTER_ORDINAL = _words(
    "Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember"
)
"""What an ordinal written with a full stop goes on with: "3. Oktober"."""

STARTERS = _words(
    """The A An This That These Those He She It They We You I His Her Its Their Our Your My There Here Who What When
    Where Why How Which Whose While Although Though Because Since Until Unless If As After Before But And Or Nor Yet So
    For In On At By With From To Of Under Over Between Among Against During Despite Without Within Through About Not No
    Yes Also However Still Then Now Once Both Each Every Some Most Many Much More Few Several Another Other Such All Any
    One Two Three Four Five Six Seven Eight Nine Ten Instead Meanwhile Moreover Furthermore Additionally Nevertheless
    Nonetheless Therefore Thus Hence Perhaps Maybe Asked Speaking According Earlier Later Last Next Today Yesterday
    Tomorrow Even Only Just Let Do Does Did Is Are Was Were Has Have Had Can Could Will Would Should Might Must
    Officials People Critics Supporters Voters Experts Authorities Investigators Analysts
    He's She's It's They're We're You're I'm That's There's What's He’s She’s It’s They’re We’re You’re I’m That’s
    There’s What’s I've I’ve We've We’ve Don't Don’t"""
)
"""Words that, capitalised after an abbreviation, begin a new sentence."""

PLAIN_STARTERS = _words("The He She They It But And This In On We His Her When After There")
"""Those of them that no name begins with: they end a sentence even behind a title."""

SUBJECT_STARTERS = _words("The A An This That He She It They We You I His Her Their Our Your My One Some Another Both")
"""Those of them that may begin the subject of a reporting clause."""

LONE_LETTERS = _words("plan vitamin group type class section exhibit grade hepatitis option side figure appendix")
"""Before a letter that is no initial: "Plan B.", "vitamin C."."""

SAYING = _words(
    """said says say asked asks ask added adds replied replies answered answers explained explains wrote writes shouted
    shouts cried cries yelled yells exclaimed exclaims insisted insists continued continues concluded joked jokes
    quipped quips declared declares recalled recalls remarked remarks demanded demands wondered wonders warned argued
    observed responded responds tweeted tweets posted whispered muttered laughed sighed chanted screamed countered
    retorted inquired queried interjected repeated"""
)
"""Verbs of a reporting clause behind a quotation: "“Why?” Smith asked."."""

PLAINLY_SAYING = _words("said says asked asks added replied wrote")
"""Those that are hardly anything else: verbs of such a clause even behind a full stop."""
