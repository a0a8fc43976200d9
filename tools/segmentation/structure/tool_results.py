"""Whether a text is what a tool gave back, and whether it says that it failed: so it tells what was done."""

import re

_CALL = re.compile(
    r"^[-*> \t]*`?[A-Za-z_][\w.]{1,80}`?(?:\([^()\n]{0,300}\))?`?\s*(?:->|=>|→|⇒|returned|returns)\s*\S", re.MULTILINE
)
_KEY = re.compile(
    r"[\"']?\b(?:tool|tool_name|tool_call_id|function|result|status|success|ok|error|output|observation)[\"']?\s*[:=]\s*\S",
    re.IGNORECASE,
)
_FAILURE = (
    r"error|errors|failed|failure|fails|denied|refused|rejected|forbidden|time[d ]{0,2}out|exception|unavailable|"
    r"aborted|not found|not allowed|not permitted|not possible|unauthori[sz]ed|no such|invalid|unsuccessful|"
    r"declined|(?:http )?[45]\d\d"
)
_UNABLE = r"(?:failed|fails|unable) to|could not|couldn['’]t|cannot|can['’]t|was not|were not|did not|not able"
_FAILED_CALL = re.compile(
    r"^[-*> \t]*`?[A-Za-z_][\w.]{1,80}`?\([^()\n]{0,300}\)`?\s*(?:->|=>|→|⇒|returned|returns)\s*[\"'{\[`]{0,2}"
    rf"(?P<words>(?:{_FAILURE})(?=\s*(?:[-:;,.!(–\"'}}\])`]|$))|(?:[a-z]+ ){{0,3}}(?:{_UNABLE})\b)",
    re.IGNORECASE,
)
_OF_FAILURE = re.compile(rf"\b(?:{_FAILURE}|{_UNABLE}|not|n['’]t|never|no)\b", re.IGNORECASE)
_FAILED_STATUS = re.compile(
    rf"[\"']?\b(?:status|result|outcome|state)[\"']?\s*[:=]\s*[\"']?(?P<words>{_FAILURE})\b"
    r"|[\"']?\b(?:success|succeeded|ok|done)[\"']?\s*[:=]\s*(?P<no>false|0|no)\b"
    r"|[\"']?\berrors?[\"']?\s*[:=]\s*(?P<said>(?!null\b|none\b|false\b|0\b|[\"']{2}|\[\]|\{\})[^\s,}][^,}\n]{0,40})",
    re.IGNORECASE,
)
_LOOKED_AT = 20_000
_FAILED_AT = 2_000


def is_tool_result(text: str) -> bool:
    """Whether a text reads as ``name(arguments) -> value`` or as an object of a result, a status, an error."""
    start = text[:_LOOKED_AT]
    if _CALL.search(start):
        return True
    return start.lstrip()[:1] in ("{", "[") and _KEY.search(start) is not None


def tells_of_failure(claim: str) -> bool:
    """Whether a claim itself says that something failed or was not done."""
    return _OF_FAILURE.search(claim) is not None


def failure_in(statement: str) -> str | None:
    """The words by which what a tool gave back says that it failed; None where it is no such thing, or none says so."""
    start = statement[:_FAILED_AT]
    if found := _FAILED_CALL.search(start):
        return found["words"]
    if is_tool_result(start) and (found := _FAILED_STATUS.search(start)):
        return found["words"] or found["no"] or found["said"]
    return None


def failure_beside(claim: str, sentence: str, passage: str) -> str | None:
    """The words by which what a sentence tells has failed, where a claim does not say so; an object is one reply."""
    words = failure_in(passage if passage.lstrip().startswith("{") else sentence)
    return None if words is None or tells_of_failure(claim) else words
