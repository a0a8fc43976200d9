"""The screen before a paid judge: settles what stands word for word in the evidence, and leaves everything else."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence

from probandum.agent.evidence.basis import basis
from probandum.agent.judges.protocol import Case, Judgement
from probandum.agent.language.analysis import Line, line_of, read
from probandum.agent.language.lexicon import listed
from probandum.agent.models import Quote, Verdict
from probandum.agent.taxonomy import Label
from probandum.tools.evidence import Evidence

P_SUPPORTED = 0.986
"""The probability that goes with a settled claim: (right + 1) / (settled + 2) over the claims that it settles on the
labelled files it was chosen on; see README."""
_FEWEST_WORDS = 4
_POINTING = listed("pronouns") | listed("people") | listed("outside")
"""A claim that points outside itself may mean another thing than the same words mean in the evidence."""
_FRAMING = frozenset().union(*map(listed, ("framing", "negations", "hedges", "sayings", "plans", "denials")))
"""What in the rest of a sentence may turn or weaken the clause beside it."""


class EmbeddedScreen:
    """Settles a claim whose words, in their order, are a whole sentence of the evidence or its last clause.

    Case, spaces and punctuation are evened out; every word and number is the same. Nothing is settled that points
    outside itself ("he", "this"), nor beside words that may turn a clause: negation, doubt, condition, report.
    """

    async def screen(self, cases: Sequence[Case]) -> Mapping[str, Judgement]:
        """The verdict ``supported``, with its quote and without steps, for each claim that is found; by claim id."""
        found = await asyncio.to_thread(lambda: [(case, _quote(case)) for case in cases])
        return {case.claim.id: Judgement(verdict=_verdict(case, quote)) for case, quote in found if quote}


def _verdict(case: Case, quote: Quote) -> Verdict:
    rest = (1.0 - P_SUPPORTED) / (len(Label) - 1)
    return Verdict(
        label=Label.SUPPORTED,
        basis=basis((quote,), case),
        quotes=(quote,),
        confidence=P_SUPPORTED,
        confidence_source="calibrated",
        probabilities={label: P_SUPPORTED if label is Label.SUPPORTED else rest for label in Label},
        decided_by="screen",
    )


def _quote(case: Case) -> Quote | None:
    claim = line_of(case.claim.text)
    words = _words(claim)
    if len(words) < _FEWEST_WORDS or not _POINTING.isdisjoint(words):
        return None
    return next((quote for item in case.evidence for quote in _in_item(words, item)), None)


def _in_item(words: tuple[str, ...], item: Evidence) -> Iterator[Quote]:
    for line in read(item.text).lines:
        there = _words(line)
        first = len(there) - len(words)
        if first >= 0 and there[first:] == words and _stands_alone(line, first):
            start, end = line.words[first].start, line.words[-1].end
            yield Quote(evidence_id=item.id, text=item.text[start:end], start=start, end=end)


def _stands_alone(line: Line, first: int) -> bool:
    """Whether the words from ``first`` on say the same without the words before them and whatever follows."""
    before = line.text[: line.words[first].start - line.start].rstrip()
    after = line.text[line.words[-1].end - line.start :].strip(" .!\"”'’)")
    led_in = not first or (before.endswith((",", ";", ":")) and _FRAMING.isdisjoint(_words(line)[:first]))
    return led_in and not after


def _words(line: Line) -> tuple[str, ...]:
    return tuple(word.text.lower() for word in line.words)
