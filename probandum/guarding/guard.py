"""The guard of a streamed answer: each sentence is held back until it is judged."""

from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from typing import Literal, Unpack

from probandum.agent.models import ClaimResult
from probandum.agent.report import CorrectedResponse, Report
from probandum.agent.taxonomy import Label, Outcome
from probandum.api import AuditArguments
from probandum.guarding.auditor import Auditor
from probandum.guarding.pieces import Pieces
from probandum.intake.answer import field_of
from probandum.tools.errors import InputError
from probandum.tools.evidence import Frozen

Mode = Literal["annotate", "repair", "stop", "watch"]
Action = Literal["passed", "annotated", "repaired", "withheld", "stopped"]
_BEFORE, _LONGEST_BEFORE = 2, 500
"""Sentences of the same paragraph, and characters of each, that tell what a sentence's words refer to."""
_PARAGRAPH = "\n\n"
_STANDS = (Label.SUPPORTED, Label.UNEVALUATABLE)
_NOTHING = "–"
"""Stands for white space in an audit, which takes no empty answer."""


class GuardedSentence(Frozen):
    """One sentence of an answer, judged.

    Attributes:
        text: what to show; empty where nothing is to be shown.
        written: what the model wrote, with the white space behind it.
        action: what was done to it.
        claims: its claims, judged; their places are those in the report's response.
        report: the audit of it together with the sentences before it that tell what its words refer to.
    """

    text: str
    written: str
    action: Action
    claims: tuple[ClaimResult, ...]
    report: Report

    @property
    def flagged(self) -> tuple[ClaimResult, ...]:
        """Its claims that are not supported."""
        return flagged(self.claims)

    def __str__(self) -> str:
        return self.text


async def guard(
    stream: AsyncIterable[object] | Iterable[object], *, mode: Mode = "annotate", **arguments: Unpack[AuditArguments]
) -> AsyncIterator[GuardedSentence]:
    """Check an answer against its context while it is written.

    Every sentence is audited by itself as soon as it is whole, and given with what is to be shown of it. What is not a
    claim, or could not be decided, passes: only what is contradicted, absent or partially supported is acted on.

    Args:
        stream: the answer in chunks: strings, or what LangChain and OpenAI stream.
        mode: ``annotate`` writes behind a sentence what is wrong with it; ``repair`` changes what a verified quote
            corrects and withholds what nothing corrects; ``stop`` gives such a sentence empty, as the last, and reads
            no further; ``watch`` changes nothing and leaves it to the caller.
        **arguments: as for `probandum.audit`; ``context`` is read once. The judge is ``embedded`` unless named: it
            takes milliseconds, a language model the time of one first look.

    Raises:
        InputError: there is no such mode, or an argument belongs to a single audit.
        ConfigError: a setting or option does not hold.
        JudgeError: a language model did not answer.
    """
    if mode not in ("annotate", "repair", "stop", "watch"):
        raise InputError(f"the guard has no mode {mode!r}; choose 'annotate', 'repair', 'stop' or 'watch'")
    how: AuditArguments = {"profile": "fast", **arguments}
    guarded = _Guard(Auditor(**how), mode)
    pieces = Pieces()
    async for chunk in _chunks(stream):
        for piece in pieces.add(text_of_chunk(chunk)):
            yield (sentence := await guarded.judged(piece))
            if sentence.action == "stopped":
                return
    for piece in pieces.rest():
        yield (sentence := await guarded.judged(piece))
        if sentence.action == "stopped":
            return


class _Guard:
    def __init__(self, auditor: Auditor, mode: Mode) -> None:
        self._auditor, self._mode, self._before = auditor, mode, deque[str](maxlen=_BEFORE)

    async def judged(self, written: str) -> GuardedSentence:
        before = "".join(self._before)
        report = await self._auditor.audit(before + written if written.strip() else _NOTHING)
        if _PARAGRAPH in written:
            self._before.clear()
        else:
            self._before.append(written[-_LONGEST_BEFORE:])
        here = len(before)
        claims = tuple(claim for claim in report.claims if claim.span is None or claim.span.end > here)
        text, action = _acted(written, claims, report.corrected, here=here, mode=self._mode)
        return GuardedSentence(text=text, written=written, action=action, claims=claims, report=report)


def _acted(
    written: str, claims: Sequence[ClaimResult], corrected: CorrectedResponse | None, *, here: int, mode: Mode
) -> tuple[str, Action]:
    """What is shown of a sentence that stands at ``here`` in what was audited, and what was done to it."""
    wrong = flagged(claims)
    if not wrong or mode == "watch":
        return written, "passed"
    if mode == "stop":
        return "", "stopped"
    if mode == "annotate":
        blank = written[len(written.rstrip()) :]
        return f"{written.rstrip()} [{'; '.join(map(note, wrong))}]{blank}", "annotated"
    changes = [change for change in corrected.changes if change.span.start >= here] if corrected else []
    if not {claim.id for claim in wrong} <= {change.claim for change in changes if change.new}:
        return "", "withheld"
    for change in reversed(changes):
        written = written[: change.span.start - here] + (change.new or "") + written[change.span.end - here :]
    return written, "repaired"


def note(claim: ClaimResult) -> str:
    """What is wrong with a claim, in a few words for whoever reads the answer."""
    verdict = claim.verdict
    if verdict is None:
        return "not checked"
    said = "not in the sources" if verdict.label is Label.ABSENT else verdict.label.value.replace("_", " ")
    quote = next((quote.text for quote in verdict.quotes), "")
    return f"{said}: “{quote}”" if quote and verdict.label is not Label.ABSENT else said


def text_of_chunk(chunk: object) -> str:
    """The text of a piece of a stream: a string, a chunk of LangChain or of OpenAI's API; empty where it has none."""
    if isinstance(chunk, str):
        return chunk
    if choices := field_of(chunk, "choices"):
        return text_of_chunk(field_of(choices[0], "delta", ""))
    if field_of(chunk, "type") == "response.output_text.delta":
        return str(field_of(chunk, "delta", ""))
    content = field_of(chunk, "content")
    if isinstance(content, list):
        return "".join(text for block in content if isinstance(text := field_of(block, "text", block), str))
    return content if isinstance(content, str) else ""


def flagged(claims: Iterable[ClaimResult]) -> tuple[ClaimResult, ...]:
    """The claims that a judge calls contradicted, absent or partially supported."""
    judged = (claim for claim in claims if claim.outcome is Outcome.JUDGED)
    return tuple(claim for claim in judged if claim.verdict and claim.verdict.label not in _STANDS)


async def _chunks(stream: AsyncIterable[object] | Iterable[object]) -> AsyncIterator[object]:
    if isinstance(stream, AsyncIterable):
        async for chunk in stream:
            yield chunk
    elif isinstance(stream, str) or not isinstance(stream, Iterable):
        raise InputError(f"a stream gives its text in chunks, and this is {type(stream).__name__}; audit it instead")
    else:
        for chunk in stream:
            yield chunk
