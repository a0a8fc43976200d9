"""The screen before a paid judge: settles what stands word for word in the evidence, and leaves everything else."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence

from probandum.agent.evidence.basis import basis
from probandum.agent.judges.protocol import Judgement
from probandum.agent.language.analysis import AnalyzedSentence, analyze_sentence, analyze_text
from probandum.agent.language.lexicon import word_set
from probandum.agent.models import Case, Quote, Verdict
from probandum.agent.taxonomy import Label
from probandum.tools.evidence import Evidence

P_SUPPORTED = 0.986
"""The probability that goes with a settled claim: (right + 1) / (settled + 2) over the claims that it settles on the
labelled files it was chosen on; see README."""
_FEWEST_WORDS = 4
_POINTING = word_set("pronouns") | word_set("people") | word_set("outside")
"""A claim that points outside itself may mean another thing than the same words mean in the evidence."""
_FRAMING = frozenset().union(*map(word_set, ("framing", "negations", "hedges", "sayings", "plans", "denials")))
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
    claim = analyze_sentence(case.claim.text)
    words = _words(claim)
    if len(words) < _FEWEST_WORDS or not _POINTING.isdisjoint(words):
        return None
    return next((quote for item in case.evidence for quote in _in_item(words, item)), None)


def _in_item(words: tuple[str, ...], item: Evidence) -> Iterator[Quote]:
    for sentence in analyze_text(item.text).sentences:
        there = _words(sentence)
        first = len(there) - len(words)
        if first >= 0 and there[first:] == words and _stands_alone(sentence, first):
            start, end = sentence.words[first].start, sentence.words[-1].end
            yield Quote(evidence_id=item.id, text=item.text[start:end], start=start, end=end)


def _stands_alone(sentence: AnalyzedSentence, first: int) -> bool:
    """Whether the words from ``first`` on say the same without the words before them and whatever follows."""
    before = sentence.text[: sentence.words[first].start - sentence.start].rstrip()
    after = sentence.text[sentence.words[-1].end - sentence.start :].strip(" .!\"”'’)")
    led_in = not first or (before.endswith((",", ";", ":")) and _FRAMING.isdisjoint(_words(sentence)[:first]))
    return led_in and not after


def _words(sentence: AnalyzedSentence) -> tuple[str, ...]:
    return tuple(word.text.lower() for word in sentence.words)
