"""The command line of one measurement: its help is the docstring of its module."""

import argparse
import inspect
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

DATA = Path("../shared/data/dev")
"""Where the labelled files lie, from the root of the checkout."""
LABELLED = [
    "summeval",
    "qags_cnndm",
    "qags_cnndm_sent",
    "qags_xsum",
    "faithbench",
    "ragtruth_qa",
    "cliff",
    "xsumfaith",
    "bump",
    "defacto",
    "storysumm",
    "storysumm_sent",
    "summedits",
    "dialsummeval",
    "faceval",
    "wice",
    "wice_oracle",
    "begin",
    "faithdial_audit",
    "q2_wow",
    "expertqa",
    "attributionbench",
    "factcheckgpt_stance",
    "factscore_ctx_claims",
    "factscore_ctx_response",
    "fever_symmetric",
    "healthver",
    "averitec_dev",
    "anli_annotated",
]
"""Files of human-labelled answers and claims with a context."""
CORPUS = ["factscore_ctx_response", "ragtruth_qa", "faithbench", "cliff", "summeval", "xsumfaith"]
"""Files whose contexts make up a corpus to search."""


def parser(name: str, doc: str | None) -> argparse.ArgumentParser:
    """A parser that teaches: the module's docstring as it stands, then its options with their defaults."""
    return argparse.ArgumentParser(
        prog=f"benchmarks {name}",
        description=inspect.cleandoc(doc or ""),
        formatter_class=_Teaching,
    )


class _Teaching(argparse.ArgumentDefaultsHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Paragraphs stay, and defaults are told."""


def add_files(parser_: argparse.ArgumentParser, *, default: Sequence[str]) -> None:
    """Let the caller name labelled files; left out, they are those of ``default`` in the folder ``--data``."""
    parser_.add_argument("files", nargs="*", type=Path, help=f"labelled files; left out, {len(default)} of --data")
    parser_.add_argument("--data", type=Path, default=DATA, help="folder of labelled files")


def files_in(given: argparse.Namespace, default: Sequence[str]) -> tuple[Path, ...]:
    """The files that were named, else the default ones."""
    return tuple(given.files) or in_folder(given.data, default)


def in_folder(folder: Path, names: Sequence[str]) -> tuple[Path, ...]:
    """The files of these names."""
    return tuple(folder / f"{name}.jsonl" for name in names)


def add_corpus(parser_: argparse.ArgumentParser) -> None:
    """Let the caller say what documents a search looks among."""
    parser_.add_argument(
        "--among", nargs="*", type=Path, help="files whose contexts fill the corpus; left out, 6 of --data"
    )
    parser_.add_argument("--size", type=int, default=1_000, help="documents of the corpus")
    parser_.add_argument("--rows", type=int, default=None, help="rows of each file, spread evenly over it")


def corpus_files(given: argparse.Namespace) -> tuple[Path, ...]:
    """The files whose contexts fill the corpus."""
    return in_folder(given.data, CORPUS) if given.among is None else tuple(given.among)


def probandum(*arguments: str | Path) -> int:
    """Run a command of Probandum's own as a user would; its exit code."""
    command = [sys.executable, "-P", "-m", "probandum", *map(str, arguments)]
    return subprocess.run(command, check=False).returncode  # noqa: S603 - our own
