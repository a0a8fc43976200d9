"""Other words for common ones of claims, for a search that found too little; no judge reads a meaning out of them."""

from collections.abc import Iterable
from functools import cache

from probandum.tools.segmentation.search_terms import tokens

_GROUPS = """
    abandon: drop quit forsake
    abroad: overseas foreign
    accident: crash collision
    acquire: buy purchase takeover
    actor: actress star
    address: speech talk
    aircraft: plane aeroplane airplane
    allow: permit let
    answer: reply respond
    appoint: name nominate
    area: region district
    arrest: detain custody
    ask: request demand
    attack: assault raid
    attorney: lawyer counsel
    author: writer wrote
    avoid: prevent
    award: prize honour honor
    ban: prohibit forbid outlaw
    begin: start began
    big: large
    bill: law act
    birthplace: birth
    blaze: fire
    boost: increase raise
    born: birth birthplace native
    boss: chief head
    build: construct erect built
    business: company firm
    capital: city seat
    car: vehicle automobile
    cause: lead result
    change: alter amend
    chief: head leader
    child: kid son daughter
    choose: select chose pick
    city: town municipality
    close: shut
    club: team
    company: firm business corporation
    complete: finish
    condition: illness disease
    contain: include consist
    contest: competition match
    contract: agreement deal
    convict: guilty sentence
    cost: price
    country: nation state
    court: judge tribunal
    create: make form
    criticise: criticize condemn
    cure: treat treatment
    daily: day
    dead: died death killed
    decline: fall drop
    decrease: fall drop lower
    defeat: beat win
    deny: reject refuse
    die: death dead passed
    director: directed filmmaker
    disease: illness condition disorder
    doctor: physician
    dose: dosage amount
    drug: medicine medication
    earn: receive salary
    educate: school university studied
    elect: vote election
    employ: hire worker staff
    end: finish close
    enemy: opponent rival
    establish: found start create
    fail: unable failure
    fall: drop decline
    famous: notable renowned
    fight: battle war
    film: movie picture
    find: discover found
    firm: company business
    forbid: ban prohibit
    found: establish start create
    game: match
    get: receive obtain
    give: provide grant
    goods: product
    government: state administration
    grow: increase rise grew
    harm: damage injury
    headquarters: based seat office
    help: aid assist support
    hire: recruit employ
    home: house residence
    hurt: injure wound
    husband: spouse married wife
    illness: disease sickness
    include: contain
    increase: rise grow raise
    inhabitants: population people residents
    injure: hurt wound
    invent: inventor devise
    job: post position role
    join: member sign
    kill: murder dead
    lawyer: attorney solicitor
    lead: head chair led
    leave: quit depart left
    locate: situated lies
    lose: lost defeat
    maker: manufacturer producer
    manufacture: make produce
    marry: wife husband spouse
    medicine: drug medication
    meet: met
    money: fund sum
    movie: film
    murder: kill homicide
    novel: book
    obtain: get receive
    occur: happen held
    offer: propose bid
    old: age aged
    open: inaugurate launch
    operate: run
    own: owner belong
    parent: mother father
    part: member
    partner: spouse companion
    pay: paid fee
    physician: doctor
    plane: aircraft jet
    play: perform appear
    police: officer
    population: inhabitants people residents
    post: position job
    president: head leader
    price: cost
    prison: jail
    produce: make manufacture
    profit: earnings income
    publish: release issue appear
    purchase: buy bought acquire
    quit: resign leave
    raise: increase lift
    receive: get given
    record: album
    release: publish launch issue
    repair: fix restore
    require: need must
    resign: quit step down
    revenue: sales turnover income
    rise: increase grow rose
    river: stream
    sale: sold sell
    school: college university
    sell: sold sale
    show: display reveal
    sick: ill
    song: single track
    speak: say talk
    spouse: wife husband married
    start: begin launch
    stop: end halt
    study: research trial
    sue: lawsuit court
    suspect: accuse
    teach: teacher professor
    team: side club
    town: city village
    treat: therapy treatment
    trial: study
    tumour: cancer tumor
    war: conflict battle
    wealth: rich fortune
    wed: marry
    wife: spouse married husband
    win: won victory
    work: job employ
    write: author wrote written
    wrote: author write
    yearly: annual year
"""


def synonyms(words: Iterable[str]) -> tuple[str, ...]:
    """Other words for these, each once, none of them a form of one of these."""
    known, own = _by_stem(), dict.fromkeys(stem for word in words for stem in tokens(word))
    found = (other for stem in own for other in known.get(stem, ()))
    return tuple(dict.fromkeys(other for other in found if own.keys().isdisjoint(tokens(other))))


@cache
def _by_stem() -> dict[str, tuple[str, ...]]:
    """The table, its heads cut as searches cut words, so that any form of one is found."""
    sentences = (sentence.split(":") for sentence in _GROUPS.strip().splitlines())
    return {stem: tuple(others.split()) for head, others in sentences for stem in tokens(head)}
