"""What a model finally says, without its thinking and without words around the JSON; reading the JSON is elsewhere."""

import json
import re
from collections.abc import Sequence

from probandum.agent.judges.llm.chat.protocol import TokenCandidates
from probandum.tools.evidence import well_formed

_TAG = re.compile(
    r"<(?P<a>/?)(?:think|thinking|thoughts?|reasoning|reflection)>|\[(?P<b>/?)THINK\]|◁(?P<c>/?)think▷", re.IGNORECASE
)
_CHANNEL = re.compile(r"<\|channel\|>\s*final\b[^<]*<\|message\|>", re.IGNORECASE)
_MOST_STARTS = 40


def final_text(text: str, *, form: bool) -> str:
    """The reply without thinking; empty where the thinking has no end.

    Args:
        text: as the model wrote it.
        form: whether a JSON object is wanted: it is then taken out of a code fence and of words around it.
    """
    text = well_formed(text)
    if form and _is_object(text):
        return text.strip()  # tags within it are words of what was read
    said = _after_thinking(text)
    return _json_within(said) if form else said


def final_tokens(tokens: Sequence[TokenCandidates], text: str) -> tuple[TokenCandidates, ...]:
    """The tokens of the final text, those of the thinking before it left out."""
    written = "".join(token.token for token in tokens)
    start = written.rfind(text) if text else len(written)
    if start < 0:  # a letter may be spread over tokens, none of which shows it
        start = max((tag.end() for tag in _TAG.finditer(written)), default=0)
    if start <= 0:
        return tuple(tokens)
    at, kept = 0, []
    for token in tokens:
        if at + len(token.token) > start:
            kept.append(token)
        at += len(token.token)
    return tuple(kept)


def _after_thinking(text: str) -> str:
    """The text without blocks of thinking: closed ones, one whose beginning was not written, one without an end."""
    if channels := [*_CHANNEL.finditer(text)]:
        text = text[channels[-1].end() :].partition("<|")[0]
    kept: list[str] = []
    at, opened, first = 0, -1, True
    for tag in _TAG.finditer(text):
        closes = any(tag.group("a", "b", "c"))
        if not closes and opened < 0:
            opened = tag.start()
        elif closes and opened >= 0:
            kept.append(text[at:opened])
            at, opened = tag.end(), -1
        elif closes and (first or text.find("{", at, tag.start()) < 0):
            kept, at = [], tag.end()
        first = False
    before = "".join((*kept, text[at:opened] if opened >= 0 else ""))
    if opened >= 0 and "{" not in before:
        return ""
    return "".join((*kept, text[at:])).strip()


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _json_within(text: str) -> str:
    """The JSON object that the text holds, the last whole one; the text itself where there is none."""
    if text.startswith("{") and text.endswith("}"):
        return text
    start, end = text.find("{"), text.rfind("}")
    if not 0 <= start < end:
        return text
    decoder = json.JSONDecoder()
    found = ""
    for _ in range(_MOST_STARTS):
        if start < 0:
            break
        try:
            value, after = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            after = start + 1
        else:
            found = text[start:after] if isinstance(value, dict) and value else found
        start = text.find("{", after)
    return found or text[text.find("{") : end + 1]
