"""Takes a response apart into claims by asking a model, every sentence accounted for; the asking itself is elsewhere.

Sentences are cut by code and numbered for the model; what it leaves out, or excuses without good reason, is asked for
once more and then kept as a claim in its own words. A long response is taken in windows cut at the ends of sentences.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from probandum.agent.fence import Fence
from probandum.agent.judge import Extraction
from probandum.agent.llm.ask import Asker, Question, parsed
from probandum.agent.llm.chat import Answer, Message, ResponseSchema, Structured
from probandum.agent.llm.dialogue import dialogue
from probandum.agent.llm.excuses import plausible
from probandum.agent.llm.questions import in_form
from probandum.agent.llm.schema import ClaimWritten, ExtractionWritten, SentenceWritten, json_schema
from probandum.agent.models import AuditRequest, Claim, Sentence, Span
from probandum.agent.quotes import align, find
from probandum.agent.taxonomy import NoClaim
from probandum.prompts import fill
from probandum.tools.evidence import digest
from probandum.tools.sentences import Kind, sentences

PROMPTS = ("extract_system", "extract_scope_facts", "extract_scope_all", "extract_user", "extract_missing", "none")
# So much that the answer, about twice as long, mostly fits the usual limit of output tokens.
WINDOW_CHARACTERS = 4_000
WINDOW_SENTENCES = 60
_BEFORE_CHARACTERS = 600
_TELLING_CHARACTERS = 12  # fewer may stand in any sentence
_CHECKABLE = (NoClaim.OPINION, NoClaim.FIRST_PERSON)


@dataclass(frozen=True)
class _Numbered:
    """A sentence under the number that the model knows it by."""

    number: str
    text: str
    span: Span
    kind: Kind

    @property
    def line(self) -> str:
        """On one line, so that nothing in the text passes for the number of another sentence."""
        return f"{self.number}: {' '.join(self.text.split())}"


async def extract(request: AuditRequest, *, asker: Asker, structured: Structured, all_checkable: bool) -> Extraction:
    """Every sentence of the response with its claims or the reason why it gives none; errors as in `Asker.ask`."""
    found: list[tuple[Sentence, tuple[Claim, ...]]] = []
    for window in _windows(tuple(_numbered(request.response))):
        question = _question(window, request, asker.fence, structured=structured, all_checkable=all_checkable)
        entries = await _entries(window, question, asker, all_checkable=all_checkable)
        written = _by_sentence(window, entries)
        found += [_accounted(s, entries.get(s.number), written.get(s.number, [])) for s in window]
    return Extraction(
        sentences=tuple(sentence for sentence, _ in found),
        claims=tuple(dict.fromkeys(claim for _, claims in found for claim in claims)),
        usage=asker.usage,
    )


async def _entries(
    window: Sequence[_Numbered], question: Question, asker: Asker, *, all_checkable: bool
) -> Mapping[str, SentenceWritten]:
    written = await asker.ask(question, _read)
    entries = _usable(written, window, all_checkable=all_checkable)
    missing = [sentence for sentence in window if sentence.number not in entries]
    if not missing:
        return entries
    listed = asker.fence.wrap("missing", "\n".join(sentence.line for sentence in missing))
    again: tuple[Message, ...] = (
        ("assistant", written.model_dump_json()),
        ("user", fill("extract_missing", missing=listed)),
    )
    second = await asker.ask(replace(question, messages=(*question.messages, *again)), _read)
    return {**_usable(second, window, all_checkable=all_checkable), **entries}


def _read(answer: Answer) -> ExtractionWritten:
    return parsed(ExtractionWritten, answer.text)


def _usable(
    written: ExtractionWritten, window: Sequence[_Numbered], *, all_checkable: bool
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


def _excused(entry: SentenceWritten, sentence: _Numbered, *, all_checkable: bool) -> bool:
    if entry.reason is None or (all_checkable and entry.reason in _CHECKABLE):
        return False
    return plausible(entry.reason, sentence.text, kind=sentence.kind)


def _question(
    window: Sequence[_Numbered], request: AuditRequest, fence: Fence, *, structured: Structured, all_checkable: bool
) -> Question:
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
    question = Question(
        messages=(("system", fill("extract_system", scope=scope)), ("user", shown)),
        response=ResponseSchema("claims", json_schema(ExtractionWritten, bounded=structured != "tools")),
        stage="extract",
    )
    return in_form(question, structured)


def _numbered(response: str) -> Iterator[_Numbered]:
    for place, stretch in enumerate(sentences(response), start=1):
        span = Span(start=stretch.start, end=stretch.end)
        yield _Numbered(number=f"s{place}", text=response[span.start : span.end], span=span, kind=stretch.kind)


def _windows(numbered: Sequence[_Numbered]) -> Iterator[tuple[_Numbered, ...]]:
    window: list[_Numbered] = []
    for sentence in numbered:
        full = len(window) == WINDOW_SENTENCES
        if window and (full or sentence.span.end - window[0].span.start > WINDOW_CHARACTERS):
            yield tuple(window)
            window = []
        window.append(sentence)
    if window:
        yield tuple(window)


def _by_sentence(
    window: Sequence[_Numbered], entries: Mapping[str, SentenceWritten]
) -> Mapping[str, list[ClaimWritten]]:
    """The claims by the number of the sentence whose words they stand on, which is not always where they were put."""
    placed: dict[str, list[ClaimWritten]] = {}
    for sentence in window:
        entry = entries.get(sentence.number)
        for claim in entry.claims if entry else ():
            if claim.text.strip():
                placed.setdefault(_home(claim.words.strip(), sentence, window).number, []).append(claim)
    return placed


def _home(words: str, named: _Numbered, window: Sequence[_Numbered]) -> _Numbered:
    if len(words) < _TELLING_CHARACTERS or find(words, named.text):
        return named
    others = [sentence for sentence in window if find(words, sentence.text)]
    return others[0] if len(others) == 1 else named


def _accounted(
    sentence: _Numbered, entry: SentenceWritten | None, written: Sequence[ClaimWritten]
) -> tuple[Sentence, tuple[Claim, ...]]:
    span = sentence.span
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


def _span(words: str, sentence: _Numbered) -> Span:
    """Where the words of a claim stand in the response; the whole sentence where they are not to be found in it."""
    words = words.strip()
    found = (find(words, sentence.text) or align(words, sentence.text)) if words else None
    if found is None:
        return sentence.span
    return Span(start=sentence.span.start + found[0], end=sentence.span.start + found[1])
