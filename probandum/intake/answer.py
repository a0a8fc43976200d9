"""The answer in whatever form it is handed in: a text, or a message of OpenAI, Anthropic or LangChain with citations.

Citations that an API gives beside the text (``annotations`` of OpenAI, ``citations`` of Anthropic, ``citation``
annotations of LangChain's content blocks) are taken as they come: where they stand, and what they name.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

from probandum.agent.request import GivenCitation
from probandum.intake.shown import described
from probandum.tools.errors import InputError

_MEANT = "an answer is a text, an AuditRequest, or a message of OpenAI, Anthropic or LangChain"


@runtime_checkable
class HasContent(Protocol):
    """A message as an object, by the one field of it that is needed; a completion holds such."""

    content: Any


Message = Mapping[str, Any] | HasContent
"""A message, completion or response of OpenAI, Anthropic or LangChain, as an object or as a dict."""


class Answer(NamedTuple):
    """A text and what an API says that it cites."""

    text: str
    citations: tuple[GivenCitation, ...] = ()


def answer_of(response: object) -> Answer:
    """The text of an answer and its structured citations; `InputError` for what is none."""
    if isinstance(response, Answer):
        return response
    if isinstance(response, str):
        return Answer(response)
    message = _message(response)
    content = field_of(message, "content")
    if isinstance(content, str):
        return Answer(content, tuple(_annotated(field_of(message, "annotations"), 0, content)))
    if isinstance(content, Sequence) and not isinstance(content, bytes):
        return _of_blocks(content)
    raise InputError(f"the response is {described(response)}; {_MEANT}")


def _message(response: object) -> object:
    """The message that a completion, a response or a reply holds, as dict or object; else what was given."""
    choices, output = _listed(field_of(response, "choices")), _listed(field_of(response, "output"))
    if choices:
        return field_of(choices[0], "message") or choices[0]
    if output:
        blocks = [block for item in output for block in _listed(field_of(item, "content"))]
        return {"content": blocks} if blocks else response
    inner = field_of(response, "message")
    return inner if isinstance(inner, Mapping) else response


def _of_blocks(blocks: Sequence[object]) -> Answer:
    text = ""
    found: list[GivenCitation] = []
    for block in blocks:
        said = block if isinstance(block, str) else field_of(block, "text")
        if not isinstance(said, str):
            continue
        found += _annotated(field_of(block, "annotations"), len(text), said)
        found += _cited(field_of(block, "citations"), len(text), said)
        text += said
    if not text.strip():
        raise InputError(f"the response has no text in its content; {_MEANT}")
    return Answer(text, tuple(found))


def _annotated(annotations: object, at: int, text: str) -> Iterator[GivenCitation]:
    """Citations that say from where to where of the text they stand."""
    for each in _listed(annotations):
        inner = field_of(each, "url_citation") or field_of(each, "file_citation") or each
        start, end = (field_of(inner, name, field_of(each, name)) for name in ("start_index", "end_index"))
        if cited := _names(inner):
            whole = not (isinstance(start, int) and isinstance(end, int) and 0 <= start <= end <= len(text))
            span = (0, len(text)) if whole else (start, end)
            yield GivenCitation(start=at + span[0], end=at + span[1], cited=cited)


def _cited(citations: object, at: int, text: str) -> Iterator[GivenCitation]:
    """Citations of a whole block, as Anthropic gives them; documents are counted from nought there."""
    for each in _listed(citations):
        place = field_of(each, "document_index")
        if cited := (str(place + 1) if isinstance(place, int) else _names(each)):
            yield GivenCitation(start=at, end=at + len(text), cited=cited)


def _names(citation: object) -> str | None:
    names = ("url", "filename", "file_id", "source", "document_title", "title", "id")
    return next((value for name in names if isinstance(value := field_of(citation, name), str) and value), None)


def _listed(value: object) -> Sequence[Any]:
    if isinstance(value, str):
        return [value]
    return value if isinstance(value, Sequence) else []


def field_of(thing: object, name: str, default: object = None) -> Any:  # noqa: ANN401 - whatever stands there
    """What an object or a dict has under a name."""
    if isinstance(thing, Mapping):
        return thing.get(name, default)
    return getattr(thing, name, default)
