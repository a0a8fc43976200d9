"""Words a claim as its evidence has it, where a typed difference says which words to change; the rest is left alone."""

import re
from collections.abc import Sequence

from probandum.agent.judges.embedded.differences.difference import Clash
from probandum.agent.taxonomy import ErrorType

_VALUES = (ErrorType.NUMBER, ErrorType.TEMPORAL, ErrorType.ENTITY)


def correction(claim: str, clashes: Sequence[Clash]) -> str | None:
    """The claim with every number, date and name put right; None where a difference is of another kind or place."""
    hard = [clash for clash in clashes if clash.hard]
    worded = claim
    for clash in hard:
        place = re.compile(rf"(?<!\w){re.escape(clash.claim)}(?!\w)")
        pronoun = clash.type is ErrorType.ENTITY and clash.claim[0].islower()
        if clash.type not in _VALUES or pronoun or len(place.findall(worded)) != 1:
            return None
        worded = clash.evidence.join(place.split(worded))
    return worded if hard and worded != claim else None
