"""What code works out for a claim beside the evidence: values that are the same, sums, and what asserts nothing.

A small model that is shown ``(computed) 36 months = three years`` need not reckon; a sentence that only asks or denies
is named as such. Notes are told to the model, and checked after it in `probandum.agent.verdicts`.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from probandum.agent.evidence.sentences import EvidenceSentence
from probandum.agent.language.analysis import analyze_sentence, analyze_text
from probandum.agent.language.assertion import governing
from probandum.agent.language.values.notes import computed_notes

_MOST = 6
_NEAR = 3
"""How many sentences that share most of a claim's words are looked at."""


def notes_on(claim: str, sentences: Sequence[EvidenceSentence], *, repeated: int = 0) -> tuple[str, ...]:
    """A few lines on a claim, each beginning with ``(computed)`` or ``(note)``; mostly none.

    Args:
        claim: the text of the claim.
        sentences: all that is shown.
        repeated: how many of the sentences that share most of its words are said again, right beside it: a small model
            loses sight of them in a long text.
    """
    near = _nearest(claim, tuple(sentences))
    again = tuple(f"(note) nearest: [{each.number}] {each.text}" for each in near[:repeated])
    return (*again, *_computed(claim, near), *_statuses(claim, near))


def _computed(claim: str, near: Sequence[EvidenceSentence]) -> Iterator[str]:
    told = computed_notes(claim, [sentence.text for sentence in near])
    yield from (f"(computed) {note}" for note in told[:_MOST])


def _statuses(claim: str, near: Sequence[EvidenceSentence]) -> Iterator[str]:
    keys = frozenset(word.key for word in analyze_sentence(claim).words if word.content)
    for sentence in near:
        for told in analyze_text(sentence.text).sentences:
            scope = governing(claim, keys, told, sentence.text)
            if scope is not None and 2 * len(told.keys & keys) >= len(keys):
                yield f"(note) what [{sentence.number}] says of this is {scope.status.value}"
                break


def _nearest(claim: str, sentences: tuple[EvidenceSentence, ...]) -> tuple[EvidenceSentence, ...]:
    keys = frozenset(word.key for word in analyze_sentence(claim).words if word.content)
    shared = [(len(told & keys), sentence) for told, sentence in zip(_keys(sentences), sentences, strict=True)]
    ranked = sorted((pair for pair in shared if pair[0]), key=lambda pair: (-pair[0], pair[1].number))
    return tuple(sentence for _, sentence in ranked[:_NEAR])


@lru_cache(maxsize=32)
def _keys(sentences: tuple[EvidenceSentence, ...]) -> tuple[frozenset[str], ...]:
    """Kept for the evidence seen last: all claims of an audit are looked for in the same."""
    return tuple(
        frozenset(word.key for word in analyze_sentence(f"{each.heading} {each.text}").words if word.content)
        for each in sentences
    )
