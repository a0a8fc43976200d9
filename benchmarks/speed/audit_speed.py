"""The embedded audit and a large conclusion timed on made-up text: seconds, claims a second, peak memory.

A short answer many times over, 1,000 claims against 600 words, 100 claims against 200 pages, and reports put together
from thousands of verdicts. Under a minute.
"""

import random
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.common.command import parser
from probandum.agent.consolidation.assembly import consolidate
from probandum.agent.models import Claim, ClaimResult, Span
from probandum.agent.taxonomy import Label, Outcome
from probandum.api import audit
from probandum.testing.judge import judgement
from probandum.tools.evidence import Evidence, Origin

_PAGE_WORDS = 500
_NOUNS = [
    "bridge",
    "river",
    "council",
    "museum",
    "harbour",
    "library",
    "orchard",
    "engine",
    "treaty",
    "garden",
    "market",
    "tower",
    "school",
    "ferry",
]
_VERBS = [
    "opened",
    "closed",
    "bought",
    "sold",
    "measured",
    "visited",
    "repaired",
    "painted",
    "crossed",
    "flooded",
    "rebuilt",
    "named",
]
_NAMES = ["Berg", "Lund", "Okafor", "Marsh", "Velden", "Ito", "Rossi", "Novak", "Silva", "Haddad", "Quist", "Ferro"]


def text(words: int, *, seed: int) -> str:
    """Made-up prose of about so many words, the same for the same seed; a paragraph has five sentences."""
    draw = random.Random(seed)  # noqa: S311 - made-up prose, no secret
    sentences = [_sentence(draw) for _ in range(words // 13)]
    return "\n\n".join(" ".join(sentences[at : at + 5]) for at in range(0, len(sentences), 5))


def claims(number: int, context: str, *, seed: int) -> str:
    """So many sentences to audit, half of them from the context and half made up."""
    draw = random.Random(seed)  # noqa: S311 - as above
    known = [part for part in context.replace("\n\n", " ").split(". ") if part]
    made = [f"{draw.choice(known).rstrip('.')}." if at % 2 else _sentence(draw) for at in range(number)]
    return " ".join(f"Item {at} of the list: {sentence}" for at, sentence in enumerate(made))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print seconds and peak memory of each case; memory is that of this process so far, so the cases grow."""
    parser("audit-speed", __doc__).parse_args(arguments)
    _short_answers(300)
    for name, number, words in (
        ("1,000 claims, 600 words", 1_000, 600),
        ("100 claims, 200 pages", 100, 200 * _PAGE_WORDS),
    ):
        context = text(words, seed=1)
        with TemporaryDirectory() as folder:
            file = Path(folder) / "context.md"
            file.write_text(context, encoding="utf-8")
            begin = time.perf_counter()
            report = audit(claims(number, context, seed=2), context=[file], judge="embedded", profile="standard")
            seconds = time.perf_counter() - begin
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        done = f"{report.scores.judged} judged in {seconds:.2f} s, {number / seconds:.0f} claims/s, peak {peak:.0f} MB"
        sys.stdout.write(f"{name}: {done}\n")
    _consolidation(claims_=4_000, evidence=20_000)


def _short_answers(number: int) -> None:
    """Print the middle and the slow end of so many audits of three sentences, each beside a context of its own."""
    answer = "The bridge was opened in 1931. It has four arches and six lanes. It was closed in 1955."
    told = "The bridge was opened to traffic in 1931. It has four arches. Its deck has six lanes. It closed in 1956."
    taken = []
    for place in range(number + 20):
        begin = time.perf_counter()
        audit(answer, context=[f"{told} {told} Note {place}."], judge="embedded")
        taken.append(1_000 * (time.perf_counter() - begin))
    taken = sorted(taken[20:])  # the first ones read tables and start threads
    middle, slow = taken[number // 2], taken[number * 95 // 100]
    sys.stdout.write(f"three sentences, {number} times: p50 {middle:.1f} ms, p95 {slow:.1f} ms\n")


def _consolidation(*, claims_: int, evidence: int) -> None:
    """Print how long it takes to conclude an audit of so many claims, each quoting its share of the evidence."""
    items = [_passage(place) for place in range(evidence)]
    share = evidence // claims_
    results = [_result(place, items[place * share : (place + 1) * share]) for place in range(claims_)]
    begin = time.perf_counter()
    consolidate(
        results,
        question="Which bridge was repaired?",
        response=" ".join(result.text for result in results),
        sentences=(),
        evidence={item.id: item for item in items},
        has_context=True,
    )
    seconds = time.perf_counter() - begin
    sys.stdout.write(f"{claims_:,} claims, {evidence:,} evidence items: concluded in {seconds:.2f} s\n")


def _passage(place: int) -> Evidence:
    source = f"https://site{place % 900}.example{place % 50}.org/{place}"
    return Evidence.of(text(80, seed=place), origin=Origin.WEB, source=source, document_sha256="")


def _result(place: int, items: list[Evidence]) -> ClaimResult:
    draw = random.Random(place)  # noqa: S311 - as above
    said = f"Item {place}: {_sentence(draw)}"
    found = Claim.of(said, sentence=f"s{place}", span=Span(start=0, end=len(said)))
    label = draw.choice(list(Label))
    quotes = [item.text.partition(". ")[0] for item in items]
    verdict = judgement(label, quotes=quotes, evidence=items).verdict
    return ClaimResult(**found.model_dump(), outcome=Outcome.JUDGED, verdict=verdict, rounds=1)


def _sentence(draw: random.Random) -> str:
    year, amount = draw.randint(1900, 2020), draw.randint(2, 900)
    one, other = draw.sample(_NOUNS, 2)
    name, verb = draw.choice(_NAMES), draw.choice(_VERBS)
    return f"In {year} the {one} of {name} {verb} the {other} with {amount} workers of the town."
