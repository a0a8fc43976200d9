"""Evidence as a model is shown it: one numbered sentence a line, what all claims share first; cutting is elsewhere."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from probandum.agent.evidence.sentences import EvidenceSentence, evidence_sentences
from probandum.agent.models import Case
from probandum.tools.evidence import Evidence


@dataclass(frozen=True)
class NumberedEvidence:
    """What one call shows, numbered through: a number means the same sentence in every call that shares the first."""

    shared: tuple[Evidence, ...]
    """Shown to every claim of the audit."""
    own: tuple[Evidence, ...]
    """Searched for, for the claims of this call; numbered after what is shared."""

    @classmethod
    def of(cls, cases: Sequence[Case]) -> "NumberedEvidence":
        """The evidence of cases that are asked about in one call."""
        searched = searched_ids(cases)
        items = {item.id: item for case in cases for item in case.evidence}
        return cls(
            shared=tuple(item for item in items.values() if item.id not in searched),
            own=tuple(item for item in items.values() if item.id in searched),
        )

    @property
    def sentences(self) -> tuple[EvidenceSentence, ...]:
        """All sentences; that with number n stands at place n - 1."""
        return _sentences((*self.shared, *self.own))

    def cited(self, numbers: Iterable[int]) -> tuple[EvidenceSentence, ...]:
        """The sentences of these numbers, in the order given; numbers that no sentence has are left out."""
        return tuple(self.sentences[number - 1] for number in numbers if 1 <= number <= len(self.sentences))

    @cached_property
    def shared_text(self) -> str:
        """The lines of what is shared; empty where nothing is."""
        return "\n".join(_lines(self.shared, self._by_item))

    @cached_property
    def own_text(self) -> str:
        """The lines of what was searched for; empty where nothing was."""
        return "\n".join(_lines(self.own, self._by_item))

    @cached_property
    def _by_item(self) -> Mapping[str, Sequence[EvidenceSentence]]:
        found: dict[str, list[EvidenceSentence]] = {}
        for sentence in self.sentences:
            found.setdefault(sentence.evidence_id, []).append(sentence)
        return found


def searched_ids(cases: Iterable[Case]) -> frozenset[str]:
    """Ids of the evidence that was searched for, for these claims; the rest is shown to every claim."""
    return frozenset(identity for case in cases for search in case.trail for identity in search.evidence)


@lru_cache(maxsize=64)
def _sentences(items: tuple[Evidence, ...]) -> tuple[EvidenceSentence, ...]:
    return evidence_sentences(items)


def _lines(items: Iterable[Evidence], by_item: Mapping[str, Sequence[EvidenceSentence]]) -> Iterator[str]:
    """For each item where it is from, then its sentences, each under its heading."""
    place = ""
    for item in items:
        now = " · ".join(" ".join(part.split()) for part in (item.source, item.title) if part)
        if now != place:
            yield f"source {now}"
        place, heading = now, ""
        for sentence in by_item.get(item.id, ()):
            if sentence.heading and sentence.heading != heading:
                yield f"under {sentence.heading}"
            heading = sentence.heading
            yield f"[{sentence.number}] {sentence.text}"
