"""What re-checking is worth: rows whose context has to be found among the documents of a corpus.

The contexts of the rows are put among as many other documents as make a corpus of the wanted size; each row is then
audited without a context, in one round, two and three. With ``--out`` every audit is written down at once, and the same
command goes on after a stop.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.common.command import add_corpus, add_files, corpus_files, files_in, parser
from benchmarks.common.resumable import Task, TaskResult, run_missing
from benchmarks.common.tables import markdown_table
from probandum import settings as configuration
from probandum.agent.judges.protocol import Judge
from probandum.agent.options import Options
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import Label, Reason
from probandum.api import aaudit
from probandum.bench.labels import label_of, to_dataset_label
from probandum.bench.metrics import check_installed, macro_f1
from probandum.bench.rows import Row, read
from probandum.judges import make_judge
from probandum.tools.evidence import Document, Origin
from probandum.tools.retrieval.embeddings import Encoder
from probandum.tools.retrieval.passage_search import PassageSearch, ReadDocuments

_FILES = ("wice", "factscore_ctx_claims")
_ROUNDS = (1, 2, 3)
_HEAD = [
    "file",
    "rows",
    "rounds",
    "judged",
    "macro-F1",
    "settled",
    "reopened",
    "searches",
    "model calls",
    "s per claim",
]
_OPEN = (Label.UNEVALUATABLE, Label.PARTIALLY_SUPPORTED)


class LoopResult(TaskResult):
    """One row that was audited with so many rounds; its group is the file."""

    allowed: int
    """Rounds that there might have been."""
    rounds: int
    """Rounds that there were."""
    label: Label | None = None
    """None where there is no verdict."""
    reason: Reason | None = None
    """Why there is none."""
    people: Label | None = None
    """What people say; None where it is not known what their label means."""
    as_people_say: Label | None = None
    """Our label, or the nearest one that people could choose."""
    reopened: bool = False
    searches: int = 0
    calls: int = 0
    """To a language model."""

    @property
    def summary(self) -> str:
        """What came of it."""
        return f"{self.label or self.reason} in {self.rounds} of {self.allowed} rounds"


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


async def rechecked(row: Row, search: PassageSearch, *, part: str, judge: Judge, options: Options) -> LoopResult:
    """Audit a row of a file with so many rounds."""
    request = AuditRequest(response=row.text, claims=(row.text,))
    begin = time.perf_counter()
    claim = (await aaudit(request, judge=judge, sources=[search], options=options)).claims[0]
    seconds = time.perf_counter() - begin
    ours = claim.verdict.label if claim.verdict else None
    return LoopResult(
        name=_name(part, row, options.max_rounds),
        group=part,
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


def _tasks(
    files: Mapping[Path, Sequence[Row]], search: PassageSearch, given: argparse.Namespace
) -> Iterator[Task[LoopResult]]:
    chosen = {name: getattr(given, name) for name in ("reasoning", "steps_per_round", "evidence_chars")}
    base = Options(sources=(Origin.CORPUS,), few_shot="off", claim_seconds=3_600, **chosen)
    judge = make_judge(given.judge, configuration.load(), base)
    for place in range(max(map(len, files.values()))):
        for path, rows in files.items():
            for rounds in _ROUNDS if place < len(rows) else ():
                row, options = rows[place], base.model_copy(update={"max_rounds": rounds})
                do = partial(rechecked, row, search, part=path.stem, judge=judge, options=options)
                yield Task(_name(path.stem, row, rounds), do)


def _name(part: str, row: Row, rounds: int) -> str:
    return f"{part} {row.id} {rounds}"


def loop_table(pieces: Sequence[LoopResult]) -> str:
    """A table in Markdown, one line for every file and number of rounds; settled is what leaves nothing open."""
    rows = []
    for part, allowed in sorted({(piece.group, piece.allowed) for piece in pieces}):
        rows.append(_line(part, allowed, [each for each in pieces if (each.group, each.allowed) == (part, allowed)]))
    return markdown_table(_HEAD, rows)


def _line(part: str, allowed: int, pieces: Sequence[LoopResult]) -> list[str]:
    number = len(pieces)
    labelled = [(each.people, each.as_people_say) for each in pieces if each.people and each.as_people_say]
    f1 = macro_f1([people for people, _ in labelled], [ours for _, ours in labelled])
    return [
        part,
        str(number),
        str(allowed),
        f"{sum(each.label is not None for each in pieces) / number:.0%}",
        "–" if f1 is None else f"{f1:.3f}",
        f"{sum(each.label is not None and each.label not in _OPEN for each in pieces) / number:.0%}",
        f"{sum(each.reopened for each in pieces) / number:.0%}",
        f"{sum(each.searches for each in pieces) / number:.2f}",
        f"{sum(each.calls for each in pieces) / number:.2f}",
        f"{sum(each.seconds for each in pieces) / number:.3f}",
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each file and number of rounds."""
    usual, options = Options(), parser("loop", __doc__)
    add_files(options, default=_FILES)
    add_corpus(options)
    options.add_argument("--judge", default="embedded", help="embedded or openai:MODEL")
    options.add_argument("--out", type=Path, help="folder for what was measured; without it, nothing stays")
    options.add_argument("--reasoning", choices=("cot", "direct"), default=usual.reasoning, help="of a language model")
    options.add_argument(
        "--steps-per-round", type=int, default=usual.steps_per_round, help="how often it may ask for more"
    )
    options.add_argument("--evidence-chars", type=int, default=usual.evidence_chars, help="text shown in one round")
    options.add_argument("--at-once", type=int, default=4, help="audits at a time")
    given = options.parse_args(arguments)
    check_installed()
    files = {path: read(path, limit=given.rows) for path in files_in(given, _FILES)}
    own = [row.context or "" for rows in files.values() for row in rows]
    others = (row.context or "" for path in corpus_files(given) for row in read(path))
    search = corpus(filter(None, [*own, *others]), size=given.size)
    sys.stderr.write(f"{len(search.passages)} passages\n")
    with TemporaryDirectory() as nowhere:
        into = (given.out or Path(nowhere)) / "loop.jsonl"
        done = asyncio.run(run_missing(_tasks(files, search, given), into, LoopResult, at_once=given.at_once))
        sys.stdout.write(loop_table(done))
