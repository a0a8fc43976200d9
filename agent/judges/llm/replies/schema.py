"""What a model has to answer, as types, and how its spelling is forgiven; their JSON schemas and asking are elsewhere.

Reasoning comes before the label, and what depends on the label after it, since a model writes in this order.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from probandum.agent.options import Reasoning
from probandum.agent.taxonomy import ErrorType, Label, NoClaim, Why
from probandum.tools.source import SearchArguments

Name = TypeVar("Name", bound=StrEnum)

_NOT_A_LETTER = re.compile(r"[^a-z]+")
_QUOTE_CHARACTERS = 600  # about a long sentence; of a longer quote the first words count
_QUOTE_IN_FORM = 300  # where the form has bounds: there the writing ends, perhaps within a word
_NOTHING = frozenset({"", "none", "null", "n_a", "na", "nil"})
_MOST_CLAIMS = 60  # in one answer; the room for it mostly allows fewer


class Written(BaseModel):
    """What a model wrote: unknown fields are left out of account."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def _shortened(limit: int) -> BeforeValidator:
    # A step that is too long is still a step.
    return BeforeValidator(lambda given: given[:limit] if isinstance(given, str) else given)


# More is taken than a form with bounds allows: there a bound ends the writing of a weak model, in reading it would cost
# a repair.
Thought = Annotated[str, _shortened(1_500), Field(max_length=1_500, json_schema_extra={"maxLength": 600})]
Phrase = Annotated[str, _shortened(300), Field(max_length=300, json_schema_extra={"maxLength": 160})]


def _plain(given: str) -> str:
    return _NOT_A_LETTER.sub("_", given.casefold().replace("isation", "ization")).strip("_")


def matched(kind: type[Name], given: object) -> object:
    """The member of ``kind`` that is meant, whatever the case, spaces or hyphens; anything else as it is given."""
    if not isinstance(given, str):
        return given
    letters = _plain(given).replace("_", "")
    return next((member for member in kind if _plain(member.value).replace("_", "") == letters), given)


def _optional(kind: type[Name], given: object) -> object:
    return None if isinstance(given, str) and _plain(given) in _NOTHING else matched(kind, given)


def _listed(given: object) -> object:
    listed = [given] if isinstance(given, str) else given
    if not isinstance(listed, list):
        return [] if given is None else given
    named = [matched(ErrorType, each) for each in listed]
    return list(dict.fromkeys(each for each in named if not (isinstance(each, str) and _plain(each) in _NOTHING)))


def _share(given: object) -> object:
    """A confidence between 0 and 1, also where it was written as per cent."""
    if isinstance(given, str) and given.strip().endswith("%"):
        given = given.strip().removesuffix("%")
        return float(given) / 100 if given.replace(".", "", 1).isdigit() else given
    return given / 100 if isinstance(given, int | float) and 1 < given <= 100 else given  # noqa: PLR2004 - per cent


def _status(given: object) -> object:
    plain = _plain(given) if isinstance(given, str) else given
    return {"matches": "match", "conflicts": "conflict"}.get(plain, plain) if isinstance(plain, str) else plain


def _first_words(given: object) -> object:
    if not isinstance(given, str) or (len(given) <= _QUOTE_CHARACTERS and len(given) != _QUOTE_IN_FORM):
        return given
    return given[:_QUOTE_CHARACTERS].rsplit(None, 1)[0]


class QuoteWritten(Written):
    """Words that the model says it read."""

    evidence_id: Annotated[str, Field(max_length=60)]
    text: Annotated[
        str,
        BeforeValidator(_first_words),
        Field(max_length=_QUOTE_CHARACTERS, json_schema_extra={"maxLength": _QUOTE_IN_FORM}),
    ]


class PartWritten(Written):
    """One part of a claim, compared."""

    part: Phrase
    finding: Annotated[str, _shortened(500), Field(max_length=500, json_schema_extra={"maxLength": 240})]
    status: Annotated[Literal["match", "conflict", "missing"], BeforeValidator(_status)]


Quotes = Annotated[list[QuoteWritten], Field(max_length=12, json_schema_extra={"maxItems": 4})]
ErrorTypes = Annotated[list[ErrorType], BeforeValidator(_listed), Field(max_length=4)]
Detail = Annotated[str, _shortened(120), Field(max_length=120)] | None
WhyNot = Annotated[Why | None, BeforeValidator(lambda given: _optional(Why, given))]
Correction = Annotated[str, _shortened(500), Field(max_length=500, json_schema_extra={"maxLength": 300})] | None
Confidence = Annotated[float, BeforeValidator(_share), Field(ge=0, le=1)]
LabelWritten = Annotated[Label, BeforeValidator(lambda given: matched(Label, given))]


class VerdictWritten(Written):
    """Five steps, then what follows from them."""

    restatement: Thought
    quotes: Quotes
    comparison: Annotated[list[PartWritten], Field(max_length=12, json_schema_extra={"maxItems": 6})]
    decision: Thought
    explanation: Thought
    label: LabelWritten
    error_types: ErrorTypes
    detail: Detail
    why: WhyNot
    correction: Correction = None
    confidence: Confidence


class DirectWritten(Written):
    """A verdict with what it rests on and no reasoning."""

    quotes: Quotes
    label: LabelWritten
    error_types: ErrorTypes
    detail: Detail
    why: WhyNot
    correction: Correction = None
    confidence: Confidence


VERDICTS: Mapping[Reasoning, type[VerdictWritten | DirectWritten]] = {"cot": VerdictWritten, "direct": DirectWritten}


class EntryWritten(Written):
    """The verdict on one of several claims."""

    claim_id: Annotated[str, Field(max_length=60)]
    verdict: VerdictWritten


class BatchWritten(Written):
    """Verdicts on several claims."""

    entry: ClassVar[str] = EntryWritten.__name__
    verdicts: Annotated[list[EntryWritten], Field(max_length=_MOST_CLAIMS)]


class DirectEntryWritten(Written):
    """The verdict on one of several claims, without reasoning."""

    claim_id: Annotated[str, Field(max_length=60)]
    verdict: DirectWritten


class DirectBatchWritten(Written):
    """Verdicts on several claims, without reasoning."""

    entry: ClassVar[str] = DirectEntryWritten.__name__
    verdicts: Annotated[list[DirectEntryWritten], Field(max_length=_MOST_CLAIMS)]


BATCHES: Mapping[Reasoning, type[BatchWritten | DirectBatchWritten]] = {
    "cot": BatchWritten,
    "direct": DirectBatchWritten,
}


class EntryRead(Written):
    """One entry of such an answer before its verdict is looked at, so that a bad one spoils no other."""

    claim_id: str
    verdict: dict[str, object]


class EntriesRead(Written):
    """An answer about several claims, entry by entry."""

    verdicts: list[EntryRead]


class CallWritten(SearchArguments):
    """One search, with the name of the tool."""

    tool: Annotated[str, Field(max_length=80)]


class SearchWritten(Written):
    """The model asks for evidence, in place of a verdict."""

    reasoning: Thought
    calls: Annotated[list[CallWritten], Field(min_length=1, max_length=4)]


class SearchOrVerdict(Written):
    """One step, one decision, for endpoints that take a schema or tools but not both."""

    decision: SearchWritten | VerdictWritten


class SearchOrVerdictDirect(Written):
    """The same without reasoning before a verdict."""

    decision: SearchWritten | DirectWritten


class ClaimWritten(Written):
    """A claim and the words of its sentence that it stands on."""

    words: Annotated[str, Field(max_length=1_500)]
    text: Annotated[str, Field(min_length=1, max_length=500)]


class SentenceWritten(Written):
    """One sentence accounted for.

    Claims come first: asked for the reason first, a small model excuses every sentence.
    """

    id: Annotated[str, Field(max_length=12)]
    claims: Annotated[list[ClaimWritten], Field(max_length=30)]
    reason: Annotated[NoClaim | None, BeforeValidator(lambda given: _optional(NoClaim, given))]


class ExtractionWritten(Written):
    """Every sentence accounted for."""

    sentences: Annotated[list[SentenceWritten], Field(max_length=200)]
