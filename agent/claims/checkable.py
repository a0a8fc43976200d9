"""Whether a sentence states something that can be checked, and if not, why; by its form alone."""

import re

from probandum.agent.language.lexicon import word_map, word_set
from probandum.agent.taxonomy import NoClaim
from probandum.tools.segmentation.sentences import BlockKind

_LABEL_ALONE = re.compile(r"[\s*_]*[\w'’-]+(?: [\w'’-]+){0,3}[\s*_]*:[\s*_]*")
_QUESTION = re.compile(r"\?[\s\"'”’)\]*_]*$")
_REFUSAL = re.compile(
    r"\b(?:i(?:['’]m| am)? (?:cannot|can['’]?t|can not|won['’]?t|will not|do not|don['’]t|unable to|not able to|"
    r"could not|couldn['’]t) (?:help|assist|answer|provide|comply|fulfil|fulfill|do that|give|find|discuss|"
    r"have (?:access|enough|any|information|the))"
    r"|i am (?:unable|not able) to|i['’]m (?:unable|not able) to"
    r"|^\W*(?:idk|no idea|not sure|dunno|no clue|unknown|n/a)\b[^.!?]{0,20}[.!]*$"
    r"|^\W*(?:(?:sorry|unfortunately|hm+|well)\b[\s,.!]*)*i (?:don['’]t|do not|can['’]t|cannot) (?:know|tell|say)\b"
    r"|as an ai\b|as a language model\b|against my (?:guidelines|policy|policies))",
    re.IGNORECASE,
)
_SOURCE = (
    r"(?:(?:provided|given|above|supplied|available|retrieved) )?"
    r"(?:contexts?|documents?|passages?|texts?|sources?|excerpts?)"
)
_NOT_TOLD = re.compile(
    rf"\b{_SOURCE} (?:that (?:was|were) (?:given|provided) )?(?:does|do|did)(?: not|n['’]t) "
    r"(?:say|state|mention|specify|contain|provide|include|tell|give|indicate|cover|discuss|address|answer)\b"
    r"|\b(?:provided|given|available|retrieved) information (?:does|do|did)(?: not|n['’]t)\b"
    rf"|\bno (?:information|mention|answer)\b[^.!?]{{0,60}}\b(?:in|from) the {_SOURCE}\b"
    r"|\b(?:is|are|was|were)(?: not|n['’]t) (?:mentioned|specified|stated|provided|given|answered|covered|found)\b"
    rf"[^.!?]{{0,20}}\b(?:in|by) the {_SOURCE}\b",
    re.IGNORECASE,
)
"""That the evidence does not tell: an answer that says no more than this declines."""
_BOILERPLATE = re.compile(
    r"^\W*(?:sure|certainly|of course|absolutely|great question|hello|hi|no problem|you['’]re welcome)"
    r"(?: there| thing)?\W*$"
    r"|^\W*(?:thanks|thank you)\b[^.!]{0,40}[.!]*$"
    r"|\b(?:(?:i )?hope (?:this|that|it) helps|let me know if|feel free to"
    r"|here (?:is|are) (?:the|a|an|some|my)\b[^.]*:$"
    r"|based on the (?:provided|given|above) (?:passages?|context|information|text|documents?)[^.]*:$"
    r"|please note that this (?:is|answer)|this is not (?:legal|medical|financial) advice"
    r"|consult (?:a|your) (?:doctor|physician|lawyer|healthcare)"
    r"|if you have any (?:(?:other|more|further) )?questions)",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(
    r"^\W*(?:(?:well|yes|no|oh|ok|okay|and|but|so|yeah|haha|actually|honestly)\b[\s,.!]*)*"
    r"(?:i|i['’](?:m|ve|d|ll)|me|my|we|we['’](?:re|ve|d|ll))\b",
    re.IGNORECASE,
)
_ACT = re.compile(
    r"^\W*(?:(?:yes|ok|okay|done|great|sure|perfect|and|so)\b[\s,.!–-]*)*(?:i|we)(?:['’]ve|\s+have|\s+had)?"
    r"(?:\s+(?:just|now|already|also|successfully|not))*\s+(?P<verb>[a-z]+)\b",
    re.IGNORECASE,
)
_PASTS = word_set("pasts") | frozenset(" ".join(word_map("irregular").values()).split())
_TERMS = re.compile(
    r"^\W*(?:(?:yes|no|and|but|so)\b[\s,.!]*)*(?:we|our \w+(?: \w+)?)\s+"
    r"(?:also |only |currently |do not |don['’]t |never )*"
    r"(?:offers?|provides?|ships?|delivers?|charges?|accepts?|sells?|refunds?|guarantees?|supports?|operates?|"
    r"opens?|closes?|"
    r"serves?|gives?|repl(?:y|ies)|responds?|stores?|keeps?|collects?|process(?:es)?|shares?|employs?|covers?|costs?|includes?|"
    r"lasts?|takes?|requires?)\b",
    re.IGNORECASE,
)
"""What a company says that it does: "We offer a refund"."""
_FELT = frozenset({"thought", "believed", "felt", "hoped", "needed", "liked", "loved", "wanted", "guessed", "supposed"})
_OPINION = re.compile(
    r"\b(?:in my (?:opinion|view)|i (?:think|believe|feel|guess|suppose|find|prefer|love|like|hate)|personally|"
    r"(?:is|are|was|were|looks?|seems?|sounds?) (?:\w+ )?(?:awesome|beautiful|amazing|wonderful|terrible|awful|boring|"
    r"disgusting|delicious|lovely|gorgeous|hilarious|overrated|underrated|cool|fun|cute|annoying))\b",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(
    r"^\W*(?:please|then|next|first|now|finally|also|always|never|simply|just)?,?\s*"
    r"(?:do not|don['’]t|let['’]s|make sure|"
    r"be sure|remember|note|consider|try|avoid|use|click|open|add|remove|turn|place|put|take|check|choose|select|"
    r"ensure|keep|mix|stir|pour|heat|bake|cook|boil|cut|apply|repeat|follow|go to|see|visit|ask|tell|read|write|"
    r"give|stop|contact|consult|install|press|enter|create|clean|wash|"
    r"rinse|drain|serve|combine|whisk|preheat|allow|let|shut|lift|pull|push|insert|tighten|tap|download|imagine)\b"
    r"(?!\s+(?:is|are|was|were|has|have|had|can|will|would|may|did|does|of)\b)(?=\s+\S)",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W_]{2}")


def no_claim_reason(
    sentence: str, *, kind: BlockKind, all_checkable: bool = False, acts: bool = False
) -> NoClaim | None:
    """Why a sentence gives no claim, or None where it states something.

    Args:
        sentence: as it stands in the response.
        kind: the sort of block it stands in.
        all_checkable: take every declarative sentence, opinions and first-person talk included.
        acts: take what the first person says it did as a statement: "I booked the table".
    """
    if kind in (BlockKind.HEADING, BlockKind.CODE) or not _LETTERS.search(sentence):
        return NoClaim.HEADING if kind is BlockKind.HEADING else NoClaim.BOILERPLATE
    if _LABEL_ALONE.fullmatch(sentence):
        return NoClaim.HEADING
    if _QUESTION.search(sentence):
        return NoClaim.QUESTION
    if _IMPERATIVE.search(sentence):
        return NoClaim.INSTRUCTION
    if all_checkable or (acts and _is_act(sentence)) or (_TERMS.match(sentence) and not _REFUSAL.search(sentence)):
        return None
    return _not_a_statement(sentence)


def _is_act(sentence: str) -> bool:
    """Whether the first person says what it did, not what it thinks or will do."""
    said = _ACT.match(sentence)
    verb = said["verb"].lower() if said else ""
    return (verb.endswith("ed") or verb in _PASTS) and verb not in _FELT


def _not_a_statement(sentence: str) -> NoClaim | None:
    for pattern, reason in (
        (_REFUSAL, NoClaim.REFUSAL),
        (_NOT_TOLD, NoClaim.REFUSAL),
        (_BOILERPLATE, NoClaim.BOILERPLATE),
        (_OPINION, NoClaim.OPINION),
        (_FIRST_PERSON, NoClaim.FIRST_PERSON),
    ):
        if pattern.search(sentence):
            return reason
    return None
