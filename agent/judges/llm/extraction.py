"""Takes a response apart into claims by asking a model, every sentence accounted for; the asking itself is elsewhere.

Sentences are cut by code and numbered for the model; what it leaves out, or excuses without good reason, is asked for
once more and then kept as a claim in its own words. Claims that lean on other sentences are asked for once more, too.
A long response is taken in windows cut at the ends of sentences, each shown with what stands before it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from probandum.agent.claims.plausibility import is_plausible
from probandum.agent.claims.references import has_unresolved_reference
from probandum.agent.evidence.quotes import align, find
from probandum.agent.judges.llm.capabilities import Capabilities
from probandum.agent.judges.llm.chat.protocol import ChatReply, Message, ResponseSchema
from probandum.agent.judges.llm.prompting.dialogue import dialogue
from probandum.agent.judges.llm.prompting.fence import Fence
from probandum.agent.judges.llm.prompting.json_schema import json_schema, narrow
from probandum.agent.judges.llm.prompting.messages import fit_to_endpoint
from probandum.agent.judges.llm.replies.schema import ClaimWritten, ExtractionWritten, SentenceWritten
from probandum.agent.judges.llm.sentence_windows import NumberedSentence, sentence_windows
from probandum.agent.judges.llm.session import ModelSession, Prompt, parse_reply
from probandum.agent.models import AuditRequest, Claim, Extraction, Sentence, Span
from probandum.agent.taxonomy import NoClaim
from probandum.agent.usage import Usage
from probandum.prompts import fill
from probandum.tools.errors import JudgeError, JudgeOutputError, JudgeRefused, ProbandumError
from probandum.tools.evidence import digest

PROMPTS = ("extract_system", "extract_scope_facts", "extract_scope_all", "extract_user", "extract_missing", "none")
_AT_ONCE = 4  # windows; so that a long response does not use up all that the endpoint allows
_BEFORE_CHARACTERS = 600
_TELLING_CHARACTERS = 12  # fewer may stand in any sentence
_SIZES = (250, 500, 1_000, 1_500)  # of sentences; a few, since a server that makes a grammar of a form keeps it
_CHARACTERS_PER_CLAIM = 50
_CHECKABLE = (NoClaim.OPINION, NoClaim.FIRST_PERSON)

Accounted = tuple[Sentence, tuple[Claim, ...]]


async def extract(
    request: AuditRequest, *, session: ModelSession, capabilities: Capabilities, all_checkable: bool
) -> Extraction:
    """Every sentence of the response with its claims or the reason why it gives none; errors as in `ModelSession.ask`.

    Windows are asked about at once. Where one fails the others are given up, since the claims would not be all.
    """
    room, failed = asyncio.Semaphore(_AT_ONCE), list[ProbandumError]()

    async def accounted(window: Sequence[NumberedSentence]) -> list[Accounted]:
        question = _question(window, request, session.fence, capabilities=capabilities, all_checkable=all_checkable)
        async with room:
            entries = await _entries(window, question, session, all_checkable=all_checkable)
        written = _by_sentence(window, entries)
        return [_accounted(sentence, entries.get(sentence.number), written) for sentence in window]

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(accounted(window)) for window in sentence_windows(request.response)]
    except* ProbandumError as errors:
        failed += (error for error in errors.exceptions if isinstance(error, ProbandumError))
    if failed:
        raise _costing(failed[0], session.usage)
    found = [each for task in tasks for each in task.result()]
    return Extraction(
        sentences=tuple(sentence for sentence, _ in found),
        claims=tuple(dict.fromkeys(claim for _, claims in found for claim in claims)),
        usage=session.usage,
    )


def _costing(error: ProbandumError, usage: Usage) -> ProbandumError:
    """The error with what all windows spent, not only its own."""
    if isinstance(error, JudgeError):
        error.usage = usage
    return error


async def _entries(
    window: Sequence[NumberedSentence], question: Prompt, session: ModelSession, *, all_checkable: bool
) -> Mapping[str, SentenceWritten]:
    """The entries by the number of their sentence; what is missing or leans on other sentences is asked for again."""
    written = await session.ask(question, _read)
    entries = _usable(written, window, all_checkable=all_checkable)
    missing = [sentence.line for sentence in window if sentence.number not in entries]
    unclear = [f"{number}: {claim.text}" for number, entry in entries.items() for claim in _leaning(entry)]
    if not missing and not unclear:
        return entries
    again: tuple[Message, ...] = (
        ("assistant", written.model_dump_json()),
        ("user", fill("extract_missing", missing=_lines(missing, session), unclear=_lines(unclear, session))),
    )
    try:
        second = await session.ask(replace(question, messages=(*question.messages, *again)), _read)
    except (JudgeOutputError, JudgeRefused):
        return entries  # what is there counts, and what is missing is kept in its own words
    for number, entry in _usable(second, window, all_checkable=all_checkable).items():
        if number not in entries or _clearer(entry, entries[number]):
            entries[number] = entry
    return entries


def _lines(lines: Sequence[str], session: ModelSession) -> str:
    return session.fence.wrap("missing", "\n".join(lines)) if lines else fill("none")


def _leaning(entry: SentenceWritten) -> list[ClaimWritten]:
    return [claim for claim in entry.claims if has_unresolved_reference(claim.text)]


def _clearer(second: SentenceWritten, first: SentenceWritten) -> bool:
    """Whether it says at least as much and leans less on other sentences."""
    return len(second.claims) >= len(first.claims) and len(_leaning(second)) < len(_leaning(first))


def _read(answer: ChatReply) -> ExtractionWritten:
    return parse_reply(ExtractionWritten, answer.text)


def _usable(
    written: ExtractionWritten, window: Sequence[NumberedSentence], *, all_checkable: bool
) -> dict[str, SentenceWritten]:
    """The entries that account for their sentence, by its number; the first where there are several."""
    by_number = {sentence.number: sentence for sentence in window}
    usable: dict[str, SentenceWritten] = {}
    for entry in written.sentences:
        sentence = by_number.get(entry.id.strip())
        excused = sentence is not None and _excused(entry, sentence, all_checkable=all_checkable)
        if excused or any(claim.text.strip() for claim in entry.claims):
            usable.setdefault(entry.id.strip(), entry)
    return usable


def _excused(entry: SentenceWritten, sentence: NumberedSentence, *, all_checkable: bool) -> bool:
    if entry.reason is None or (all_checkable and entry.reason in _CHECKABLE):
        return False
    return is_plausible(entry.reason, sentence.text, kind=sentence.kind)


def _question(
    window: Sequence[NumberedSentence],
    request: AuditRequest,
    fence: Fence,
    *,
    capabilities: Capabilities,
    all_checkable: bool,
) -> Prompt:
    scope = fill("extract_scope_all" if all_checkable else "extract_scope_facts")
    start = window[0].span.start
    before = request.response[max(0, start - _BEFORE_CHARACTERS) : start].strip()
    shown = fill(
        "extract_user",
        dialogue=dialogue(request.history, fence),
        question=fence.wrap("question", request.question) if request.question else fill("none"),
        before=fence.wrap("before", before) if before else fill("none"),
        sentences=fence.wrap("sentences", "\n".join(sentence.line for sentence in window)),
    )
    question = Prompt(
        messages=(("system", fill("extract_system", scope=scope)), ("user", shown)),
        response=_response(window, bounded=capabilities.bounds),
        stage="extract",
    )
    return fit_to_endpoint(question, capabilities.structured)


def _response(window: Sequence[NumberedSentence], *, bounded: bool) -> ResponseSchema:
    """The form of an answer: no other sentences than those shown, and no more of them, or a weak model never ends."""
    schema = json_schema(ExtractionWritten, bounded=bounded)
    numbers, texts = [sentence.number for sentence in window], [sentence.text for sentence in window]
    narrow(schema, SentenceWritten.__name__, id={"enum": numbers})
    if bounded:
        longest = max(map(len, texts))
        size = next((size for size in _SIZES if longest <= size), _SIZES[-1])
        narrow(schema, ExtractionWritten.__name__, sentences={"maxItems": len(numbers)})
        narrow(schema, SentenceWritten.__name__, claims={"maxItems": size // _CHARACTERS_PER_CLAIM})
        narrow(schema, ClaimWritten.__name__, words={"maxLength": size})
    return ResponseSchema("claims", schema)


def _by_sentence(
    window: Sequence[NumberedSentence], entries: Mapping[str, SentenceWritten]
) -> Mapping[str, list[ClaimWritten]]:
    """The claims by the number of the sentence whose words they stand on, which is not always where they were put."""
    placed: dict[str, list[ClaimWritten]] = {}
    for sentence in window:
        entry = entries.get(sentence.number)
        for claim in entry.claims if entry else ():
            if claim.text.strip():
                placed.setdefault(_home(claim.words.strip(), sentence, window).number, []).append(claim)
    return placed


def _home(words: str, named: NumberedSentence, window: Sequence[NumberedSentence]) -> NumberedSentence:
    if len(words) < _TELLING_CHARACTERS or find(words, named.text):
        return named
    others = [sentence for sentence in window if find(words, sentence.text)]
    return others[0] if len(others) == 1 else named


def _accounted(
    sentence: NumberedSentence, entry: SentenceWritten | None, placed: Mapping[str, Sequence[ClaimWritten]]
) -> Accounted:
    span, written = sentence.span, placed.get(sentence.number, ())
    identity = "s-" + digest(f"{span.start}:{span.end}", sentence.text)[:12]
    reason = entry.reason if entry and not written else None
    if written:
        stand = (Claim.of(c.text.strip(), sentence=identity, span=_span(c.words, sentence)) for c in written)
        claims = tuple(dict.fromkeys(stand))
    else:
        own = Claim.of(sentence.text, sentence=identity, span=span)
        claims = () if reason else (own,)
    ids = tuple(claim.id for claim in claims)
    return Sentence(id=identity, text=sentence.text, span=span, claims=ids, reason=reason), claims


def _span(words: str, sentence: NumberedSentence) -> Span:
    """Where the words of a claim stand in the response; the whole sentence where they are not to be found in it."""
    words = words.strip()
    found = (find(words, sentence.text) or align(words, sentence.text)) if words else None
    if found is None:
        return sentence.span
    return Span(start=sentence.span.start + found[0], end=sentence.span.start + found[1])
