"""Measures what re-checking is worth: rows whose context has to be found among the documents of a corpus.

``python -P -m benchmarks.loop FILE... [--among FILE...]``. The contexts of the rows are put among as many other
documents as make a corpus of the wanted size; each row is then audited without a context, in one round, two and three.
With ``--out`` every audit is written down at once, and the same command goes on after a stop.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.loop_table import Rechecked, shown
from benchmarks.resumable import Work, carry_out, kept
from probandum import settings as configuration
from probandum.agent.judges.protocol import Judge
from probandum.agent.models import AuditRequest
from probandum.agent.options import Options
from probandum.api import aaudit
from probandum.bench.labels import label_of, to_dataset_label
from probandum.bench.metrics import check_installed
from probandum.bench.rows import Row, read
from probandum.judges import make_judge
from probandum.tools.evidence import Document, Origin
from probandum.tools.retrieval.embeddings import Encoder
from probandum.tools.retrieval.passage_search import PassageSearch, ReadDocuments

_ROUNDS = (1, 2, 3)


def corpus(contexts: Iterable[str], *, size: int, encoder: Encoder | None = None) -> PassageSearch:
    """A search over the first ``size`` different documents."""
    distinct = list(dict.fromkeys(contexts))[:size]
    documents = (Document(text=text, source=f"document-{place:04}") for place, text in enumerate(distinct))
    reading = ReadDocuments(tuple(documents))
    return PassageSearch(
        "search_corpus",
        description="Searches a collection.",
        origin=Origin.CORPUS,
        read=lambda: reading,
        encoder=encoder,
    )


async def rechecked(row: Row, search: PassageSearch, *, part: str, judge: Judge, options: Options) -> Rechecked:
    """Audit a row of a file with so many rounds."""
    request = AuditRequest(response=row.text, claims=(row.text,))
    begin = time.perf_counter()
    claim = (await aaudit(request, judge=judge, sources=[search], options=options)).claims[0]
    seconds = time.perf_counter() - begin
    ours = claim.verdict.label if claim.verdict else None
    return Rechecked(
        name=_name(part, row, options.max_rounds),
        part=part,
        seconds=seconds,
        allowed=options.max_rounds,
        rounds=claim.rounds,
        label=ours,
        reason=claim.reason,
        people=label_of(row.dataset, row.label),
        as_people_say=to_dataset_label(row.dataset, ours) if ours else None,
        reopened=bool(claim.history),
        searches=len(claim.trail),
        calls=claim.usage.llm_calls,
    )


def _works(
    files: Mapping[Path, Sequence[Row]], search: PassageSearch, given: argparse.Namespace
) -> Iterator[Work[Rechecked]]:
    chosen = {name: getattr(given, name) for name in ("reasoning", "steps_per_round", "evidence_chars")}
    base = Options(sources=(Origin.CORPUS,), few_shot="off", claim_seconds=3_600, **chosen)
    judge = make_judge(given.judge, configuration.load(), base)
    for place in range(max(map(len, files.values()))):
        for path, rows in files.items():
            for rounds in _ROUNDS if place < len(rows) else ():
                row, options = rows[place], base.model_copy(update={"max_rounds": rounds})
                do = partial(rechecked, row, search, part=path.stem, judge=judge, options=options)
                yield Work(_name(path.stem, row, rounds), do)


def _name(part: str, row: Row, rounds: int) -> str:
    return f"{part} {row.id} {rounds}"


def _parser() -> argparse.ArgumentParser:
    usual = Options()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="labelled claims, each with a context")
    parser.add_argument("--among", nargs="*", type=Path, default=[], help="files whose contexts fill the corpus")
    parser.add_argument("--size", type=int, default=1_000, help="documents of the corpus")
    parser.add_argument("--rows", type=int, default=None, help="rows of each file, spread evenly over it")
    parser.add_argument("--judge", default="embedded", help="embedded or openai:MODEL")
    parser.add_argument(
        "--out", type=Path, default=None, help="folder for what was measured; without it, nothing stays"
    )
    parser.add_argument("--reasoning", choices=("cot", "direct"), default=usual.reasoning, help="of a language model")
    parser.add_argument(
        "--steps-per-round", type=int, default=usual.steps_per_round, help="how often it may ask for more"
    )
    parser.add_argument("--evidence-chars", type=int, default=usual.evidence_chars, help="text to show it in one round")
    parser.add_argument("--at-once", type=int, default=4, help="audits at a time")
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each file and number of rounds."""
    given = _parser().parse_args(arguments)
    check_installed()
    files = {path: read(path, limit=given.rows) for path in given.files}
    own = [row.context or "" for rows in files.values() for row in rows]
    others = (row.context or "" for path in given.among for row in read(path))
    search = corpus(filter(None, [*own, *others]), size=given.size)
    sys.stderr.write(f"{len(search.passages)} passages\n")
    with TemporaryDirectory() as nowhere:
        into = (given.out or Path(nowhere)) / "loop.jsonl"
        into.parent.mkdir(parents=True, exist_ok=True)
        asyncio.run(carry_out(_works(files, search, given), into, Rechecked, at_once=given.at_once))
        sys.stdout.write(shown(kept(into, Rechecked)))


if __name__ == "__main__":
    main()
