"""Whether a text is what a tool gave back, so that it can tell whether something was done."""

import re

_CALL = re.compile(
    r"^[-*> \t]*`?[A-Za-z_][\w.]{1,80}`?(?:\([^()\n]{0,300}\))?`?\s*(?:->|=>|→|⇒|returned|returns)\s*\S", re.MULTILINE
)
_KEY = re.compile(
    r"[\"']?\b(?:tool|tool_name|tool_call_id|function|result|status|success|ok|error|output|observation)[\"']?\s*[:=]\s*\S",
    re.IGNORECASE,
)
_LOOKED_AT = 20_000


def is_tool_result(text: str) -> bool:
    """Whether a text reads as ``name(arguments) -> value`` or as an object of a result, a status, an error."""
    start = text[:_LOOKED_AT]
    if _CALL.search(start):
        return True
    return start.lstrip()[:1] in ("{", "[") and _KEY.search(start) is not None
