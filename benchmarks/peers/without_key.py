"""What needs neither key nor model, side by side: the embedded judge, ContextTrace 1.3 and three lexical features.

One line a set: labelled files, marked answers, and small sets of framed evidence, reported faults, tables and
citations, from a folder such as ``../shared``. "Decided" is the share of what people labelled on which a contender
says supported or not; the next two columns are how often that is so. Lexical features rank and decide nothing.
ContextTrace is installed into ``build/peers``. Ten minutes with 150 rows a file.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rapidfuzz import fuzz

from benchmarks.common.command import LABELLED, parser
from benchmarks.common.marked import Said, Stretch, marked_answers, of_stretch, said_in
from benchmarks.common.tables import markdown_table
from benchmarks.peers.environments import python_of
from probandum import audit
from probandum.agent.options import Options
from probandum.agent.taxonomy import Label
from probandum.bench.baseline import BASELINES
from probandum.bench.metrics import auc
from probandum.bench.rows import Row, read
from probandum.tools.errors import ProbandumError
from probandum.tools.evidence import Document

_SETS = (
    "realistic/cases",
    "framing/pairs.jsonl",
    "reports/cases.jsonl",
    "structured/pairs.jsonl",
    "citations/cases.jsonl",
)


@dataclass(frozen=True)
class Item:
    """One answer with what people say of stretches of it."""

    id: str
    question: str | None
    context: tuple[Document, ...]
    response: str
    stretches: tuple[Stretch, ...]
    suffix: str = ""
    """Of the file that its context comes in; empty where it comes as text."""
    row: Row | None = None
    """The labelled row that it is, where it is one."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each set as it is done, then the means over the labelled files."""
    options = parser("without-key", __doc__)
    options.add_argument("--shared", type=Path, default=Path("../shared"), help="folder of the sets")
    options.add_argument("--rows", type=int, default=150, help="rows of each labelled file, spread evenly over it")
    options.add_argument("--envs", type=Path, default=Path("build/peers"), help="where ContextTrace's environment is")
    given = options.parse_args(arguments)
    peer = python_of("contexttrace", given.envs)
    head = ("set", "labels", "true", *(f"{who}: {what}" for who in ("Probandum", "ContextTrace") for what in _FIGURES))
    sys.stdout.write(markdown_table((*head, *(f"{name}: AUC" for name in BASELINES)), ()))
    lines = []
    for name, items in _sets(given.shared, given.rows):
        line = _line(items, _told_by_peer(items, peer))
        sys.stdout.write(f"| {name} | {' | '.join(map(_shown, line))} |\n")
        sys.stdout.flush()
        lines.append((name, line))
    labelled = [line for name, line in lines if name in LABELLED]
    means = [[each[column] for each in labelled if each[column] is not None] for column in range(len(lines[0][1]))]
    shown = (_shown(sum(column) / len(column) if column else None) for column in means)  # type: ignore[arg-type]
    sys.stdout.write(f"| mean of {len(labelled)} labelled files | {' | '.join(shown)} |\n")


_FIGURES = ("decided", "supported right", "flagged right", "AUC")


def _sets(shared: Path, rows: int) -> Iterator[tuple[str, Sequence[Item]]]:
    for name in _SETS:
        path = shared / name
        if path.is_dir():
            yield (
                name.partition("/")[0],
                [
                    Item(each.name, each.question, _documents(each.context), each.text, each.stretches)
                    for each in marked_answers(path)
                ],
            )
        elif path.exists():
            told = map(json.loads, path.read_text(encoding="utf-8").splitlines())
            yield name.partition("/")[0], list(filter(None, map(_item, told)))
    for name in LABELLED:
        found = [row for row in read(shared / "data" / "dev" / f"{name}.jsonl", limit=rows) if row.context]
        yield (
            name,
            [
                Item(
                    row.id,
                    row.question,
                    _documents([row.context or ""]),
                    row.text,
                    _whole(row.text, not row.hallucinated),
                    row=row,
                )
                for row in found
                if row.hallucinated is not None
            ],
        )


def _item(told: Mapping[str, object]) -> Item | None:
    """A line of one of the small sets; None where it labels nothing."""
    return _pair(told) if "evidence" in told else _cited(told) if "expected" in told else _reported(told)  # type: ignore[arg-type]


def _pair(told: Mapping[str, str]) -> Item:
    true = bool(told.get("supported", told.get("may_be_supported")))
    context = _documents([told["evidence"]])
    return Item(told["id"], None, context, told["claim"], _whole(told["claim"], true), told.get("suffix", ""))


def _reported(told: Mapping[str, Sequence[str]]) -> Item | None:
    if told["labels"] is None:
        return None
    text = str(told["response"])
    return Item(
        str(told["id"]),
        str(told["question"] or ""),
        _documents(told["context"]),
        text,
        _whole(text, "supported" in told["labels"]),
    )


def _cited(told: Mapping[str, Sequence[Mapping[str, str]]]) -> Item:
    text = str(told["response"])
    context = tuple(Document(text=each["text"], source=each["id"]) for each in told["context"])
    sentences = [each["sentence"].rstrip(".") for each in told["expected"]]
    spans = [
        Stretch(text.find(each), text.find(each) + len(each), Label.SUPPORTED) for each in sentences if each in text
    ]
    return Item(str(told["id"]), None, context, text, tuple(spans))


def _documents(texts: Iterable[str]) -> tuple[Document, ...]:
    return tuple(Document(text=text, source=f"source {place}") for place, text in enumerate(texts, start=1))


def _whole(text: str, true: bool) -> tuple[Stretch, ...]:  # noqa: FBT001 - a label
    return (Stretch(0, len(text), Label.SUPPORTED if true else Label.ABSENT),)


def _line(items: Sequence[Item], peer: Mapping[str, Sequence[Said]]) -> list[float | None]:
    stretches = [(item, stretch) for item in items for stretch in item.stretches]
    true = [stretch.true for _, stretch in stretches]
    own = {item.id: _told(item) for item in items}
    figures: list[float | None] = [len(true), sum(true) / len(true) if true else None]
    for told in (own, peer):
        figures += _figures(true, [of_stretch(stretch, told[item.id]) for item, stretch in stretches])
    for feature in BASELINES.values():
        unseen = [feature(_row(item, stretch)) for item, stretch in stretches]
        figures.append(auc([not each for each in true], unseen))
    return figures


def _figures(true: Sequence[bool], said: Sequence[Said]) -> list[float | None]:
    decided = [(is_true, one.supported) for is_true, one in zip(true, said, strict=True) if one.supported is not None]
    supported = [is_true for is_true, called in decided if called]
    flagged = [not is_true for is_true, called in decided if not called]
    ranked = [
        (not is_true, 1 - one.p_supported)
        for is_true, one in zip(true, said, strict=True)
        if one.p_supported is not None
    ]
    return [
        len(decided) / len(true) if true else None,
        sum(supported) / len(supported) if supported else None,
        sum(flagged) / len(flagged) if flagged else None,
        auc([wrong for wrong, _ in ranked], [risk for _, risk in ranked]),
    ]


def _told(item: Item) -> tuple[Said, ...]:
    """What the embedded judge says of an answer; of a labelled row as a whole, ranked as `probandum bench` does."""
    row = item.row
    how = Options(decide="balanced", all_checkable=row is not None and row.level != "claim")
    with TemporaryDirectory() as folder:
        context: Sequence[Document | Path] = item.context
        if item.suffix:
            file = Path(folder) / f"evidence{item.suffix}"
            file.write_text(item.context[0].text, encoding="utf-8")
            context = [file]
        try:
            if row is not None:
                report = audit(row.request, judge="embedded", options=how)
            else:
                report = audit(item.response, question=item.question, context=context, judge="embedded", options=how)
        except ProbandumError as error:
            sys.stderr.write(f"{item.id}: {error}\n")
            return ()
    said = tuple(said_in(report, item.response))
    if row is None or report.scores.risk is None:
        return said
    whole = of_stretch(item.stretches[0], said)
    return (Said(0, len(item.response), whole.supported, 1 - report.scores.risk),)


def _told_by_peer(items: Sequence[Item], python: Path) -> Mapping[str, Sequence[Said]]:
    """What ContextTrace says of each answer; of a labelled row as a whole, ranked by the mean over its claims."""
    by_id = {item.id: item for item in items}
    with TemporaryDirectory() as folder:
        answers, out = Path(folder) / "answers.jsonl", Path(folder) / "out.jsonl"
        with answers.open("w", encoding="utf-8") as file:
            for item in items:
                told = {
                    "id": item.id,
                    "question": item.question,
                    "context": [each.text for each in item.context],
                    "response": item.response,
                }
                file.write(json.dumps(told) + "\n")
        script = Path(__file__).with_name("contexttrace_diagnose.py")
        subprocess.run([str(python), str(script), str(answers), str(out)], check=True)  # noqa: S603 - our own
        lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    return {line["id"]: tuple(_placed(by_id[line["id"]], line["claims"])) for line in lines}


def _placed(item: Item, claims: Sequence[Mapping[str, object]]) -> Iterator[Said]:
    told = []
    for claim in claims:
        text, supported, p = str(claim["text"]), claim["supported"], float(str(claim["p_supported"]))
        start, end = place_of(text, item.response)
        told.append(Said(start, end, supported if supported is None else bool(supported), p))
    if item.row is None or not told:
        yield from told
        return
    whole = of_stretch(item.stretches[0], told)
    yield whole._replace(end=len(item.response), p_supported=sum(one.p_supported or 0.0 for one in told) / len(told))


def place_of(text: str, response: str) -> tuple[int, int]:
    """Where a claim stands in an answer, in the same words or nearly, since markup may be gone from it."""
    if (start := response.find(text)) >= 0:
        return start, start + len(text)
    found = fuzz.partial_ratio_alignment(text, response)
    return (found.dest_start, found.dest_end) if found else (0, 0)


def _row(item: Item, stretch: Stretch) -> Row:
    """A stretch as a lexical feature reads it."""
    context = "\n".join(each.text for each in item.context)
    return Row(id=item.id, level="claim", claim=item.response[stretch.start : stretch.end], context=context)


def _shown(figure: float | None) -> str:
    return "–" if figure is None else f"{figure:.0f}" if figure > 1 else f"{figure:.2f}"
