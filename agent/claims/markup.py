"""Takes the marks of Markdown out of a claim: emphasis, code, strikes and bullets say nothing."""

import re

_PAIRED = re.compile(
    r"(?<!\w)(?P<mark>\*{1,3}|_{1,3}|`{1,2})(?=[^\s*_`])(?P<told>[^*_`\n]{1,400}?|[^*`\n]{1,400}?)(?<=[^\s*_`])(?P=mark)(?!\w)"
)
_LEADING = re.compile(r"^\s*(?:>\s*)*(?:(?:[-*+•]|#{1,6})\s+)?(?:\[[ xX]\]\s+)?")
_LOOSE = re.compile(r"\*\*|(?<!\w)__(?=\w)|(?<=\w)__(?!\w)")


def without_marks(text: str) -> str:
    """A claim as it reads: ``The fee is **40 EUR**.`` is "The fee is 40 EUR."; names such as ``max_rounds`` stay."""
    if not any(mark in text for mark in "*_`#>•["):
        return text
    told = _LEADING.sub("", text)
    for _ in range(3):  # bold within italics within code is as deep as people go
        told, changed = _PAIRED.subn(r"\g<told>", told)
        if not changed:
            break
    return " ".join(_LOOSE.sub("", told).split()) or text
