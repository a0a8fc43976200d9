"""Which source a citation names: by id, by name, by a label of its own, by a list of references, or by its place."""

import re
from collections.abc import Mapping, Sequence

from probandum.agent.claims.citations import CitedText
from probandum.tools.evidence import Document

_OWN_LABEL = re.compile(r"\s*[\[(]?(?:doc(?:ument)?|source|passage)?\s?\[?(?P<id>\d{1,3})[\])][:.]?\s")


def match_sources(cited: CitedText, documents: Sequence[Document]) -> Mapping[str, str | None]:
    """Which source each cited id is, by the source's name; None where no document is meant.

    In this order: the document's id, its own name, a label at the head of its text, what the list of references says,
    its file name or address, its position.
    """
    ids = dict.fromkeys(id_ for marker in cited.markers for id_ in marker.ids)
    return {id_: _source(id_, cited.references.get(id_), documents) for id_ in ids}


def _source(id_: str, told: str | None, documents: Sequence[Document]) -> str | None:
    names = [document.source or "" for document in documents]
    if named := next((d.source for d in documents if id_ in (d.id, d.source)), None):
        return named
    labelled = [(_OWN_LABEL.match(document.text), document) for document in documents]
    if any(label for label, _ in labelled):
        return next((document.source for label, document in labelled if label and label["id"] == id_), None)
    if told is not None:
        return next((d.source for d in documents if _is_told_of(told, d)), None)
    if not id_.isdigit():
        return next((d.source for d in documents if _same_name(id_, d.source or "") or d.title == id_), None)
    generic = all(name == f"context-{place}" for place, name in enumerate(names, start=1))
    usable = generic or not any(name.isdigit() for name in names)
    return names[int(id_) - 1] if usable and 0 < int(id_) <= len(names) else None


def _is_told_of(told: str, document: Document) -> bool:
    name = (document.source or "").rstrip("/").rpartition("/")[2]
    title = document.title or ""
    return (len(name) > 3 and name.lower() in told.lower()) or (len(title) > 5 and title.lower() in told.lower())  # noqa: PLR2004 - too short to mean one


def _same_name(id_: str, name: str) -> bool:
    one, other = id_.lower().rstrip("/"), name.lower().rstrip("/")
    return one == other or one.rpartition("/")[2] == other.rpartition("/")[2]
