"""What is to be audited and against what: the nouns that an audit begins with."""

import json
import uuid
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from probandum.tools.document_forms import document_of
from probandum.tools.errors import InputError
from probandum.tools.evidence import Document, Frozen, Text, digest, with_sources

AUDIT_ID = r"^[A-Za-z0-9._-]{1,64}$"


def _as_documents(given: object) -> object:
    """One document stands for a list of it."""
    return (given,) if isinstance(given, str | Mapping | Document) else given


def _as_document(given: object) -> object:
    """A text is a document of it; other tools call the text of one ``content`` or ``page_content``."""
    if isinstance(given, str):
        return Document(text=given)
    if isinstance(given, Mapping) and "text" not in given:
        try:
            return document_of(given, where="a document")
        except InputError:
            return given  # what is wrong with it is said under its place
    return given


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


class Turn(Frozen):
    """One earlier turn of the dialogue that the response belongs to."""

    role: Literal["user", "assistant"]
    text: Text


class GivenCitation(Frozen):
    """A citation that an API gives beside the text; ``[start, end)`` in characters of the response cites it."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    cited: Text
    """What it names: a document's id, source, title, address, or its place counted from 1."""


class AuditRequest(Frozen):
    """What is to be audited, and against what."""

    response: Text
    """The text being audited; data, never instructions."""
    question: Text | None = None
    """What the response answers."""
    context: Annotated[
        tuple[Annotated[Document, BeforeValidator(_as_document)], ...],
        BeforeValidator(_as_documents),
        AfterValidator(with_sources),
    ] = ()
    """The reference; a plain string counts as a document, one document as a list of it, and one without a source is
    named by its place."""
    history: tuple[Turn, ...] = ()
    """What was said before the question, oldest first: it tells what words refer to and is never evidence."""
    claims: tuple[Annotated[Text, AfterValidator(_not_blank)], ...] = ()
    """Claims to judge as they stand, in place of extracting them from the response."""
    citations: tuple[GivenCitation, ...] = ()
    """What the response cites by its API's word, beside the markers in its text."""
    audit_id: str = Field(default_factory=lambda: uuid.uuid4().hex, pattern=AUDIT_ID)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of everything but the id: two requests that ask the same have the same fingerprint."""
        told = self.model_dump(mode="json", exclude={"audit_id"})
        if not self.citations:
            del told["citations"]
        for document in told["context"]:
            if document["id"] is None:
                del document["id"]
        return digest(json.dumps(told, ensure_ascii=False, separators=(",", ":")))
