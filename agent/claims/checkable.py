"""Whether a sentence states something that can be checked, and if not, why; by its form alone."""

import re

from probandum.agent.taxonomy import NoClaim
from probandum.tools.segmentation.sentences import BlockKind

_QUESTION = re.compile(r"\?[\s\"'”’)\]*_]*$")
_REFUSAL = re.compile(
    r"\b(?:i(?:['’]m| am)? (?:cannot|can['’]?t|can not|won['’]?t|will not|do not|don['’]t|unable to|not able to|"
    r"could not|couldn['’]t) (?:help|assist|answer|provide|comply|fulfil|fulfill|do that|give|find|discuss|"
    r"have (?:access|enough|any|information|the))"
    r"|i am (?:unable|not able) to|i['’]m (?:unable|not able) to"
    r"|as an ai\b|as a language model\b|against my (?:guidelines|policy|policies))",
    re.IGNORECASE,
)
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


def no_claim_reason(sentence: str, *, kind: BlockKind, all_checkable: bool = False) -> NoClaim | None:
    """Why a sentence gives no claim, or None where it states something.

    Args:
        sentence: as it stands in the response.
        kind: the sort of block it stands in.
        all_checkable: take every declarative sentence, opinions and first-person talk included.
    """
    if kind in (BlockKind.HEADING, BlockKind.CODE) or not _LETTERS.search(sentence):
        return NoClaim.HEADING if kind is BlockKind.HEADING else NoClaim.BOILERPLATE
    if _QUESTION.search(sentence):
        return NoClaim.QUESTION
    if _IMPERATIVE.search(sentence):
        return NoClaim.INSTRUCTION
    return None if all_checkable else _not_a_statement(sentence)


def _not_a_statement(sentence: str) -> NoClaim | None:
    for pattern, reason in (
        (_REFUSAL, NoClaim.REFUSAL),
        (_BOILERPLATE, NoClaim.BOILERPLATE),
        (_OPINION, NoClaim.OPINION),
        (_FIRST_PERSON, NoClaim.FIRST_PERSON),
    ):
        if pattern.search(sentence):
            return reason
    return None
