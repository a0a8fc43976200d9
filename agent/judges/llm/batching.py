"""Which claims are asked about together, so that question and answer have room; the asking itself is elsewhere."""

from collections.abc import Iterator, Mapping, Sequence

from probandum.agent.judges.llm.method import WrittenReasoning
from probandum.agent.models import Case

TOKENS_PER_VERDICT: Mapping[WrittenReasoning, int] = {"cot": 450, "direct": 60}
"""What a verdict typically takes, a generous estimate: an answer that is cut off is lost as a whole."""
_EVIDENCE_CHARACTERS = 24_000  # that were searched for; what all claims share is shown once however many there are


def make_batches(
    cases: Sequence[Case], *, most: int, room: int, reasoning: WrittenReasoning
) -> Iterator[tuple[Case, ...]]:
    """The cases in their order, in as few batches as fit and all about equally large.

    Args:
        cases: of one audit.
        most: claims in one batch.
        room: tokens that one answer may have.
        reasoning: whether verdicts come with their steps.
    """
    most = max(1, min(most, room // TOKENS_PER_VERDICT[reasoning]))
    even = -(-len(cases) // -(-len(cases) // most)) if cases else 1
    batch: list[Case] = []
    for case in cases:
        if batch and (len(batch) == even or _characters([*batch, case]) > _EVIDENCE_CHARACTERS):
            yield tuple(batch)
            batch = []
        batch.append(case)
    if batch:
        yield tuple(batch)


def by_short_id(batch: Sequence[Case]) -> dict[str, Case]:
    """The cases by the ids that they go by in one call: short ones, and the same in every audit.

    The form of the answer names them, and endpoints keep a form that they have seen, and the prompt after it.
    """
    return {f"c{place}": case for place, case in enumerate(batch, start=1)}


def with_shared_evidence(batch: Sequence[Case]) -> tuple[Case, ...]:
    """The cases of a batch, each with the evidence of all, since the model sees them side by side."""
    if len(batch) == 1:
        return tuple(batch)
    evidence = tuple({item.id: item for case in batch for item in case.evidence}.values())
    trail = tuple(dict.fromkeys(search for case in batch for search in case.trail))
    return tuple(case.model_copy(update={"evidence": evidence, "trail": trail}) for case in batch)


def _characters(batch: Sequence[Case]) -> int:
    own = {identity for case in batch for search in case.trail for identity in search.evidence}
    found = {item.id: len(item.text) for case in batch for item in case.evidence if item.id in own}
    return sum(found.values())
