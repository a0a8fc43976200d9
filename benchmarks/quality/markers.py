"""What citation markers cost: the same labelled answers with a marker before each full stop, in ten styles.

A marker says nothing of its claim, so the AUC should be that of the answers without.
"""

import re
import sys
from collections.abc import Callable, Mapping, Sequence

from benchmarks.common.command import add_files, files_in, parser
from benchmarks.common.tables import markdown_table
from probandum import audit
from probandum.agent.options import Options
from probandum.bench.metrics import auc
from probandum.bench.rows import Row, read

_FILES = ("qags_cnndm_sent", "summeval", "factscore_ctx_claims")
_STYLES: Mapping[str, str] = {
    "[1]": " [1]",
    "[1, 2]": " [1, 2]",
    "[1][2]": " [1][2]",
    "[1–3]": " [1–3]",
    "[^1]": "[^1]",
    "superscript": "¹",
    "【1†source】": " 【1†source】",
    "(Doc 1)": " (Doc 1)",
    "(Source: a.pdf)": " (Source: a.pdf)",
    "[[1]](url)": " [[1]](https://a.example/b)",
}
_STOP = re.compile(r"\s*([.!?])(?=\s|$)")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each file: the AUC without markers, and with each style."""
    options = parser("markers", __doc__)
    add_files(options, default=_FILES)
    options.add_argument("--rows", type=int, default=150, help="rows of each file, spread evenly over it")
    given = options.parse_args(arguments)
    lines = []
    for path in files_in(given, _FILES):
        rows = read(path, limit=given.rows)
        plain = _auc(rows, lambda text: text)
        marked = [_auc(rows, lambda text, mark=mark: _STOP.sub(mark + r"\1", text)) for mark in _STYLES.values()]  # type: ignore[misc]
        lines.append((path.stem, str(len(rows)), f"{plain:.3f}", *(f"{each - plain:+.3f}" for each in marked)))
    sys.stdout.write(markdown_table(("file", "rows", "without", *_STYLES), lines) + "\n")


def _auc(rows: Sequence[Row], written: Callable[[str], str]) -> float:
    """How well the embedded judge ranks the rows, each answer written in some way."""
    labels, risks = [], []
    for row in rows:
        how = Options(all_checkable=row.level != "claim", decide="lenient", citations="off")
        request = row.request.model_copy(update={"response": written(row.text), "claims": ()})
        risk = audit(request, judge="embedded", options=how).scores.risk
        if risk is not None and row.hallucinated is not None:
            labels.append(row.hallucinated)
            risks.append(risk)
    return auc(labels, risks) or 0.0
