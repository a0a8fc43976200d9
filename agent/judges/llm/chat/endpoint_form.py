"""How calls are put for one endpoint and model, and which form is next where it refuses one; sending is elsewhere.

Endpoints that call themselves compatible differ in what they take: a temperature, the name of the limit, JSON schemas
and their keywords, log-probabilities, a system role. The best form is sent first; a refusal that names a parameter
leads one step down. Nothing is probed for.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from probandum.agent.judges.llm.chat.form_words import form_words
from probandum.agent.judges.llm.chat.protocol import ChatCall, Message
from probandum.prompts import fill
from probandum.tools.evidence import Frozen

Structured = Literal["bounded", "schema", "loose", "json_object", "words"]
"""How an answer is held to its form, strongest first: a strict schema with bounds on texts and lists, one without, a
schema that is not called strict, JSON of any form, nothing but words."""

_LEVELS: tuple[Structured, ...] = ("bounded", "schema", "loose", "json_object", "words")
_BOUNDS = frozenset({"minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "pattern", "format"})
_KEYWORDS = re.compile(
    r"m(?:in|ax)length|m(?:in|ax)items|\bm(?:in|ax)imum\b|\bpattern\b|multipleof|keyword|too complex|grammar"
)
_CHOICES = re.compile(r"\bany_?of\b|\bone_?of\b|\$ref|\$defs")
_TYPE = re.compile(r"json_object|schema|strict|format['.` ]{0,3}type")
"""What tells that a type of ``response_format`` is refused, not the parameter itself."""
_MOST = re.compile(r"(?:less than or equal to|at most|maximum(?: of| is)?|between 0 and|up to|<=)\s*(\d{1,2})\b")
CANDIDATES = 10
_READ = 4_000
"""Characters of a refusal; what it is about stands at its beginning."""
_ABOUT_FORM = frozenset({200, 400, 405, 415, 422, 501})
_WINDOW = re.compile(
    r"context.{0,3}(?:length|size|window)|exceeds the available context|maximum context|prompt is too long"
    r"|input is too long|too many input tokens|input token count|reduce the length"
)
_FILTER = re.compile(r"content_filter|content management policy|responsibleaipolicy")
_PARAMETER = re.compile(r"temperature|logprob|response_format|json_schema|max_completion_tokens|support the requested")


class EndpointForm(Frozen):
    """What an endpoint takes with one model, as far as it is known."""

    temperature: bool = True
    limit: Literal["max_completion_tokens", "max_tokens"] = "max_completion_tokens"
    structured: Structured = "bounded"
    candidates: int = CANDIDATES
    """Of each token, with log-probabilities; 0 asks for none."""
    system: bool = True
    """Whether there is a role ``system``."""
    alternate: bool = False
    """Whether messages of one role must not follow each other."""


@dataclass(frozen=True)
class Refusal:
    """That an endpoint does not take a request."""

    status: int
    words: str
    """Its message and whatever else it names, lower case."""

    @classmethod
    def of(cls, status: int, said: str) -> "Refusal":
        """The refusal with a status and a message, however long that is."""
        return cls(status, said[:_READ].lower())

    @property
    def of_the_window(self) -> bool:
        """Whether the prompt is too long for the model, in whatever form it is put."""
        return bool(_WINDOW.search(self.words))

    @property
    def of_the_filter(self) -> bool:
        """Whether the provider's filter declined the text."""
        return bool(_FILTER.search(self.words))

    @property
    def of_a_parameter(self) -> bool:
        """Whether a refusal that looks like one of the key or the model is about a parameter."""
        return bool(_PARAMETER.search(self.words))


def used(call: ChatCall) -> frozenset[str]:
    """Which abilities a call depends on."""
    wanted = {"request"}
    if call.response is not None:
        wanted.add("structured")
    if call.logprobs:
        wanted.add("logprobs")
    return frozenset(wanted)


def simpler(form: EndpointForm, refusal: Refusal, call: ChatCall, *, guess: bool = True) -> EndpointForm | None:
    """The next form to try: a step down at what the refusal names, else at the likeliest; None where none is left.

    Args:
        form: the one that was refused.
        refusal: what the endpoint said.
        call: what was asked.
        guess: whether a refusal that names nothing known may be about the form at all.
    """
    named = next(_named(form, refusal.words, call), None)
    if named is not None:
        return named
    return next(_likeliest(form, call), None) if guess and refusal.status in _ABOUT_FORM else None


def _named(form: EndpointForm, words: str, call: ChatCall) -> Iterator[EndpointForm]:
    if "temperature" in words and form.temperature:
        yield form.model_copy(update={"temperature": False})
    if form.limit in words:
        other = "max_tokens" if form.limit == "max_completion_tokens" else "max_completion_tokens"
        yield form.model_copy(update={"limit": other})
    if "logprob" in words and call.logprobs and form.candidates:
        most = _MOST.search(words)
        fewer = int(most[1]) if most else 0
        yield form.model_copy(update={"candidates": fewer if 0 < fewer < form.candidates else 0})
    if call.response is not None and form.structured != "words" and _about_form(words):
        yield form.model_copy(update={"structured": _lower(form.structured, words)})
    if "alternat" in words and not form.alternate:
        yield form.model_copy(update={"alternate": True, "system": False})
    if form.system and re.search(r"system|developer instruction|\brole", words):
        yield form.model_copy(update={"system": False})


def _about_form(words: str) -> bool:
    return bool(
        re.search(r"response_?format|json_schema|json_object|schema|structured output|strict|json mode", words)
        or _KEYWORDS.search(words)
    )


def _lower(now: Structured, words: str) -> Structured:
    """The next level that the words leave open."""
    if now != "json_object" and ("json_object" in words or _CHOICES.search(words)):
        return "json_object"  # the forms of verdicts have choices, so that no schema is left where those are refused
    if now == "bounded" and _KEYWORDS.search(words):
        return "schema"
    if now in ("bounded", "schema") and "strict" in words and "schema" not in words.replace("json_schema", ""):
        return "loose"
    if "response_format" in words and not _TYPE.search(words):
        return "words"
    if now != "json_object" and re.search(r"invalid schema|in schema|schema must|schema for", words):
        return "schema" if now == "bounded" else "json_object"
    return "json_object" if now in ("bounded", "schema", "loose") else "words"


def _likeliest(form: EndpointForm, call: ChatCall) -> Iterator[EndpointForm]:
    """Where the endpoint does not say what it refuses."""
    structured = form.structured if call.response is not None else "words"
    if structured in ("bounded", "schema"):
        yield form.model_copy(update={"structured": "loose"})
    if call.logprobs and form.candidates:
        yield form.model_copy(update={"candidates": 0})
    if form.temperature:
        yield form.model_copy(update={"temperature": False})
    if structured != "words":
        yield form.model_copy(update={"structured": _LEVELS[_LEVELS.index(structured) + 1]})
    if form.limit == "max_completion_tokens":
        yield form.model_copy(update={"limit": "max_tokens"})
    if form.system:
        yield form.model_copy(update={"system": False})
    if not form.alternate:
        yield form.model_copy(update={"alternate": True})


def request_body(call: ChatCall, form: EndpointForm, *, temperature: float | None, room: int) -> dict[str, object]:
    """The parameters of a call beside its messages, as the protocol names them.

    Args:
        call: what is asked.
        form: how the endpoint wants it.
        temperature: of a call that names none; None leaves it to the endpoint.
        room: tokens for a reply, where the call does not say.
    """
    body: dict[str, object] = {form.limit: call.max_output_tokens or room}
    chosen = temperature if call.temperature is None else call.temperature
    if form.temperature and chosen is not None:
        body["temperature"] = chosen
    if call.logprobs and form.candidates:
        body |= {"logprobs": True, "top_logprobs": form.candidates}
    if call.response is not None and form.structured == "json_object":
        body["response_format"] = {"type": "json_object"}
    elif call.response is not None and form.structured != "words":
        schema = dict(call.response.schema) if form.structured == "bounded" else unbounded(call.response.schema)
        strict = {"strict": True} if form.structured != "loose" else {}
        body["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": call.response.name, "schema": schema, **strict},
        }
    return body


def unbounded(schema: Mapping[str, object]) -> dict[str, object]:
    """A schema without the keywords that say how long texts and lists may get."""
    return {key: _unbounded(value, key) for key, value in schema.items() if key not in _BOUNDS}


def _unbounded(value: object, key: str) -> object:
    if isinstance(value, Mapping):
        # Below these stand names of fields, which may be called "format" themselves.
        if key in ("properties", "$defs"):
            return {name: unbounded(each) if isinstance(each, Mapping) else each for name, each in value.items()}
        return unbounded(value)
    return [_unbounded(each, "") for each in value] if isinstance(value, list) else value


def put_messages(call: ChatCall, form: EndpointForm) -> tuple[Message, ...]:
    """The messages as the endpoint wants them, the form told in words where no schema is sent."""
    told = list(call.messages)
    if call.response is not None and form.structured in ("json_object", "words"):
        told.append(("user", fill("answer_form", form=form_words(call.response.schema)).strip()))
    if not form.system:
        told = [("user" if role == "system" else role, text) for role, text in told]
    if not form.alternate:
        return tuple(told)
    joined: list[Message] = []
    for role, text in told:
        if joined and joined[-1][0] == role:
            joined[-1] = (role, f"{joined[-1][1]}\n\n{text}")
        else:
            joined.append((role, text))
    return tuple(joined)
