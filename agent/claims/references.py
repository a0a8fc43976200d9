"""Whether a claim can be understood by itself, as far as its first words show; rewriting it is elsewhere."""

import re

_LEANS = re.compile(
    r"(?:he|she|they|his|her|their|its|these|those|this|that|it)\b"
    # "It is known that …" and "It rained" point at nothing.
    r"(?!(?<=it)\s+(?:(?:is|was|has been|remains)\s+(?:not\s+|also\s+|now\s+)?\w+\s+(?:that|whether)\b|rain|snow))",
    re.IGNORECASE,
)


def has_unresolved_reference(claim: str) -> bool:
    """Whether it begins with an English pronoun, or a noun behind "this" or "these", that only its place explains."""
    return _LEANS.match(claim.lstrip("\"'“‘([ ")) is not None
