"""Human-labelled rows as the embedded judge measures them, for fitting and for ablation; never read in an audit."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from probandum.agent.claims.clauses import extract_clauses
from probandum.agent.judges.embedded.alignment import Features, align
from probandum.agent.judges.embedded.differences.kinds import contradicting_kinds
from probandum.agent.language.analysis import TextIndex, index_texts
from probandum.tools.evidence import Document, Origin
from probandum.tools.segmentation.passages import passages


class Measured(NamedTuple):
    """One claim of a row."""

    features: Features
    kinds: frozenset[str]
    """The kinds of hard differences that were found (``differences.KINDS``)."""


class Labelled(NamedTuple):
    """One row with a context, a human label and at least one claim."""

    id: str
    unsupported: bool
    label: str
    claims: tuple[Measured, ...]


def labelled(file: Path) -> Iterator[Labelled]:
    """The rows of a JSONL file of the format that ``probandum bench`` reads, measured against their whole context."""
    for sentence in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(sentence)
        if row["hallucinated"] is None or not row["context"]:
            continue
        evidence = _evidence(row["context"])
        texts = [row["claim"]] if row["claim"] else _claims(row["response"])
        if texts:
            features_of = tuple(_measured(text, evidence) for text in texts)
            yield Labelled(row["id"], row["hallucinated"], row["label"], features_of)


def _claims(response: str) -> list[str]:
    return [claim.text for claim in extract_clauses(response, all_checkable=True).claims]


def _evidence(context: str) -> TextIndex:
    document = Document(text=context, source="context")
    return index_texts(tuple(item.text for item in passages(document, origin=Origin.CONTEXT)))


def _measured(claim: str, evidence: TextIndex) -> Measured:
    alignment = align(claim, evidence)
    return Measured(alignment.features, contradicting_kinds(alignment, evidence))
