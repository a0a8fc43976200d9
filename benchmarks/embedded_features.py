"""Human-labelled rows as the embedded judge measures them, for fitting and for ablation; never read in an audit."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from probandum.agent.claims.clauses import extract
from probandum.agent.judges.embedded.alignment import Measures, compare
from probandum.agent.judges.embedded.differences.kinds import hard_kinds
from probandum.agent.language.analysis import Shown, shown
from probandum.tools.evidence import Document, Origin
from probandum.tools.segmentation.passages import passages


class Measured(NamedTuple):
    """One claim of a row."""

    measures: Measures
    kinds: frozenset[str]
    """The kinds of hard differences that were found (``clashes.KINDS``)."""


class Labelled(NamedTuple):
    """One row with a context, a human label and at least one claim."""

    id: str
    unsupported: bool
    label: str
    claims: tuple[Measured, ...]


def labelled(file: Path) -> Iterator[Labelled]:
    """The rows of a JSONL file of the format that ``probandum bench`` reads, measured against their whole context."""
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["hallucinated"] is None or not row["context"]:
            continue
        evidence = _evidence(row["context"])
        texts = [row["claim"]] if row["claim"] else _claims(row["response"])
        if texts:
            measured = tuple(_measured(text, evidence) for text in texts)
            yield Labelled(row["id"], row["hallucinated"], row["label"], measured)


def _claims(response: str) -> list[str]:
    return [claim.text for claim in extract(response, all_checkable=True).claims]


def _evidence(context: str) -> Shown:
    document = Document(text=context, source="context")
    return shown(tuple(item.text for item in passages(document, origin=Origin.CONTEXT)))


def _measured(claim: str, evidence: Shown) -> Measured:
    comparison = compare(claim, evidence)
    return Measured(comparison.measures, hard_kinds(comparison, evidence))
