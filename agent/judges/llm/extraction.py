"""Takes a response apart into claims by asking a model, every sentence accounted for; the asking itself is elsewhere.

Sentences are cut by code and numbered; what is a question or a heading by its form is not asked about. A model is given
a window of sentences at once. Code guards what comes back: a claim that says more than its sentence, or the same again,
does not count; what no claim covers becomes one in its own words. A small model is not asked at all: the rules by which
clauses are cut do better, see `probandum.agent.claims.splitting`.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from probandum.agent.claims.checkable import no_claim_reason
from probandum.agent.claims.grounding import claim_span, is_grounded, left_over
from probandum.agent.claims.plausibility import is_plausible
from probandum.agent.judges.llm.chat.protocol import ChatReply, ResponseSchema
from probandum.agent.judges.llm.prompting.dialogue import dialogue
from probandum.agent.judges.llm.replies.parsing import json_object
from probandum.agent.judges.llm.replies.schema import matched
from probandum.agent.judges.llm.sentence_windows import NumberedSentence, number_sentences, sentence_windows
from probandum.agent.judges.llm.session import ModelSession, Prompt, UnusableReply
from probandum.agent.models import Claim, Extraction, Sentence, Span
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import NoClaim
from probandum.agent.usage import Usage
from probandum.prompts import fill
from probandum.tools.errors import JudgeError, ProbandumError
from probandum.tools.evidence import digest
from probandum.tools.segmentation.sentences import BlockKind

PROMPTS = ("extract", "scope_facts", "scope_all")
_AT_ONCE = 4  # calls; so that a long response does not use up all that the endpoint allows
_BEFORE_CHARACTERS = 600
_CHECKABLE = (NoClaim.OPINION, NoClaim.FIRST_PERSON)
_MOST_CLAIMS = 12  # of one sentence
_CLAIM_CHARACTERS = 300

Accounted = tuple[Sentence, tuple[Claim, ...]]


@dataclass(frozen=True)
class _Told:
    """What is known of one sentence: its claims in words, or why it has none."""

    claims: tuple[str, ...] = ()
    reason: NoClaim | None = None


async def extract(request: AuditRequest, *, session: ModelSession, all_checkable: bool) -> Extraction:
    """Every sentence of the response with its claims or the reason why it gives none; errors as in `ModelSession.ask`.

    Args:
        request: the audit.
        session: the model.
        all_checkable: take opinions and first-person talk as claims, too.
    """
    numbered = tuple(number_sentences(request.response))
    told = await _Work(request, session, all_checkable=all_checkable).told(numbered)
    found = [_accounted(sentence, told.get(sentence.number, _Told())) for sentence in numbered]
    return Extraction(
        sentences=tuple(sentence for sentence, _ in found),
        claims=tuple(dict.fromkeys(claim for _, claims in found for claim in claims)),
        usage=session.usage,
    )


class _Work:
    """Which sentences are asked about, what is asked, and what of an answer counts."""

    def __init__(self, request: AuditRequest, session: ModelSession, *, all_checkable: bool) -> None:
        self.request = request
        self.session = session
        self.all_checkable = all_checkable

    def by_form(self, sentence: NumberedSentence) -> NoClaim | None:
        """Why a sentence gives no claim, as far as its form alone tells."""
        if sentence.kind is BlockKind.ROW and not any(character.isalnum() for character in sentence.text):
            return NoClaim.HEADING
        reason = no_claim_reason(sentence.text, kind=sentence.kind, all_checkable=self.all_checkable)
        formal = (NoClaim.QUESTION, NoClaim.HEADING, NoClaim.BOILERPLATE)
        return reason if reason in formal else None

    def counted(self, sentence: NumberedSentence, written: Sequence[str]) -> _Told:
        """What counts of an answer on a sentence; empty where nothing does, so that it stands in its own words."""
        given = [claim for each in written if (claim := " ".join(each.split()))]
        if len(given) == 1 and isinstance(reason := matched(NoClaim, given[0]), NoClaim):
            return _Told(reason=reason) if self._may_be_excused(reason, sentence) else _Told()
        before = " ".join((self.before(sentence), self.request.question or ""))
        held = [claim for claim in dict.fromkeys(given) if is_grounded(claim, sentence.text, before)]
        if not held or left_over(sentence.text, held):
            return _Told()
        return _Told(claims=tuple(held))

    def before(self, sentence: NumberedSentence) -> str:
        """What stands in the response just before a sentence."""
        start = sentence.span.start
        return self.request.response[max(0, start - _BEFORE_CHARACTERS) : start]

    def _may_be_excused(self, reason: NoClaim, sentence: NumberedSentence) -> bool:
        if self.all_checkable and reason in _CHECKABLE:
            return False
        return is_plausible(reason, sentence.text, kind=sentence.kind)

    async def told(self, numbered: Sequence[NumberedSentence]) -> Mapping[str, _Told]:
        """What is known of each sentence; where a window fails the others are given up, for claims would be missing."""
        by_form = {each.number: _Told(reason=reason) for each in numbered if (reason := self.by_form(each))}
        room, failed = asyncio.Semaphore(_AT_ONCE), list[ProbandumError]()

        async def window(sentences: Sequence[NumberedSentence]) -> dict[str, _Told]:
            asked = [each for each in sentences if each.number not in by_form]
            if not asked:
                return {}
            async with room:
                written = await self.session.ask(self._question(sentences, asked), _read_many)
            return {each.number: self.counted(each, written.get(each.number, ())) for each in asked}

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(window(each)) for each in sentence_windows(self.request.response)]
        except* ProbandumError as errors:
            failed += (error for error in errors.exceptions if isinstance(error, ProbandumError))
        if failed:
            raise _costing(failed[0], self.session.usage)
        return by_form | {number: told for task in tasks for number, told in task.result().items()}

    def _question(self, sentences: Sequence[NumberedSentence], asked: Sequence[NumberedSentence]) -> Prompt:
        fence, request = self.session.fence, self.request
        numbers = {each.number for each in asked}
        lines = [each.line if each.number in numbers else " ".join(each.text.split()) for each in sentences]
        parts = [dialogue(request.history, fence)] if request.history else []
        if request.question:
            parts.append(fence.wrap("question", request.question))
        if before := self.before(sentences[0]).strip():
            parts.append(fence.wrap("before", before))
        scope = fill("scope_all" if self.all_checkable else "scope_facts").strip()
        return Prompt(
            messages=(
                ("system", fill("extract", scope=scope)),
                ("user", "\n".join([*parts, fence.wrap("sentences", "\n".join(lines))])),
            ),
            response=_form([each.number for each in asked]),
            stage="extract",
        )


def _costing(error: ProbandumError, usage: Usage) -> ProbandumError:
    """The error with what all windows spent, not only its own."""
    if isinstance(error, JudgeError):
        error.usage = usage
    return error


def _read_many(answer: ChatReply) -> Mapping[str, Sequence[str]]:
    written = json_object(answer.text)
    if len(written) == 1 and isinstance(inner := next(iter(written.values())), dict):
        written = inner
    if not written:
        raise UnusableReply("The answer is no JSON object with an entry for every numbered sentence.")
    return {number.strip(): _texts(given) for number, given in written.items()}


def _texts(given: object) -> Sequence[str]:
    """The claims of an entry, also where each was written as an object or there is one alone."""
    listed = given if isinstance(given, list) else [given]
    named = (next(iter(each.values()), "") if isinstance(each, dict) else each for each in listed)
    return [each for each in named if isinstance(each, str)][:_MOST_CLAIMS]


def _form(numbers: Sequence[str]) -> ResponseSchema:
    """An object with a list of claims for every number."""
    text: dict[str, JsonValue] = {"type": "string", "maxLength": _CLAIM_CHARACTERS}
    listed: dict[str, JsonValue] = {"type": "array", "items": text, "maxItems": _MOST_CLAIMS}
    fields: dict[str, JsonValue] = dict.fromkeys(numbers, listed)
    schema = {"type": "object", "properties": fields, "required": [*numbers], "additionalProperties": False}
    return ResponseSchema("claims", schema)


def _accounted(sentence: NumberedSentence, told: _Told) -> Accounted:
    span = sentence.span
    identity = "s-" + digest(f"{span.start}:{span.end}", sentence.text)[:12]
    if told.claims:
        stand = (Claim.of(each, sentence=identity, span=_span(each, sentence)) for each in told.claims)
        claims = tuple(dict.fromkeys(stand))
    else:
        claims = () if told.reason else (Claim.of(sentence.text, sentence=identity, span=span),)
    ids = tuple(claim.id for claim in claims)
    return Sentence(id=identity, text=sentence.text, span=span, claims=ids, reason=told.reason), claims


def _span(claim: str, sentence: NumberedSentence) -> Span:
    start, end = claim_span(claim, sentence.text)
    return Span(start=sentence.span.start + start, end=sentence.span.start + end)
