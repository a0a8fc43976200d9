"""What a model has to answer, as types, and how its spelling is forgiven; their JSON schemas and asking are elsewhere.

Reasoning comes before the label, and what depends on the label after it, since a model writes in this order.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import SkipJsonSchema

from probandum.agent.judges.llm.method import WrittenReasoning
from probandum.agent.taxonomy import ErrorType, Label, Why
from probandum.tools.source import SearchArguments

Name = TypeVar("Name", bound=StrEnum)

_NOT_A_LETTER = re.compile(r"[^a-z]+")
_NO_NAME = re.compile(r"[^a-z0-9]+")
_NUMBER = re.compile(r"\d{1,6}")
_MOST_CITES = 4
_FIRST_LABELS = (Label.SUPPORTED, Label.CONTRADICTED, Label.PARTIALLY_SUPPORTED, Label.ABSENT)
_NOTHING = frozenset({"", "none", "null", "n_a", "na", "nil"})


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


def _name(given: str) -> str:
    return _NO_NAME.sub("_", given.casefold()).strip("_")


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


def _numbers(given: object) -> object:
    """Numbers of sentences, also where they were written as ``"[3]"``, ``"3, 4"`` or one number alone."""
    listed = given if isinstance(given, list) else [] if given is None else [given]
    found: list[object] = []
    for each in listed:
        found += [int(number) for number in _NUMBER.findall(each)[:_MOST_CITES]] if isinstance(each, str) else [each]
    return list(dict.fromkeys(each for each in found if isinstance(each, int)))[:12]


def _yes_or_no(given: object) -> object:
    if isinstance(given, bool):
        return "yes" if given else "no"
    return _plain(given) if isinstance(given, str) else given


class PartWritten(Written):
    """One part of a claim, compared."""

    part: Phrase
    finding: Annotated[str, _shortened(500), Field(max_length=500, json_schema_extra={"maxLength": 240})]
    status: Annotated[Literal["match", "conflict", "missing"], BeforeValidator(_status)]


Cites = Annotated[
    list[int],
    BeforeValidator(_numbers),
    Field(max_length=12, json_schema_extra={"maxItems": _MOST_CITES}),
]
YesNo = Annotated[Literal["yes", "no"], BeforeValidator(_yes_or_no)]
ErrorTypes = Annotated[list[ErrorType], BeforeValidator(_listed), Field(max_length=4)]
Detail = Annotated[str, _shortened(120), Field(max_length=120)] | None
WhyNot = Annotated[Why | None, BeforeValidator(lambda given: _optional(Why, given))]
Correction = Annotated[str, _shortened(500), Field(max_length=500, json_schema_extra={"maxLength": 300})] | None
Confidence = Annotated[float, BeforeValidator(_share), Field(ge=0, le=1)]
LabelWritten = Annotated[Label, BeforeValidator(lambda given: matched(Label, given))]


FirstLabel = Annotated[
    Label,
    BeforeValidator(lambda given: matched(Label, given)),
    WithJsonSchema({"type": "string", "enum": [each.value for each in _FIRST_LABELS]}),
]


OwnType = Annotated[SkipJsonSchema[str | None], Field(exclude=True)]
"""Which of the user's own error types it is; told by the reader of the answer, not by the model."""


class Typed(Written):
    """A verdict that may name an error type of the user's own: it then reads ``other``, with the name beside it."""

    @model_validator(mode="before")
    @classmethod
    def _own_apart(cls, given: object, info: ValidationInfo) -> object:
        if not isinstance(given, dict):
            return given
        own = (info.context or {}).get("own_types", ())
        written = given.get("error_types")
        listed = written if isinstance(written, list) else [written]
        found = [name for each in listed if isinstance(each, str) and (name := _name(each)) in own]
        if not found:
            return {**given, "own_type": None}
        others = [each for each in listed if not (isinstance(each, str) and _name(each) in own)]
        kept = [*others, ErrorType.OTHER.value]
        return {**given, "own_type": found[0], "error_types": kept}


class FirstLookWritten(Typed):
    """A verdict at first sight: whether the evidence states the claim comes first, since that word is weighed."""

    fully_stated: YesNo
    cites: Cites
    label: FirstLabel
    error_types: ErrorTypes
    own_type: OwnType = None


class SecondLookWritten(Typed):
    """Five steps, then what follows from them."""

    restatement: Thought
    cites: Cites
    comparison: Annotated[list[PartWritten], Field(max_length=12, json_schema_extra={"maxItems": 6})]
    decision: Thought
    explanation: Thought
    fully_stated: YesNo
    label: LabelWritten
    error_types: ErrorTypes
    detail: Detail
    why: WhyNot
    correction: Correction = None
    confidence: Confidence
    own_type: OwnType = None


LookWritten = FirstLookWritten | SecondLookWritten
LOOKS: Mapping[WrittenReasoning, type[FirstLookWritten] | type[SecondLookWritten]] = {
    "cot": SecondLookWritten,
    "direct": FirstLookWritten,
}


class CallWritten(SearchArguments):
    """One search, with the name of the tool."""

    tool: Annotated[str, Field(max_length=80)]


class SearchWritten(Written):
    """The model asks for evidence, in place of a verdict."""

    reasoning: Thought
    calls: Annotated[list[CallWritten], Field(min_length=1, max_length=4)]


class SearchOrVerdict(Written):
    """One step, one decision."""

    decision: SearchWritten | SecondLookWritten
