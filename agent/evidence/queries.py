"""The words that evidence for a claim is searched by, narrow first; whom to ask with them is decided elsewhere."""

import re
from collections.abc import Iterable

from probandum.agent.language.synonyms import synonyms
from probandum.agent.models import Claim, Verdict
from probandum.tools.segmentation.search_terms import STOP_WORDS

_LONGEST = 1_000
_WORD = re.compile(r"[\w'’-]+")
_NAME = re.compile(r"\b[A-Z][\w'’-]*(?:\s+(?:of|the|and|de|von|van)?\s*[A-Z][\w'’-]*)*")
_NUMBER = re.compile(r"\d")


def queries(claim: Claim, previous: Verdict | None = None) -> tuple[str, ...]:
    """What to ask a source that was not asked yet: what a reopened verdict missed, then the claim itself.

    Args:
        claim: what evidence is needed for.
        previous: the verdict that was reopened; each part that it missed is asked for with the names it needs.
    """
    text = claim.text.strip()
    parts = [part.text.strip() for part in previous.parts if part.status != "match"] if previous else []
    return _distinct([*(_named(part, text) for part in parts), text])


def further_queries(claim: Claim) -> tuple[str, ...]:
    """What to ask a source that had its say and shall be asked otherwise, broader and broader.

    The words that carry meaning with others that mean the same, these words alone, those without numbers (which a
    source may give differently), and at last the names alone.
    """
    words = [word for word in _WORD.findall(claim.text) if word.casefold() not in STOP_WORDS]
    numberless = [word for word in words if not _NUMBER.search(word)]
    others = synonyms(word for word in words if word.islower())
    return _distinct([" ".join([*words, *others]), " ".join(words), " ".join(numberless), " ".join(_names(claim.text))])


def _distinct(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(query[:_LONGEST] for query in found if query))


def _named(part: str, claim: str) -> str:
    missing = [name for name in _names(claim) if name.casefold() not in part.casefold()]
    return " ".join([*missing, part])


def _names(claim: str) -> tuple[str, ...]:
    """Runs of capitalised words; a first word that any sentence may begin with is none."""
    found = (match.group().strip() for match in _NAME.finditer(claim))
    return tuple(dict.fromkeys(name for name in found if name.casefold() not in STOP_WORDS))
