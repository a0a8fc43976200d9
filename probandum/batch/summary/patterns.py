"""The most frequent ways of being wrong: claims by label, error type, basis and detail, with examples of each."""

from collections import Counter

from probandum.agent.taxonomy import ErrorType, Label
from probandum.batch.output.rows import ClaimRow
from probandum.tools.evidence import Frozen, Origin

_DETAILS = frozenset({"negation", "relation", "role_swap", "omission", "invention", "single_source"})
_EXAMPLES = 3
_SHOWN = 12

Key = tuple[Label, ErrorType | None, Origin | None, str | None]


class Example(Frozen):
    """A claim of a pattern."""

    answer_id: str
    claim_id: str
    text: str
    quote: str | None
    """What the evidence says; None where it says nothing."""


class Pattern(Frozen):
    """Claims that are wrong in the same way."""

    label: Label
    error_type: ErrorType | None
    """None where the verdict names none, as mostly for what the evidence does not mention."""
    basis: Origin | None
    detail: str | None
    """One of the fixed words; ``in words`` for any other."""
    claims: int
    answers: int
    examples: tuple[Example, ...]


class Patterns:
    """Counts patterns claim by claim; a claim of two error types is in two."""

    def __init__(self) -> None:
        self._claims: Counter[Key] = Counter()
        self._answers: Counter[Key] = Counter()
        self._last: dict[Key, str] = {}
        self._examples: dict[Key, list[Example]] = {}

    def add(self, claim: ClaimRow) -> None:
        """Count a claim, if it is one that is not supported; those of one answer come together."""
        if claim.label is None or claim.label is Label.SUPPORTED or claim.repeats:
            return
        detail = claim.detail if claim.detail in _DETAILS or claim.detail is None else "in words"
        for error in claim.error_types or (None,):
            self._count((claim.label, error, claim.basis, detail), claim)

    def most_frequent(self) -> tuple[Pattern, ...]:
        """The patterns, those of most claims first."""
        ranked = sorted(self._claims, key=lambda key: (-self._claims[key], [str(part) for part in key]))
        return tuple(self._pattern(key) for key in ranked[:_SHOWN])

    def _count(self, key: Key, claim: ClaimRow) -> None:
        self._claims[key] += 1
        if self._last.get(key) == claim.answer_id:
            return
        self._last[key] = claim.answer_id
        self._answers[key] += 1
        examples = self._examples.setdefault(key, [])
        if len(examples) < _EXAMPLES:
            quote = claim.quotes[0].text if claim.quotes else None
            examples.append(Example(answer_id=claim.answer_id, claim_id=claim.claim_id, text=claim.text, quote=quote))

    def _pattern(self, key: Key) -> Pattern:
        label, error, basis, detail = key
        return Pattern(
            label=label,
            error_type=error,
            basis=basis,
            detail=detail,
            claims=self._claims[key],
            answers=self._answers[key],
            examples=tuple(self._examples[key]),
        )
