"""The forms that questions take, as patterns: what each asks for, and where it names the speaker."""

from __future__ import annotations

import re


def any_of(words: str) -> str:
    """A pattern for any of ``words``; "warn/s/ed" stands for warn, warns and warned."""
    forms = set()
    for entry in words.split():
        base, *endings = entry.split("/")
        forms |= {base, *(base + ending for ending in endings)}
    return "(?:" + "|".join(sorted(forms, key=lambda form: (-len(form), form))) + ")"


SPEAKING = any_of(
    """say/s said saying tell/s told claim/s/ed state/s/d think/s thought feel/s felt believe/s/d argue/s/d insist/s/ed
    maintain/s/ed admit/s/ted concede/s/d acknowledge/s/d deny denies denied warn/s/ed caution/s/ed predict/s/ed
    expect/s/ed describe/s/d call/s/ed characterise/s/d characterize/s/d portray/s/ed explain/s/ed express/es/ed
    voice/s/d announce/s/d report/s/ed reveal/s/ed write/s wrote written tweet/s/ed post/s/ed ask/s/ed
    declare/s/d allege/s/d accuse/s/d urge/s/d recommend/s/ed suggest/s/ed propose/s/d promise/s/d vow/s/ed
    pledge/s/d complain/s/ed criticise/s/d criticize/s/d praise/s/d recall/s/ed recount/s/ed joke/s/d
    estimate/s/d conclude/s/d blame/s/d respond/s/ed reply replies replied react/s/ed answer/s/ed comment/s/ed
    remark/s/ed note/s/d add/s/ed mention/s/ed speak/s spoke talk/s/ed discuss/es/ed contend/s/ed reckon/s/ed
    regard/s/ed view/s/ed see/s saw want/s/ed hold/s held put make/s made cite/s/d quote/s/d affirm/s/ed
    stress/es/ed emphasise/s/d emphasize/s/d hint/s/ed demand/s/ed condemn/s/ed defend/s/ed dismiss/es/ed
    reject/s/ed confirm/s/ed assert/s/ed float/s/ed hope/s/d fear/s/ed doubt/s/ed worry worries worried"""
)
"""Verbs by which people say and think, in the forms that questions use."""

WORDY = any_of(
    """justify justifies justified advise/s/d offer/s/ed plead/s/ed give/s gave raise/s/d charge/s/d ascribe/s/d
    link/s/ed support/s/ed back/s/ed oppose/s/d agree/s/d disagree/s/d anticipate/s/d foresee/s foresaw mean/s
    meant paint/s/ed mock/s/ed ridicule/s/d compare/s/d liken/s/ed credit/s/ed define/s/d identify identifies
    identified count/s/ed rate/s/d account/s/ed come/s came attack/s/ed assess/es/ed instruct/s/ed order/s/ed
    encourage/s/d apologise/s/d apologize/s/d thank/s/ed threaten/s/ed find/s found learn/s/ed/t know/s knew
    get/s got bring/s brought grumble/s/d signal/s/ed/led point/s/ed go/es went like/s/d need/s have use
    invoke/s/d turn/s/ed branded slammed envisage/s/d envision/s/ed refuse/s/d end/s/ed list/s/ed contrast/s/ed
    show/s/ed relate/s/d wonder/s/ed mind figure/s/d rank/s/ed label/s/ed/led treat/s/ed frame/s/d rule/s/d
    attribute/s/d counter/s/ed swear/s swore cast/s pin/s/ned lay/s laid keep/s kept mull/s/ed weigh/s/ed set/s
    take/s took appeal/s/ed pay/s paid read/s allow/s/ed shout/s/ed throw/s threw object/s/ed hail/s/ed dispute/s/d
    question/s/ed caution/s/ed"""
)
"""More verbs that follow a speaker in a question, too general to tell a statement by themselves."""

SPEECH_NOUN = any_of(
    """view/s opinion/s take stance position comment/s remark/s reaction/s response/s reply replies answer comeback
    message line statement/s account telling words explanation/s reasoning reason/s justification assessment/s
    verdict advice pitch jab tweet/s attitude prediction/s forecast/s warning/s claim/s complaint/s criticism/s
    conclusion/s plan/s thoughts quote/s beef impression argument/s worry worries fear/s concern/s objection/s excuse
    suggestion/s proposal/s feeling/s announcement/s denial outlook judgement judgment gripe diagnosis defence
    defense"""
)
"""Nouns for what somebody said or thinks."""

AUX = (
    r"(?:did|does|do|has|have|had|was|were|is|are|will|would|can|could|should|"
    r"(?:did|does|do|has|have|had|was|were|is|are|wo|would|ca|could|should)n['’]?t)"
)

POLITE = re.compile(
    r"^\s*(?:(?:so|and|but|well|ok(?:ay)?|hi|hello|hey|please|sorry)[,!.]?\s+)*"
    r"(?:(?:can|could|would) you (?:please )?(?:(?:tell|show|remind|give) me|(?=(?:list|name|summari[sz]e|sum up)\b))|"
    r"(?:please )?(?:tell|show|remind) me|"
    r"(?:according to|in) (?:the|this) (?:article|piece|story|report),?|"
    r"do (?:we|you) know|i(?:'d| would) like to know|any idea|i wonder)(?:\s+|(?<=\s))|"
    r"^\s*(?:(?:hi|hello|hey|please|sorry|good (?:morning|afternoon|evening)|excuse me)[,!.]?\s+)+",
    re.I,
)
"""Courtesies before the question itself."""
NEGATIVE = re.compile(
    r"^(?P<before>\W*(?:(?:so|and|but) )?)"
    r"(?P<aux>did|does|do|has|have|had|was|were|is|are|would|could|should)n['’]?t\b",
    re.I,
)
"""How a question begins that wants a yes ("Didn't he say …?"): it denies nothing."""

GREETING = re.compile(
    r"^\W*(?:hi|hiya|hello|hey|yo|greetings|good (?:morning|afternoon|evening|day|night)|thanks?|thank you|thx|ta|"
    r"cheers|many thanks|bye|goodbye|see you|ok(?:ay)?|cool|great|nice|perfect|got it|test|testing|ping|help|lol|wow)\b"
    r"(?:\W+(?:there|all|again|you|so|very|much|a|lot|everyone|bot|friend|mate|team|that['’]?s|is|was|helpful|great|me|"
    r"please|for|your|the|help|answer|everything|this|good|morning|how|are|today|doing))*\W*$",
    re.I,
)
_NOW = (
    r"(?:^\W*(?:(?:please|now|so|ok(?:ay)?|and|then|you must|you should|from now on),? )*|[.!?;:]\s+(?:please |now )*)"
)
"""Where an order begins: the text, or a sentence of it."""
ORDER = re.compile(
    rf"{_NOW}(?:ignore|disregard|forget|override|bypass)\b.{{0,40}}\b(?:instructions?|prompts?|rules?|above|previous|everything)\b|"
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,30}\b(?:your|previous|prior|above|earlier|system) (?:\w+ )?"
    r"(?:instructions?|prompts?|rules?)\b|"
    rf"\bsystem prompt\b|\byou are now\b|{_NOW}(?:act|behave) as (?:an?|if)\b|{_NOW}pretend (?:to be|you)\b|"
    r"\bjailbreak\b|"
    r"\b(?:reveal|print|show|repeat) (?:me )?your (?:prompt|instructions|rules)\b|"
    r"^\W*(?:please )?(?:write|compose|draft|generate) (?:me )?(?:an?|the|some) "
    r"(?:poem|song|story|essay|email|code|joke|script|tweet|article|letter)\b|"
    r"^\W*(?:please )?(?:give me |write )?(?:an? )?(?:summar(?:y|i[sz]e)|sum up|tl;?dr)\b"
    rf"(?!.*\b(?:said|says|what|{SPEECH_NOUN})\b)|"
    r"^\W*what(?:['’]s| is| was) (?:the|this) (?:article|story|report|piece|text) about\W*$|"
    r"^\W*tell me (?:an?|another) (?:joke|story)\b|^\W*translate\b|^\W*sing\b",
    re.I | re.S,
)
ABOUT_US = re.compile(
    r"^\W*(?:who|what) are you\W*$|^\W*what(?:['’]?s| is) your name\W*$|"
    r"^\W*(?:what|how) (?:can|do|could|should) (?:you|i|this|it) (?:do|help|work|ask|use|answer)\b.{0,30}$|"
    r"^\W*are you (?:an?|real|human|there)\b.{0,30}$|^\W*how are you\b.{0,20}$",
    re.I,
)

PEOPLE = any_of(
    """people persons speakers sources politicians officials candidates lawmakers senators republicans democrats
    experts analysts economists scientists researchers academics journalists reporters newspapers papers outlets
    organisations organizations companies firms agencies bodies groups banks critics opponents supporters
    residents students players owners bosses executives lawyers doctors members leaders ministers chiefs
    travellers travelers witnesses voices women men parties unions rivals individuals commentators governors
    mayors teachers parents workers neighbours neighbors voters delegates ambassadors diplomats activists
    campaigners scholars judges spokesmen spokespeople names congressmen congresswomen chairmen"""
)
_KIN = any_of(
    """relatives friends admirers figures fans tourists visitors aides advisers advisors insiders strategists attorneys
    pastors anchors laureates broadcasters columnists panellists panelists users commenters defensemen goers coaches
    survivors veterans customers passengers nurses farmers viewers readers sides"""
)
"""Nouns for people, or for much else: only with a verb of speaking do they ask who said something."""
_SOMEBODY = """person man woman speaker source politician official candidate lawmaker senator congressman congresswoman
    republican democrat expert analyst anlayst economist scientist researcher academic journalist reporter critic
    opponent supporter resident student player owner boss executive lawyer doctor member leader minister chief
    traveller traveler witness rival commentator governor mayor teacher parent worker neighbour neighbor voter
    delegate ambassador diplomat activist campaigner scholar judge spokesman spokeswoman spokesperson columnist
    writer author hopeful fan coach actor professor reader follower commenter"""
SOMEBODY = any_of(_SOMEBODY)
_PERSON = any_of(
    f"""{_SOMEBODY} newspaper paper outlet organisation organization company firm agency body group bank party union
    magazine publication website network broadcaster institute committee department ministry"""
)
SITES = "facebook|twitter|instagram|reddit|youtube"
_SITE = rf"(?:{SITES}|social media)"
_WRITERS = (
    rf"(?:(?:{_SITE}|online|web) (?:users|followers|commenters|readers|posters|fans)"
    r"|letters?[ -]writers|tweeters)"
)
"""Those whose letters and posts a paper prints."""
_WRITTEN = r"(?:facebook |twitter |reader )?(?:letters|comments|posts|tweets|views|opinions|remarks|messages|reactions)"
_SIDES = any_of(
    """criticise/s/d criticize/s/d oppose/s/d dispute/s/d react/s/ed discuss/es/ed defend/s/ed welcome/s/d condemn/s/ed
    praise/s/d object/s/ed attack/s/ed support/s/ed applaud/s/ed raise/s/d reject/s/ed voice/s/d mourn/s/ed"""
)
TAKING_SIDES = re.compile(
    rf"^\W*who (?:all |else |also )?(?:(?:has|have|had) )?(?:\w+ly )?(?:{_SIDES}|(?:paid|pays?) tribute)"
    r"(?: (?!(?:as|that|because|for|by|who|being|\w+ing)\b)[\w’'.-]+){1,4}\W*$",
    re.I,
)
"""Asks who did what several may have done, and says little more of what they said than about what ("the move")."""
_PLAIN = rf"(?!{AUX}\b)(?!(?!(?:named|Fed)\b)[\w’'-]+ed\b)[\w’'-]+"
_SEVERAL = r"(?!(?:news|series|politics|sports|statements)\b)\w{3,}[^\Wsiu’']s"
"""A noun that by its ending means several."""
SEVERAL_QUOTED = any_of("two three four five people persons quoted cited interviewed")
"""In lower case these make a description of several out of what else might be a name."""
BESIDES = r"\b(?:besides|apart from|aside from|other than)\b"
ASIDE = re.compile(rf"^\W*{BESIDES}[^?]{{2,60}}?,\s*(?=(?:who|which|what|name)\b)", re.I)
"""Whom a question sets aside before it asks."""
_DIFFERENT = r"(?:competing|rival|opposing|differing|different|conflicting|contrasting|contradictory)"
_OF_SEVERAL = r"(?:(?:each|both|all) (?:of )?(?:the )?|the (?:two|three|four|five|different|various|several|other) )"
LIST = re.compile(
    rf"{TAKING_SIDES.pattern}"
    rf"|^\W*(?:who|whom|(?:which|what) (?:{_PLAIN} ){{1,8}}?)\s*(?:all |else )?"
    r"(?:is|are|was|were|gets?|do we|does the \w+)\s+(?:actually |directly |being )?"
    r"(?:(?:quoted|cited) or (?:quoted|cited)|quoted|cited|speak\w*|heard|interviewed|named|talking|hear)\b"
    r"(?! (?:as )?saying\b)"
    rf"|^\W*who(?:m)? (?:all|(?:are|were) the(?: (?:two|three|four|five|named|other|various))*) (?:{PEOPLE}|speak\w*)\b"
    r"|^\W*who (?:are|were) the\b.{2,60}\b(?:quoted|cited|interviewed|heard|speaking)\b"
    r"|^\W*who (?!(?:is|are|was|were)\b).{10,}\b(?:what|why) (?:did|do|have|are) they\b"
    rf"|^\W*(?:list|name|give me|enumerate) (?:all |everyone|everybody|those|the (?!(?:\w+ )?{_PERSON}\b)|every )"
    r"|^\W*who (?:all |else )?(?:spoke|speaks|talks?|talked|comments?|commented)\b(?! (?:of|like|that)\b)"
    rf"|^\W*(?:which|what) (?!share|percent|proportion|number|part)(?:(?!{_PERSON}\b){_PLAIN} ){{0,3}}?{PEOPLE}\b"
    r"(?! (?:did|does|do) (?!the (?:story|article|piece|report|text)\b|we\b))"
    rf"|^\W*which (?:(?!{_PERSON}\b|of\b|\w+[’']s\b){_PLAIN} ){{0,2}}?{_SEVERAL} "
    rf"(?:(?:of|at|in|from|with|on|for) (?:{_PLAIN} ){{1,4}}?)?(?:{SPEAKING}|{WORDY}|differ(?:ed)?|clash(?:ed)?)\b"
    r"|^\W*(?:which|what) (?:two|three|four|five|other) "
    r"(?!hopefuls\b|(?:\w+ )?(?:things|teams|ways|reasons|places|countries|cities|states|points|head)\b)[\w’' -]+"
    rf"|^\W*(?!{AUX}\b)(?:(?!\bthat\b).)*?\b(?:everyone|everybody|all those) (?:who|that|quoted)\b|^\W*speakers\W*$"
    r"|^\W*(?:list|name|show) (?:me )?(?:all )?who\b"
    r"|^\W*who (?:in|among|from|connected|within)\b.{3,40}?\b\w+|\bdo we (?:actually )?hear from\b"
    r"|^\W*who\b(?:(?!\bwho\b).)+\b(?:and who|for and against)\b"
    r"|^\W*who (?:gave|gives|offered|offers) (?:(?:a|their) )?"
    r"(?:views?|opinions?|reactions?|comments?|thoughts)\b"
    rf"|^\W*who (?:gave|gives|offered|offers|made|makes|put out) (?:\w+ )?{_DIFFERENT}\b"
    r"|^\W*who (?:says? what|(?:gave|gives) (?:which|what)|has said what|traded|disagrees? (?:over|about|on))\b"
    r"|^\W*who\b[^?]{3,80}, by name\b"
    rf"|^\W*(?:which|what|name) (?!(?:share|percent|proportion|number|part)\b)(?:the )?"
    rf"(?:(?!(?:{SPEAKING}|{WORDY}|that|who|of|if)\b){_PLAIN} ){{0,6}}?(?:{_KIN}|{PEOPLE})\b"
    rf"(?! (?:did|does|do|will)\b)[^?]{{0,60}}?\b"
    rf"(?:{SPEAKING}|quoted|cited|interviewed|named|(?:played|spoke|weighed) \w+)\b"
    rf"|^\W*(?:what|how) (?:did|do|does|have|were) {_OF_SEVERAL}(?:{_PLAIN} ){{0,3}}?(?:{_KIN}|{PEOPLE})\b"
    rf"|^\W*(?:the )?(?:both|two) (?:{_PLAIN} )?(?:{_KIN}|{PEOPLE}) (?:{SPEAKING})\b"
    rf"|^\W*(?:who (?:are|were)|which|what|how (?:did|do|have)) (?:(?:the|of the|other) )?{_WRITERS}\b(?! (?:did|do)\b)"
    rf"|^\W*whose {_WRITTEN} (?:are|were|get|got|appear)\b"
    rf"|^\W*who (?:all )?(?:wrote|writes|sent(?: in)?|signed|posted|made|left) (?:the |these |those )?{_WRITTEN}\b"
    r"|^\W*who (?:all |else )?(?:posts?|posted|tweets?|tweeted|writes?|wrote)"
    rf"(?: on {_SITE}| in the (?:[\w’'-]+ ){{0,3}}(?:section|pages?|column))?\W*$",
    re.I,
)
WHAT_ALL = re.compile(
    rf"^\W*(?:list |give me |show me |what (?:is|was) )?(?:everything|all|every)\b.*\b{SPEAKING}\b|"
    r"^\W*(?:list|show|summari[sz]e|sum up) (?:all )?what\b|"
    r"^\W*(?:list |show |give me )?(?:all|every)\b.{2,60}[’']s? (?:statements|quotes|quotations|remarks|comments)\W*$|"
    rf"^\W*(?:summari[sz]e|sum up) .{{2,60}}[’']s? {SPEECH_NOUN}\b|"
    r"^\W*(?:list |show |give me )?(?:all )?(?:the )?(?:statements|quotes|quotations|remarks) (?:by|from|of) .{2,60}$",
    re.I,
)

_POST = (
    r"(?:role|job|titles?|positions?|post|profession|occupation|office|background|capacity|affiliation|line of work|"
    r"day job|career|function|rank|employer|connection|relationship|link|standing)"
)
_WHOM = r"(?P<np>(?!the (?:article|story|report)\b)[\w.’' -]{2,60}?)"
_HERE = (
    r"(?:,?\s+(?:in|according to|going by|as per|per|from|at|for|of|with|and|to|exactly|politically|here)\b[^?]{0,60})?"
)
_IS = r"(?:['’]?s| is| was| are| were)"
_DOES = r"(?:does|did|do|is|was|has|had)"
IDENTITY: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"^\W*(?:so )?(?:who|what){_IS}(?: exactly)?\s+{_WHOM}"
        r"(?:,?\s+(?:in|according to|going by|as per|per)\s+(?:this|the|that|it)\b[^?]*|,? (?:and|-) [^?]*)?\W*$",
        rf"^\W*who exactly{_IS}\s+{_WHOM}\s*[-–,]",
        rf"^\W*{_WHOM}\s*[-–:,]\s*(?:so )?"
        r"(?:(?:who|what|which|where)(?:['’]?s| is| are| does| do)?(?: (?:he|she|they|it|his|her|their|that|this)\b"
        r"[^?]{0,50})?|which \w+ is (?:he|she|it) with)\W*$",
        rf"^\W*(?:what{_IS} )?{_WHOM}[’']?s?\s+(?:old |former |current |exact |official |actual |job )?"
        rf"{_POST}{_HERE}\W*$",
        rf"\b(?:what|which)\b[\w ]{{0,30}}?\b{_POST}\b,?[^?]{{0,30}}?\b{_DOES}\s+{_WHOM}\s+"
        r"(?:hold|have|held|do|in|serve|occupy|carry|working|work|fill|play|once|speaking|talking|commenting)\b",
        rf"\bin (?:what|which) (?:capacity|role)\b[^?]*?\b{_DOES}\s+{_WHOM}\s+\w+",
        rf"\bhow (?:is|was|does (?:the )?\w+(?: \w+)? (?:describe|introduce|identify))\s+{_WHOM}"
        r"(?:\s+(?:introduced|described|identified|presented|related|connected|affiliated|linked|tied)\b[^?]*)?\W*$",
        rf"^\W*what (?:exactly )?(?:does|do|did)\s+{_WHOM}\s+(?:do|use to do|used to do|teach)"
        r"(?:\s+(?:at|for|in)\b[^?]*)?\W*$",
        rf"^\W*what {_WHOM} (?:does|do)(?: for a living)?\W*$",
        rf"\b(?:for|at|with|in|of) (?:which|what)\b[^?]{{0,40}}?\b{_DOES}\s+(?:the [\w’' ]+, )?{_WHOM},?\s+"
        r"(?:work|works|teach|speak|affiliated|based|employed|the |an? |member|serve)\b",
        rf"^\W*(?:who|which|what)\b[^?]{{0,40}}?\b{_DOES}\s+{_WHOM}(?<![’']s)(?<!s[’'])\s+"
        r"(?:direct|represent|head|lead|run|chair|own|manage|edit|work|teach|speak for|belong|serve)(?:s|ed|d|ing)?\b"
        rf"(?! (?:{SPEAKING}|{WORDY})\b)[^?]{{0,40}}\W*$",
        rf"^\W*(?:on whose behalf|for whom) {_DOES}\s+{_WHOM}\s+(?:speak|work|talk)\w*\b",
        rf"^\W*(?:who(?:['’]?s| is)|which \w+ is)\s+{_WHOM}\s+with\W*$",
        rf"^\W*where {_DOES}\s+{_WHOM}\s+(?:work|works|teach|employed|based)\w*(?: \w+){{0,3}}\W*$",
        rf"\b(?:what{_IS})\s+{_WHOM}\s+(?:in charge of|the head of|responsible for)\W*$",
        rf"^\W*{_WHOM}\s+(?:works|teaches|is|was|leads|heads|runs|chairs)\s+(?:the |an? )?(?:\w+ (?:of|for|at) )?"
        r"(?:where|what|who|which)\b[^?]*\W*$",
        rf"^\W*{_WHOM}\s+calls (?:him|her|them)sel(?:f|ves) what\b",
        rf"^\W*what\b[^?]*\b(?:titles?|posts?|offices?)\b[^?]*\b(?:give|gives|given)\s+(?:to )?{_WHOM}\W*$",
    )
)
"""Forms that ask who somebody is; ``np`` is whom they ask about."""

VERIFY = re.compile(
    rf"^\W*(?:so |(?:in|on|at|by) \w+, )?{AUX}\b(?!\s+(?:we|you) (?:know|tell))|"
    rf"^\W*(?:according to|per|going by) [^,?]+, {AUX}\b|"
    r"[,.–-]\s*(?:correct|right|yes|no|true|is(?:n['’]t| that) (?:so|it|right|true)|"
    r"(?:did|was|is|has|does|do)(?:n['’]?t)? (?:he|she|they|it)(?: really)?)\W*$|"
    r"\bis that (?:right|true|correct|so)\W*$|"
    r"^\W*true or false\b|^\W*(?:so )?it was\b|\b(?:was|were|is) (?:that|this|it) (?:from|by)\b|"
    r"^\W*so (?!(?:who|what|which|how|why|when|where|whose|whom)\b)"
    rf"[\w’'-]+ (?:is|was|also |{SPEAKING}|\w+ed)\b[^?]*\?\W*$",
    re.I,
)
_BEGUN = rf"^\W*{AUX}\b(?: [\w.’'-]+){{1,5}}? "
ANYTHING = re.compile(
    rf"{_BEGUN}(?:say|said|says|have|hear|heard|add|added|tell|told)(?: us| me)? (?:anything|something)\b|"
    r"^\W*(?:is|was) there (?:anything|something|any)\b|\banything (?:from|by|on|about)\b|"
    r"\bany (?:comment|word|reaction|view|statement|opinion|response)s? (?:from|by|on)\b|"
    rf"{_BEGUN}(?:say|said|explain|explained|told|tell|specify|specified|clarify|clarified|discuss) "
    r"(?:whether|why|how|what|when|where|who|which)\b|\bwhat did (?:he|she|they|it) say\b|\bwhy or why not\b",
    re.I,
)
"""Yes-or-no forms that want to hear what was said."""
_NOT_AUX = rf"(?!{AUX}\b)[\w.,’'/-]+"
WHO = re.compile(
    rf"^\W*name the (?:\w+ )?{_PERSON}\b|"
    r"^\W*(?:so )?(?:who|whose)\b|\b(?:by|from|according to) whom\b|"
    r"\bwho (?:said|made|wrote|claimed|told|came up)\b[^.]*\W*$|\bwhose\b|\bwho(?: is it)? (?:that|was it)\b|\bwho\W*$|"
    r"\bname of the \w+ (?:who|that)\b|\bname\?\W*$|\b(?:what|which)(?:['’]?s| is| was)? the source\b|"
    rf"^\W*(?:which|what)\s+(?:{_NOT_AUX}\s+){{1,6}}?(?:{SPEAKING}|{WORDY})\b|"
    rf"^\W*which\s+(?:{_NOT_AUX}\s+){{0,3}}?{_PERSON}\b(?!['’]s)(?! (?:did|does|do)\b)|"
    rf"^\W*any \w+ (?:who|that|saying|claiming|to say)\b",
    re.I,
)
WHO_OBJECT = re.compile(
    rf"^\W*(?:who|whom|to whom|on whom)\s+(?:did|does|do)\s+.+?\s+(?:{SPEAKING}|{WORDY})\b|"
    r"^\W*(?:to |on |for |with )?whom\b|"
    rf"^\W*who\s+(?:has|had|will|would)\s+(?:the\s|(?-i:[A-Z])|he\s|she\s)",
    re.I,
)

WANTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("number", re.compile(
        r"\bhow (?:many|much|old|long|far|big|large|tall|high|heavy|often|hot|cold|deep|fast|wide)\b|"
        r"\bwhat (?:percentage|percent|share|proportion|portion|number|fraction|age|price|sum|amount|score|margin)\b|"
        r"\b(?:size|length|weight|cost|value|bill|total|rate) of\b|"
        r"\bat what age\b|\b(?:weigh|pay(?:ing)?|earn|cost)\b", re.I)),
    ("time", re.compile(
        r"\bwhen\b|\b(?:what|which) (?:year|date|dates|day|days|month|time|hour|week|season)\b", re.I)),
    ("place", re.compile(
        r"\bwhere\b|\b(?:what|which) (?:city|town|country|state|place|venue|county|region|district|university|building|"
        r"room|hotel|street|road|village|province|airport|stadium)\b", re.I)),
    ("reason", re.compile(r"\bwhy\b|\b(?:reason|reasons|cause|grounds|purpose)\b", re.I)),
)  # fmt: skip
"""What type of words a fact's answer is, by the form of the question."""
