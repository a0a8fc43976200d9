"""Human-labelled rows as the embedded judge measures them, for fitting and for ablation; never read in an audit."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from probandum.agent.claims.clauses import extract_clauses
from probandum.agent.judges.embedded.alignment import Features, align
from probandum.agent.judges.embedded.differences.kinds import contradicting_kinds
from probandum.agent.language.analysis import TextIndex, index_texts
from probandum.bench.rows import read
from probandum.tools.evidence import Document, Origin
from probandum.tools.segmentation.passages import passages


class Measured(NamedTuple):
    """One claim of a row."""

    features: Features
    kinds: frozenset[str]
    """The kinds of differences that contradict it (``differences.kinds.KINDS``)."""


class Labelled(NamedTuple):
    """One row with a context, a human label and at least one claim."""

    id: str
    unsupported: bool
    label: str
    claims: tuple[Measured, ...]


def labelled(file: Path) -> Iterator[Labelled]:
    """The labelled rows of a file that have a context, measured against the whole of it."""
    for row in read(file):
        if row.hallucinated is None or not row.context:
            continue
        evidence = _evidence(row.context)
        texts = [row.claim] if row.claim else _claims(row.response or "")
        if texts:
            measured = tuple(_measured(text, evidence) for text in texts)
            yield Labelled(row.id, row.hallucinated, row.label or "", measured)


def _claims(response: str) -> list[str]:
    return [claim.text for claim in extract_clauses(response, all_checkable=True).claims]


def _evidence(context: str) -> TextIndex:
    document = Document(text=context, source="context")
    return index_texts(tuple(item.text for item in passages(document, origin=Origin.CONTEXT)))


def _measured(claim: str, evidence: TextIndex) -> Measured:
    alignment = align(claim, evidence)
    return Measured(alignment.features, contradicting_kinds(alignment, evidence))
