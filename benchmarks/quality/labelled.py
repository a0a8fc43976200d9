"""The embedded judge, or another, on all labelled files, beside three lexical features: ``probandum bench``.

Writes bench.json, bench.csv, bench.html and rows.jsonl; the same command goes on with what is there. About ten minutes
with the embedded judge on two cores. What stands behind ``--`` goes to ``probandum bench`` as it is.
"""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.common.command import LABELLED, add_files, files_in, parser, probandum


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure."""
    options = parser("labelled", __doc__)
    add_files(options, default=LABELLED)
    options.add_argument("--judge", default="embedded", help="any that 'probandum audit' takes")
    options.add_argument("--limit", type=int, help="rows of each file, spread evenly over it")
    options.add_argument("--out", type=Path, default=Path("out/bench"), help="folder for what was measured")
    given = options.parse_args(arguments)
    limit = ("--limit", str(given.limit)) if given.limit else ()
    files = files_in(given, LABELLED)
    raise SystemExit(probandum("bench", *files, "--judge", given.judge, "--baseline", *limit, "--out", given.out))
