"""Words a claim as its evidence has it, where a typed difference says which words to change; the rest is left alone."""

import re
from collections.abc import Sequence

from probandum.agent.judges.embedded.differences.difference import Differing
from probandum.agent.taxonomy import ErrorType

_VALUES = (ErrorType.NUMBER, ErrorType.TEMPORAL, ErrorType.ENTITY)


def correction(claim: str, differences: Sequence[Differing]) -> str | None:
    """The claim with every number, date and name put right; None where a difference is of another kind or place."""
    contradicts = [difference for difference in differences if difference.contradicts]
    worded = claim
    for difference in contradicts:
        place = re.compile(rf"(?<!\w){re.escape(difference.claim)}(?!\w)")
        pronoun = difference.type is ErrorType.ENTITY and difference.claim[0].islower()
        if difference.type not in _VALUES or pronoun or len(place.findall(worded)) != 1:
            return None
        worded = difference.evidence.join(place.split(worded))
    return worded if contradicts and worded != claim else None
