"""The closed word lists that attribution leans on: titles, nouns for roles and groups, pronouns, reporting words."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HE: Final = _words("he him his himself")
SHE: Final = _words("she her hers herself")
THEY: Final = _words("they them their theirs themselves")
IT: Final = _words("it its itself")
WE: Final = _words("we us our ours ourselves")
SELF: Final = _words("i me my mine myself")
YOU: Final = _words("you your yours")
RELATIVE: Final = _words("who which that whom whose")
INDEFINITE: Final = _words(
    "one some many others another several few most everyone somebody someone nobody all both people any"
)
PRONOUNS: Final = HE | SHE | THEY | IT | WE | SELF | YOU | RELATIVE

MALE_TITLES: Final = _words("mr mister sir lord king prince father rev reverend brother baron duke")
FEMALE_TITLES: Final = _words("mrs ms miss madam mme lady dame queen princess sister baroness duchess")
TITLES: Final = (
    MALE_TITLES
    | FEMALE_TITLES
    | _words(
        "mx dr prof professor sen senator rep representative gov governor gen general col colonel colonel-general"
        " maj major lt lieutenant capt captain sgt sergeant cpl pvt adm admiral cmdr commander president chancellor"
        " premier judge justice pope bishop cardinal imam rabbi sheikh ayatollah secretary minister ambassador mayor"
        " congressman congresswoman councillor councilman councilwoman chairman chairwoman detective inspector officer"
        " sheriff chief vice prime deputy del delegate speaker marshal brigadier coach pres amb atty supt"
    )
)

PARTICLES: Final = _words("de da di du del della van von der den la le al el bin ibn ben ter ten dos das")

MALE_NOUNS: Final = _words(
    "man boy father son husband brother uncle nephew grandfather grandson spokesman chairman congressman councilman"
    " businessman policeman gentleman actor king prince fisherman salesman cameraman sportsman clergyman boyfriend"
    " alderman assemblyman serviceman widower waiter dad guy"
)
FEMALE_NOUNS: Final = _words(
    "woman girl mother daughter wife sister aunt niece grandmother granddaughter spokeswoman chairwoman congresswoman"
    " councilwoman businesswoman policewoman lady actress queen princess saleswoman sportswoman girlfriend alderwoman"
    " assemblywoman servicewoman widow waitress mum mom"
)

ROLE_NOUNS: Final = (
    MALE_NOUNS
    | FEMALE_NOUNS
    | _words(
        "spokesperson secretary minister president ambassador envoy attaché attache consul diplomat official officer"
        " director manager chief head leader chair chairperson chairlady executive ceo cfo coo cto founder co-founder"
        " owner partner editor reporter journalist correspondent columnist commentator analyst strategist economist"
        " pollster historian scientist researcher professor lecturer teacher principal headteacher superintendent dean"
        " doctor physician surgeon neurosurgeon nurse epidemiologist virologist psychologist psychiatrist lawyer"
        " attorney prosecutor solicitor barrister counsel judge justice magistrate coroner detective inspector sheriff"
        " constable sergeant captain colonel general admiral commander lieutenant major soldier veteran pilot sailor"
        " senator representative governor lieutenant-governor mayor lawmaker legislator politician candidate nominee"
        " contender front-runner frontrunner hopeful rival opponent incumbent mp mep councillor councilor delegate"
        " adviser advisor aide assistant consultant counselor deputy staffer volunteer organizer organiser activist"
        " campaigner advocate supporter backer donor critic expert specialist engineer architect developer designer"
        " programmer technician driver worker employee striker foreman farmer grower trader broker banker investor"
        " shopkeeper retailer developer landlord tenant resident neighbour neighbor witness bystander passenger"
        " survivor victim suspect defendant plaintiff coach manager player striker midfielder goalkeeper captain"
        " athlete golfer champion winner author writer poet novelist playwright singer musician composer artist"
        " actor producer filmmaker broadcaster host anchor moderator presenter narrator billionaire mogul tycoon"
        " entrepreneur friend ally relative cousin colleague classmate parent student pupil graduate scholar fellow"
        " priest pastor bishop archbishop cardinal pope imam rabbi chaplain monk curator librarian conservator"
        " treasurer chancellor speaker whip commissioner councilmember ombudsman regulator inspector auditor"
        " negotiator mediator arbitrator trustee governor warden ranger firefighter paramedic caller user blogger"
        " insider source person member mp premier monarch congressperson republican democrat conservative liberal"
        " socialist independent libertarian nationalist unionist chef baker butcher grocer photographer designer"
        " coordinator meteorologist forecaster geologist biologist chemist physicist astronomer ecologist hydrologist"
    )
)

ORGANISATION_NOUNS: Final = _words(
    "campaign company firm group department ministry agency government administration party committee council court"
    " union federation association organisation organization board bank office bureau commission university college"
    " institute foundation center centre newspaper magazine paper website network channel station team club army navy"
    " police force hospital school chamber congress senate parliament house cabinet embassy consulate court operator"
    " supplier retailer airline authority service trust charity coalition alliance camp pac regulator watchdog body"
    " publisher broadcaster outlet corporation startup utility municipality city state county kremlin pentagon"
    " giant chain carmaker automaker lender insurer manufacturer brand bookmaker site tabloid broadsheet daily weekly"
    " magazine periodical journal nonprofit non-profit consultancy platform league franchise lab laboratory church"
    " ngo operator conglomerate drugmaker chipmaker brewer carrier bloc syndicate thinktank think-tank tank"
)
DOCUMENT_NOUNS: Final = _words(
    "poll survey report study statement letter email memo document article editorial story analysis review lawsuit"
    " complaint filing affidavit indictment ruling order book essay tweet post message video ad advert release"
    " account figures data results findings records summary transcript speech law bill constitution advisory notice"
)
GROUP_NOUNS: Final = _words(
    "officials republicans democrats voters supporters critics leaders experts analysts members lawmakers senators"
    " people residents workers scientists researchers economists police prosecutors lawyers families parents students"
    " teachers doctors activists protesters aides advisers allies friends candidates conservatives liberals polls"
    " reports sources witnesses authorities investigators strategists observers reporters journalists farmers traders"
    " investors fans players unions executives employees neighbours neighbors relatives historians markets states"
)

PREPOSITIONS: Final = _words(
    "of for to from with by at in on over under after before near inside outside behind against about between among"
    " representing including like than as into through during despite via alongside without within"
)
DETERMINERS: Final = _words("the a an this that these those his her its their our my your some another one")

VAGUE_CUE: Final = _words("reportedly allegedly supposedly so-called dubbed alleged purportedly presumably known")

COPULAS: Final = _words("is was are were be been being 's ’s")
