"""The words of the derivation, as data: kinds of sections, the questions asked of them, and the
words that tell an answer from praise.

Everything here is English, because study pages mostly are; what is done with it is not. A
project adds words and wordings of its own in `deck.yaml`. Templates have named holes:

`{concept}` the title; `{section}` the heading or lead-in; `{owner}` what the section belongs to
(`the fanout pattern`); `{term}` the term, between quotation marks unless it is a name;
`{n}` how many are asked for; and, where a sentence states something, its `{verb}` and auxiliary
(`{aux}`), its `{unit}`, its `{clause}`, and the two `{sides}` of a comparison.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in text.split("|"))


HOLES = ("concept", "section", "owner", "term", "n", "verb", "aux", "unit", "clause", "sides")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of section: the nouns that name it, how a term in it is asked, and whether it is
    open, that is, a choice out of many that no one can recite. A `counted` kind is closed only
    where the text says how many there are (`has three settings`). `owned` is the wording where
    the section says whose it is and that is a plain noun phrase."""

    name: str
    nouns: tuple[str, ...]
    term: str = ""
    owned: str = ""
    open: bool = False
    counted: bool = False


# Earlier kinds win where two nouns match. An empty wording means: ask by the form of the answer.
KINDS: tuple[Kind, ...] = (
    Kind(
        "difference",
        ("differences", "difference", "comparison", "contrasts", "distinctions"),
        "{concept}: how do they differ in {term}?",
        counted=True,
    ),
    Kind(
        "practice",
        (
            "best practices",
            "practices",
            "tips",
            "recommendations",
            "guidelines",
            "advice",
            "rules of thumb",
            "dos",
        ),
        "{concept}: what is advised on {term}?",
        open=True,
    ),
    Kind(
        "use case",
        (
            "use cases",
            "use case",
            "uses",
            "applications",
            "scenarios",
            "examples",
            "example",
            "usage",
        ),
        "{concept}: how does the use case {term} look?",
        open=True,
    ),
    Kind(
        "drawback",
        (
            "disadvantages",
            "drawbacks",
            "limitations",
            "challenges",
            "downsides",
            "risks",
            "cons",
            "weaknesses",
            "trade-offs",
            "pitfalls",
        ),
        "{concept}: in what way is {term} a drawback?",
        "In what way is {term} a drawback of {owner}?",
        open=True,
    ),
    Kind(
        "benefit",
        ("benefits", "advantages", "strengths", "pros", "merits", "benefit"),
        "{concept}: how is the benefit {term} achieved?",
        "How is {term} a benefit of {owner}?",
        open=True,
    ),
    Kind("aspect", ("aspects", "dimensions"), "{concept}: what does {term} involve?", open=True),
    Kind(
        "consideration",
        (
            "considerations",
            "consideration",
            "points",
            "notes",
            "requirements",
            "caveats",
            "factors",
            "criteria",
        ),
        "{concept}: what should be considered about {term}?",
        open=True,
    ),
    Kind(
        "characteristic",
        ("characteristics", "properties", "traits", "attributes", "qualities"),
        "{concept}: what does the characteristic {term} mean?",
        "What does {term} mean as a characteristic of {owner}?",
        open=True,
    ),
    Kind(
        "feature",
        ("features", "capabilities", "highlights", "functions"),
        "{concept}: what does the feature {term} offer?",
        "What does {term} offer as a feature of {owner}?",
        open=True,
    ),
    Kind(
        "principle",
        ("principles", "principle", "tenets", "rules", "laws"),
        "{concept}: what does the principle {term} ask for?",
        counted=True,
    ),
    Kind(
        "phase",
        ("phases", "stages", "phase", "stage", "timeline"),
        "{concept}: what happens in {term}?",
    ),
    Kind("state", ("states", "modes", "statuses"), "{concept}: what characterises {term}?"),
    Kind(
        "step",
        ("steps", "procedure", "process", "workflow", "instructions", "how it works"),
        "{concept}: what is done in the step {term}?",
    ),
    Kind(
        "figure",
        ("figures", "numbers", "quantities", "measurements"),
        "{concept}: what figure is given for {term}?",
    ),
    Kind(
        "consequence",
        ("consequences", "effects", "results", "outcomes", "impacts", "implications"),
        "{concept}: what is the consequence for {term}?",
        counted=True,
    ),
    Kind(
        "exception",
        ("exceptions", "exemptions", "exclusions"),
        "{concept}: what does the exception {term} say?",
        counted=True,
    ),
    Kind(
        "limit",
        ("limits", "quotas", "defaults", "limits and defaults", "thresholds"),
        "{concept}: what limit or default holds for {term}?",
        open=True,
    ),
    Kind(
        "setting",
        ("settings", "options", "flags", "switches"),
        "{concept}: what does the setting {term} do?",
        counted=True,
    ),
    Kind(
        "value",
        ("values", "codes", "symbols", "abbreviations"),
        "{concept}: what does {term} mean?",
        counted=True,
    ),
    Kind(
        "parameter",
        ("parameters", "arguments", "variables", "fields", "headers"),
        "{concept}: what is {term} for?",
        counted=True,
    ),
    Kind(
        "reason",
        ("reasons", "causes", "ways", "signs", "symptoms", "sources of error"),
        open=False,
        counted=True,
    ),
    Kind(
        "service",
        (
            "services",
            "integrations",
            "triggers",
            "tools",
            "targets",
            "sources",
            "destinations",
            "products",
            "approaches",
            "solutions",
            "resources",
        ),
        "{concept}, {section}: what part {does} {term} play?",
        counted=True,
    ),
    Kind(
        "component",
        (
            "components",
            "elements",
            "parts",
            "building blocks",
            "ingredients",
            "constituents",
            "layers",
            "modules",
            "roles",
            "members",
        ),
        "{concept}: what is the role of {term}?",
    ),
    Kind(
        "type",
        (
            "types",
            "type",
            "kinds",
            "categories",
            "classes",
            "forms",
            "varieties",
            "families",
            "species",
            "models",
            "groups",
            "variants",
            "engines",
        ),
        "{concept}: what characterises {term}?",
    ),
    Kind(
        "pattern",
        ("patterns", "strategies", "methods", "techniques", "algorithms", "styles"),
        "",
        counted=True,
    ),
    Kind(
        "concept",
        ("concepts", "terms", "terminology", "definitions", "vocabulary", "ideas"),
        counted=True,
    ),
)

# How a term is asked where its section has no wording: by the form of its answer.
BY_FORM: dict[str, str] = {
    "does": "{concept}: what does {term} do?",
    "do": "{concept}: what do {term} do?",
    "is": "{concept}: what is {term}?",
    "are": "{concept}: what are {term}?",
    "the": "{concept}: what is the {term}?",
    "topic": "{concept}: what should you know about {term}?",
    "advice": "{concept}: what is advised on {term}?",
    "meant": "{concept}: what is meant by {term}?",
    "when": "{concept}: {term}?",
    "characterises": "{concept}: what characterises {term}?",
    "figure": "{concept}: what figure is given for {term}?",
    "about": "{concept}, {section}: what about {term}?",
    "choice": "{concept}: what is chosen for {term}?",
    "explain": "{concept}: explain {term}.",
}

# Whole questions of other shapes.
ASK: dict[str, str] = {
    "definition": "What {verb} {owner}?",
    "differ": "How do {sides} differ in {term}?",
    "aspects": "In which {n} aspects do {sides} differ?",
    "list": "{concept}: name the {n} {section}.",
    "owned list": "Name the {n} {section}.",
    "sentence": "{concept}: {section}: which {n}?",
    "owned sentence": "{section}: which {n}?",
    "steps": "{concept}: name the {n} steps, in order.",
    "how list": "{concept}, {section}: name the {n} steps.",
    "question list": "{concept}, {section}: name the {n} points.",
    "up to": "{concept}: up to how many {unit} {clause}?",
    "up to much": "{concept}: up to how much {unit} {clause}?",
    "limit": "{concept}: what is the limit for {owner}?",
    "limited": "{concept}: what {verb} {owner} limited to?",
    "how many": "{concept}: how many {unit} {clause}?",
    "concept verb": "What {aux} {owner} {verb}?",
    "between": "{concept}: between which limits can {clause}?",
    "verb": "{concept}: what {aux} {owner} {verb}?",
    "means": "{concept}: what is meant by {term}?",
}

# Headings that say nothing about what stands under them.
GENERIC_HEADINGS = _phrases(
    """
    overview | introduction | summary | conclusion | note | notes | important | example | examples
    | background | description | details | implementation | general | context | definition |
    key points | key takeaways | takeaways | recap | other | miscellaneous | more | references |
    further reading | see also | resources | best practices | best practice | considerations |
    key considerations | benefits | advantages | disadvantages | use cases | common use cases |
    features | key features | limitations | exam tips | development impact | key concepts |
    key concepts for developers | safety | what it is | purpose | tip | tips | warning | caution |
    hint | remember | usage | sdk usage
    """
)

# For whom a page is written is not whose benefits it lists: `Key concepts for developers`.
AUDIENCE = _words(
    """
    developers developer users beginners students learners you exam exams engineers everyone teams
    administrators readers
    """
)

# Words before the noun of a heading that say only that it was selected.
SELECTED = _words(
    """
    key main common important major several various typical popular core primary essential some
    useful basic general principal fundamental
    """
)
OPEN_WORDS = _words(
    """
    common typical popular example examples various useful recommended some such
    """
)

# Ends of a lead-in that lead in and say nothing.
LEAD_VERBS = _words(
    """
    include includes including are is involves involve comprises comprise available exist contain
    contains
    """
)
EMPTY_LEADS = re.compile(
    r"\b(?:(?:the )?following|as follows|these|this|here(?:'|’)?s|here is|here are|how it works|"
    r"below)\b",
    re.IGNORECASE,
)

NUMBERS: dict[str, int] = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "both": 2,
    "one": 1,
}

# Praise: a subject of which this is the predicate has not been explained.
PRAISE = _words(
    """
    critical essential crucial fundamental important vital key core powerful necessary central
    integral indispensable valuable significant
    """
)
PRAISE_FILLERS = _words("a an the one of most and some two three best design")
PRAISED = _words(
    """
    skill skills aspect aspects concept concepts practice practices tool tools part parts element
    elements topic topics task tasks consideration considerations strategies strategy step steps
    settings mechanisms mechanism capabilities capability building
    """
)

# Nouns that make a term a topic rather than a thing: `Memory Configuration` has no meaning to ask.
TOPICS = _words(
    """
    configuration handling management integration considerations methods features optimization
    settings selection support usage implications impact behavior behaviour access capabilities
    requirements strategies performance monitoring security pricing cost costs scaling tuning
    reduction assistance durability throughput process
    """
)

# Titles that choose: their terms are what something is chosen for.
CHOOSING = _words("choosing selecting picking")

# Verbs of an answer that say what something is made of rather than what it does.
COMPOSED = _words(
    """
    consist contain combine comprise run have involve include serve refer focus fit mean
    """
)

# Nouns that make a term the name of one thing: `the Circuit Breaker pattern`.
ARTICLE_NOUNS = _words(
    """
    pattern principle model method law effect theorem phase state rule scale cycle reaction
    process algorithm test command parameter protocol paradox series equation
    """
)

QUESTION_WORDS = _words(
    """
    when how why what which where who can does do is are should will
    """
)

# A question that begins with one of the first, or has one of the others, needs its context.
PRONOUNS_FOR_THINGS = _words("it its they them their")
POINTING = _words("this these those here")

# Of these, the ones that begin a clause as often as a question: `When you configure …`.
CLAUSE_WORDS = _words("when where")

STOP = _words(
    """
    a an the of in on for to and or with by from at as is are be it its this that these those into
    using via vs versus per your our their than not no can may each all any has have when where
    which who how what why between across through based only also such one
    """
)

# Words of a name that name no one thing, so that a description may use them.
COMMON_NAME_WORDS = _words(
    """
    amazon aws azure google microsoft service services pattern patterns the
    """
)

PREPOSITIONS = _words(
    """
    of for in with on to about from by when under between supporting using during at within that
    which per into
    """
)

# After one of these a word is a noun, though it may look like a verb: `tools for cooks`.
BEFORE_NOUNS = PREPOSITIONS | _words("a an the and or your all")

PRONOUNS = _words(
    """
    this that these those it they he she we you there here such both each another one some many
    most all if when while for in on to by as with once after before since because however
    additionally also similarly instead thus therefore then so hence
    """
)

# Subjects whose sentence says something about the text, not about the world.
EMPTY_SUBJECTS = _words(
    """
    way ways reason goal key difference differences result example examples point approach step
    case cases benefit benefits idea choice choices practice practices concept considerations
    trade-offs question rule understanding thing problem
    """
)

# Verbs that tell what the subject does (base form).
DO_VERBS = _words(
    """
    absorb accept act add address adjust aggregate allow analyze apply assign assume attach
    attract automate bake balance bend bind block boil break bring broadcast build burn burrow
    cache capture carry carve cause change check circulate clean coat collect colour combine
    communicate compare comprise compute conduct connect consist consume contain control convert
    cook cool coordinate copy count cover create crystallise crystallize cut decay declare
    decouple define delete deliver depend deposit describe detect determine develop differ
    digest direct discover display dissolve distribute divide drive dry eat eliminate enable
    encrypt enforce enhance ensure erode erupt escape establish evaluate evaporate examine excel
    execute expire explain expose express extend facilitate fall feed ferment fetch filter fit
    float flow focus form freeze gather generate give govern grind group grow guarantee guide
    handle harden heat help hide hold host identify impact implement improve include increase
    indicate inform inhabit inhibit integrate intercept introduce invoke involve isolate keep
    kill kneel last launch lay lead leave let limit link list listen live load locate lock log
    look lose lower maintain make manage map mark match mean measure melt merge minimize mix
    modify monitor move notify occur offer operate optimize orchestrate organize overcome own
    oxidise oxidize partition pass peel perform persist pick place point poll populate pour
    press prevent process produce promote protect provide publish pull push put query raise
    reach react read receive record recover reduce refer reflect refract register regulate
    reject release remove replicate represent request require resolve respond rest restrict
    retain retrieve retry return reveal rise roast route rub run save scale scan schedule seal
    season secure send separate serialize serve set shape share shed show shrink simplify sink
    slow smooth soak soften sort specify speed split spread stabilise stabilize start state stir
    stop store strain stream strengthen subscribe suit supply support suspend sweeten swell
    switch synchronize take taste tell terminate test thicken thin throttle tie trace track
    transfer transform translate transport travel trigger turn update use validate vary verify
    warm wash watch wear weigh work wrap write yield
    """
)
# Of these the question can take the verb along: `what do stages represent?`
ECHO_VERBS = _words(
    """
    represent define control determine specify describe provide offer contain collect hold measure
    mean enable handle store manage distribute prevent simplify allow orchestrate populate update
    support include involve ensure consume require
    """
)
# Of a name the question takes only these along; else it asks what the name does.
ECHO_OF_NAMES = _words("provide offer include enable allow support")
# Verbs that are as often nouns (`calls`, `requests`): they need an article after them to count.
NOUN_VERBS = _words(
    """
    call cache filter form function group host limit link list load lock log map mark match
    measure place process produce query read record release request run scale scan schedule set
    share show sort start state stop store stream supply switch test trace track transfer trigger
    turn update use watch work write change count cover copy drive display block handle direct
    address control support lead
    """
)
# After one of these at the start of an answer such a word was a noun: `Writes and reads use …`.
AFTER_NOUNS = _words("and or are is was were of have has can do")
DETERMINERS = _words(
    """
    the a an all any each every your its their this that one two three four five how when where as
    for with in on to various multiple several both traffic data only
    """
)
# Verbs that, at the start of an answer, tell the learner what to do.
ADVICE_VERBS = _words(
    """
    use choose set configure implement apply avoid keep ensure consider monitor test plan start
    prefer design leverage deploy initialize adjust add assume create select include employ follow
    make encrypt handle identify define share
    """
)

# Words that set one thing against another: a difference that has one of them tells of both sides. A
# mere “better” does not.
CONTRAST = _words("while whereas unlike but than both versus compared instead")
COMPARED = _words(
    """
    clear tight loos fast slow larg small great strong weak high low simpl short long
    """
)

# Kinds of sections whose members have proper names.
NAMING_KINDS = frozenset({"service"})

# Kinds whose wording tells what the term is one of; for others the section is named, too.
UNPLACED = _words(
    "practice consideration characteristic feature benefit drawback aspect difference"
)

# What makes a lead-in a sentence rather than a noun phrase.
FINITE = _words("is are was has have can must should will may you we they it do does be")

# Verbs after a bold subject, beside those of `DO_VERBS`.
COPULAS = _words("is are was were means refers denotes describes can has have")
