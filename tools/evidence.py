"""Documents and the passages cut from them, the nouns on the ground floor; how they are read or found is elsewhere."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_IDENTITY = re.compile(r"\s*(e-[0-9a-f]{12})\s*")


class Frozen(BaseModel):
    """A value: immutable, and closed to fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Origin(StrEnum):
    """Where evidence comes from, nearest to the request first."""

    CONTEXT = "context"
    CORPUS = "corpus"
    WEB = "web"
    MODEL = "model"
    CALCULATION = "calculation"
    """Worked out from numbers that a judge chose: true in itself, and of nothing else."""


_LONE = re.compile("[\ud800-\udfff]")


def well_formed(text: str) -> str:
    """The text with a mark in place of each half of a character, which no file and no connection can hold."""
    return text if text.isascii() else _LONE.sub("\N{REPLACEMENT CHARACTER}", text)


Text = Annotated[str, AfterValidator(well_formed)]
"""A text from outside."""


class Mark(Frozen):
    """A place in a document's text from which on a locator holds, until the next mark."""

    start: int = Field(ge=0)
    """First character of the text to which the locator applies."""
    locator: str
    """What a reader would look up: ``page 12``, ``section Results``."""


def has_words(text: str) -> bool:
    """Whether a text has a letter or digit of any script: blanks and what cannot be seen tell nothing."""
    return any(map(str.isalnum, text))


class Document(Frozen):
    """One text that evidence may be taken from."""

    text: Text
    source: Text | None = None
    """Path, URL or name; documents of a request without one are named by their place when the audit opens."""
    title: Text | None = None
    id: Text | None = None
    """By which citations may name it: ``1`` for ``[1]``."""
    marks: tuple[Mark, ...] = ()
    """Ascending by ``start``."""

    @property
    def sha256(self) -> str:
        """Hex digest of the text as UTF-8."""
        return digest(self.text)

    def locator(self, start: int) -> str | None:
        """The locator that holds at character ``start``, or None where no mark has come yet."""
        held = None
        for mark in self.marks:
            if mark.start > start:
                break
            held = mark.locator
        return held


class Evidence(Frozen):
    """One passage that a judge may be shown."""

    id: str
    origin: Origin
    source: Text
    locator: str | None = None
    title: Text | None = None
    text: Text
    document_sha256: str
    fetched_at: datetime | None = None
    """When it was fetched, for evidence that was; None for text that came with the request or a folder."""

    @classmethod
    def of(
        cls,
        text: str,
        *,
        origin: Origin,
        source: str,
        document_sha256: str,
        locator: str | None = None,
        title: str | None = None,
        fetched_at: datetime | None = None,
    ) -> "Evidence":
        """Build evidence whose id follows from its content and place, so that the same passage is the same item."""
        text, source = well_formed(text), well_formed(source)
        return cls(
            id="e-" + digest(origin, source, locator or "", text)[:12],
            origin=origin,
            source=source,
            locator=locator,
            title=title,
            text=text,
            document_sha256=document_sha256,
            fetched_at=fetched_at,
        )


def identity_in(text: str) -> str | None:
    """The id of a piece of evidence, where that is all that the text is."""
    found = _IDENTITY.fullmatch(text)
    return found[1] if found else None


def digest(*parts: str) -> str:
    """SHA-256 over the parts, hex; parts are length-prefixed, so that no two lists of parts collide by joining."""
    if len(parts) == 1:
        return hashlib.sha256(parts[0].encode("utf-8", "surrogatepass")).hexdigest()
    sha = hashlib.sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        sha.update(len(encoded).to_bytes(8, "big") + encoded)
    return sha.hexdigest()


def with_sources(documents: Sequence[Document]) -> tuple[Document, ...]:
    """The documents, each with a source: its own, or ``context-N`` by its place counted from 1."""
    return tuple(
        document if document.source else document.model_copy(update={"source": f"context-{place}"})
        for place, document in enumerate(documents, start=1)
    )
