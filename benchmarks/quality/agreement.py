"""Labels and error types beside those of people, and how stable they are, by ``probandum bench``.

First the files whose people choose among several labels, then those that name error types, then six files three times
over. Writes out/labels, out/typed and out/repeat; some minutes.
"""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.common.command import DATA, in_folder, parser, probandum

_LABELS = ("factcheckgpt_stance", "wice_oracle")
_TYPES = ("ragtruth_qa", "defacto", "aggrefact_unified_errors", "breaking_nli", "bump", "faceval", "summedits")
_REPEATED = ("factcheckgpt_stance", "wice_oracle", "ragtruth_qa", "defacto", "bump", "faceval")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print three tables."""
    options = parser("agreement", __doc__)
    options.add_argument("--data", type=Path, default=DATA, help="folder of labelled files")
    options.add_argument("--judge", default="embedded", help="any that 'probandum audit' takes")
    options.add_argument("--out", type=Path, default=Path("out"), help="folder for the three folders")
    given = options.parse_args(arguments)
    for name, files, more in (
        ("labels", _LABELS, ()),
        ("typed", _TYPES, ("--limit", "400")),
        ("repeat", _REPEATED, ("--limit", "30", "--repeat", "3")),
    ):
        paths = in_folder(given.data, files)
        probandum("bench", *paths, "--judge", given.judge, *more, "--all", "--out", given.out / name)
