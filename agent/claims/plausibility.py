"""Whether a model's reason for taking no claim from a sentence can be believed; taking claims is elsewhere.

A weak model excuses sentences that state something, and every sentence that it excuses is one that nobody checks.
"""

import re

from probandum.agent.claims.checkable import no_claim_reason
from probandum.agent.language.detection import is_english
from probandum.agent.language.lexicon import word_set
from probandum.agent.taxonomy import NoClaim
from probandum.tools.segmentation.sentences import BlockKind

_FORM = frozenset({NoClaim.QUESTION, NoClaim.HEADING, NoClaim.BOILERPLATE, NoClaim.REFUSAL})
"""Reasons that lie in the form of a sentence, so that code can see them too; of opinions a model knows more."""
_WORD = re.compile(r"[^\W\d_]+")
_VERBS = word_set("finite")
_FEW = 5
"""Fewer words than this may well be a formula that no list has."""
_SPEAKS = frozenset(
    {"i", "me", "my", "mine", "we", "us", "our", "you", "your", "yours", "please", "thank", "thanks", "hello", "hi"}
    | {"dear", "sorry", "welcome", "note", "disclaimer", "let"}
)
"""Words by which a text turns to its reader or speaks of its writer, as greetings, offers and refusals do."""


def is_plausible(reason: NoClaim, sentence: str, *, kind: BlockKind) -> bool:
    """False only for an English statement that is said to be a question, a heading, a formula or a refusal."""
    words = [word.lower() for word in _WORD.findall(sentence)]
    if reason not in _FORM or len(words) < _FEW or not is_english(sentence):
        return True
    numbers = any(letter.isdigit() for letter in sentence)
    if reason in (NoClaim.BOILERPLATE, NoClaim.REFUSAL) and numbers:
        return False
    if no_claim_reason(sentence, kind=kind) is not None:
        return True
    match reason:
        case NoClaim.QUESTION:
            return "?" in sentence
        case NoClaim.HEADING:
            states = any(word in _VERBS or word.endswith("ed") for word in words[1:])
            return not states or sentence.rstrip().endswith(":")
        case _:
            return not _SPEAKS.isdisjoint(words)
