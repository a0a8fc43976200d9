"""What a sentence does with a statement: assert, deny, ask, report, suppose or hedge it, by ``assertion.json``.

Assertion detection as in clinical language processing: triggers with a direction, a scope that ends at a terminator,
and triggers that only look like one (NegEx, Chapman et al. 2001; ConText, Harkema et al. 2009). A plain "not" in the
predicate is no frame: it is compared, with its place, among the typed differences.
"""

import json
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, NamedTuple

from probandum.agent.language.analysis import AnalyzedSentence, AnalyzedText, analyze_text
from probandum.tools.segmentation.sentences import BlockKind
from probandum.tools.segmentation.structure.tool_results import failure_beside

_MOST = 0.6
"""Share of the words of a statement that lie in a scope which governs it."""
_NEAR = 60
"""Characters after a trigger within which what it governs begins."""
_AT_END = 12
"""Characters before a question mark in which what is asked ends."""
_BETWEEN = r"[^\w]{1,4}"
_AT_START = r"^[^\w]{0,4}"
_WORD = r"[\w'’-]{1,40}"
_LONGEST = 2_000
"""Characters of a sentence that are looked at; what is longer is a table or a list, and no frame."""


class Status(StrEnum):
    """What the evidence does with a statement."""

    ASSERTED = "asserted"
    NEGATED = "negated"
    QUESTIONED = "questioned"
    REPORTED = "reported"
    HYPOTHETICAL = "hypothetical"
    POSSIBLE = "possible"
    RETRACTED = "retracted"


class Scope(NamedTuple):
    """A stretch that a trigger governs; ``[start, end)`` in characters of the sentence."""

    status: Status
    start: int
    end: int
    trigger: str
    """As it stands."""


@lru_cache(maxsize=4_096)
def scopes(sentence: str) -> tuple[Scope, ...]:
    """What triggers govern in a sentence; those inside an affirming phrase ("nobody doubts that") are none."""
    text = sentence[:_LONGEST]
    affirming = [match.span() for match in _rules().asserting.finditer(text)]
    ends = [match.start() for match in _rules().terminators.finditer(text)]
    found: list[Scope] = []
    for status, pattern in _rules().forward:
        for match in pattern.finditer(text):
            end = _end(match, ends, text) or len(sentence)
            found.append(Scope(status, match.end(), end, match.group()))
    for status, pattern in _rules().backward:
        matches = pattern.finditer(text)
        found += [Scope(status, 0, match.start(), match.group().strip(" ,-")) for match in matches]
    spans = [_trigger_span(scope, text) for scope in found]
    outermost = [span for span in spans if not any(_within(span, other) for other in spans)]
    return tuple(
        scope for scope, span in zip(found, spans, strict=True) if span in outermost and not _inside(span, affirming)
    )


def affirmations(text: str) -> tuple[tuple[int, int], ...]:
    """The phrases of a text that affirm what follows, negated as they may look: "nobody doubts that"."""
    return tuple(match.span() for match in _rules().asserting.finditer(text[:_LONGEST]))


def _end(trigger: re.Match[str], ends: Sequence[int], text: str) -> int | None:
    """Where the scope of a trigger ends before its sentence does: a condition or an aim is over at its comma."""
    places = [place for place in ends if place >= trigger.end()]
    said = trigger.group().lower()
    if (said in _rules().until_comma or said.endswith(" to")) and (comma := text.find(",", trigger.end() + 2)) >= 0:
        places.append(comma)
    return min(places, default=None)


def governing(claim: str, keys: frozenset[str], sentence: AnalyzedSentence, text: str) -> Scope | None:
    """What keeps a sentence of a passage from asserting a claim whose words it has; None where it asserts it.

    Args:
        claim: the text of the claim: one that itself reports, asks or supposes is stated by a report and so on.
        keys: the claim's content words.
        sentence: of the passage.
        text: the passage.
    """
    if words := failure_beside(claim, sentence.text, text):
        return Scope(Status.NEGATED, 0, len(sentence.text), words)
    around = _frame_around(analyze_text(text), sentence, keys) or _marked_up(text, sentence, keys)
    found = around or _frame_within(claim, sentence, keys)
    return None if found is not None and found.status is Status.ASSERTED else found


def _frame_within(claim: str, sentence: AnalyzedSentence, keys: frozenset[str]) -> Scope | None:
    """The scope in a sentence that governs the words of a claim, unless the claim stands in one of the same kind."""
    places = [word.start - sentence.start for word in sentence.words if word.content and word.key in keys]
    if not places:
        return None
    own = {scope.status for scope in scopes(claim)}
    for scope in scopes(sentence.text):
        within = [place for place in places if scope.start <= place < scope.end]
        if len(within) >= _MOST * len(places) and _is_near(scope, within) and scope.status not in own:
            return scope
    return None


def _is_near(scope: Scope, within: Sequence[int]) -> bool:
    """Whether what it governs begins right after the trigger, or ends right before: not in the next of a run."""
    return (within[0] - scope.start if scope.start else scope.end - within[-1]) <= _NEAR


def _frame_around(passage: AnalyzedText, sentence: AnalyzedSentence, keys: frozenset[str]) -> Scope | None:
    """What stands around a sentence and turns it: an answer to its question, a retraction, markup, a wrong example."""
    place = next((at for at, each in enumerate(passage.sentences) if each.start == sentence.start), None)
    if place is None:
        return None
    following = passage.sentences[place + 1].text if place + 1 < len(passage.sentences) else ""
    before = passage.sentences[place - 1].text if place else ""
    return _asked(sentence, following, keys) or _retracted(sentence, following) or _wrong_example(sentence, before)


def _asked(sentence: AnalyzedSentence, following: str, keys: frozenset[str]) -> Scope | None:
    whole = len(sentence.text)
    posed = next((scope for scope in scopes(sentence.text) if scope.status is Status.QUESTIONED), None)
    if not _is_polar(sentence, keys) and not (posed and posed.trigger.lower().startswith("true")):
        return None
    if _rules().yes.match(following):
        return Scope(Status.ASSERTED, 0, whole, following[:40])
    if _rules().no.match(following):
        return Scope(Status.NEGATED, 0, whole, following.partition(".")[0][:40])
    return Scope(Status.QUESTIONED, 0, whole, "?")


def _is_polar(sentence: AnalyzedSentence, keys: frozenset[str]) -> bool:
    """Whether it asks for yes or no; a question for a name or a reason takes the rest for granted.

    A statement with a question mark asks what stands before the mark, in a run of sentences not the first of them.
    """
    text = sentence.text.rstrip(" \"'”’*_)")
    if not text.endswith("?"):
        return False
    if _rules().polar.match(text):
        return True
    last = max((word.end - sentence.start for word in sentence.words if word.key in keys), default=0)
    return len(text) - last <= _AT_END and not _rules().open_question.search(text)


def _retracted(sentence: AnalyzedSentence, following: str) -> Scope | None:
    match = _rules().retraction.match(following.lstrip("*_>#- "))
    return Scope(Status.RETRACTED, 0, len(sentence.text), following[:60]) if match else None


def _wrong_example(sentence: AnalyzedSentence, before: str) -> Scope | None:
    if sentence.kind is not BlockKind.CODE or not _rules().wrong_example.search(before):
        return None
    return Scope(Status.HYPOTHETICAL, 0, len(sentence.text), before[:60])


def _marked_up(text: str, sentence: AnalyzedSentence, keys: frozenset[str]) -> Scope | None:
    places = [word.start for word in sentence.words if word.content and word.key in keys]
    for start, end, mark in _struck(text):
        if places and sum(start <= place < end for place in places) >= _MOST * len(places):
            return Scope(Status.RETRACTED, 0, len(sentence.text), mark)
    return None


@lru_cache(maxsize=256)
def _struck(text: str) -> tuple[tuple[int, int, str], ...]:
    """The stretches of a text between marks that strike them out or comment them out."""
    found = []
    for opening, closing in _rules().markup.items():
        if opening == closing:
            places = [match.start() for match in re.finditer(re.escape(opening), text)]
            found += [(a, b + len(closing), opening) for a, b in list(pairwise(places))[::2]]
            continue
        at = text.find(opening)
        while at >= 0:
            end = text.find(closing, at)
            end = len(text) if end < 0 else end + len(closing)
            found.append((at, end, opening))
            at = text.find(opening, end)
    return tuple(found)


def _trigger_span(scope: Scope, text: str) -> tuple[int, int]:
    if scope.start:
        return scope.start - len(scope.trigger), scope.start
    at = text.find(scope.trigger, scope.end)
    return at, at + len(scope.trigger)


def _within(span: tuple[int, int], other: tuple[int, int]) -> bool:
    return span != other and other[0] <= span[0] and span[1] <= other[1]


def _inside(span: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    return any(start <= span[0] < end or start < span[1] <= end for start, end in others)


class _Rules(NamedTuple):
    asserting: re.Pattern[str]
    forward: tuple[tuple[Status, re.Pattern[str]], ...]
    backward: tuple[tuple[Status, re.Pattern[str]], ...]
    terminators: re.Pattern[str]
    until_comma: frozenset[str]
    polar: re.Pattern[str]
    open_question: re.Pattern[str]
    yes: re.Pattern[str]
    no: re.Pattern[str]
    retraction: re.Pattern[str]
    wrong_example: re.Pattern[str]
    markup: Mapping[str, str]


@cache
def _rules() -> _Rules:
    table: Mapping[str, Any] = json.loads(files(__package__).joinpath("assertion.json").read_text(encoding="utf-8"))
    classes = table["classes"]

    def compiled(phrases: Sequence[str]) -> re.Pattern[str]:
        return re.compile("|".join(_phrase(each, classes) for each in phrases), re.IGNORECASE)

    def directed(name: str) -> tuple[tuple[Status, re.Pattern[str]], ...]:
        return tuple((Status(status), compiled(phrases)) for status, phrases in table[name].items())

    words = "|".join(table["terminators"])
    filled = "|".join(_filled(each, classes) for each in table["retractions"])
    return _Rules(
        asserting=compiled(table["asserting"]),
        forward=directed("forward"),
        backward=directed("backward"),
        terminators=re.compile(rf";|\b(?:{words})\b", re.IGNORECASE),
        until_comma=frozenset(table["until_comma"]),
        polar=re.compile(table["polar"], re.IGNORECASE),
        open_question=re.compile(table["open_question"], re.IGNORECASE),
        yes=re.compile(table["answers"]["yes"], re.IGNORECASE),
        no=re.compile(table["answers"]["no"], re.IGNORECASE),
        retraction=re.compile(filled, re.IGNORECASE),
        wrong_example=re.compile(table["wrong_example"], re.IGNORECASE),
        markup=table["markup"],
    )


def _filled(pattern: str, classes: Mapping[str, str]) -> str:
    return re.sub(r"<(\w+)>", lambda name: f"(?:{_filled(classes[name[1]], classes)})", pattern)


def _phrase(phrase: str, classes: Mapping[str, str]) -> str:
    """A phrase of the table as a pattern: ``<class>`` is one of its words, ``~3`` stands for up to three words."""
    pattern = ""
    for part in _parts(phrase):
        if part == "^":
            pattern = _AT_START
            continue
        gap = r"\b" if pattern in ("", _AT_START) else _BETWEEN
        if part.startswith("~"):
            pattern += rf"(?:{_BETWEEN}{_WORD}){{0,{int(part[1:])}}}"
        elif _is_optional(part):
            pattern += f"(?:{gap}{_filled(part[:-1], classes)})?"
        elif part[0] == "(" and not part[3:4].isalnum() and not pattern:
            pattern += _filled(part, classes)
        else:
            pattern += gap + _filled(part, classes)
    return rf"{pattern}(?!\w)"


def _is_optional(part: str) -> bool:
    """Whether it is one group that may be missing, and not a group with something optional at its end."""
    depth = 0
    for place, letter in enumerate(part):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return part[place:] == ")?"
    return False


def _parts(phrase: str) -> list[str]:
    """The phrase at its spaces, those within brackets left alone."""
    found, depth = [""], 0
    for letter in phrase:
        depth += (letter == "(") - (letter == ")")
        if letter == " " and depth == 0:
            found.append("")
        else:
            found[-1] += letter
    return [part for part in found if part]
