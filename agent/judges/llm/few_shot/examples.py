"""Worked examples: what one is, which of a bank are shown, and how they read; where banks come from is elsewhere."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from pydantic import Field

from probandum.agent.judges.llm.few_shot.answer import (
    ExampleAnswer,
    ExampleEvidence,
    Text,
    numbered_evidence,
    written_answer,
)
from probandum.agent.judges.llm.prompting.fence import Fence
from probandum.agent.models import Claim
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import Label
from probandum.prompts import fill
from probandum.tools.evidence import Evidence, Frozen, Origin, digest
from probandum.tools.retrieval.index import PassageIndex

TOKENS = 1_600
"""How much of a prompt the examples may take: one of each label, and one or two more."""
_CHARACTERS_PER_TOKEN = 4  # of English text in the vocabularies in use; other scripts take more
_QUERY_CHARACTERS = 20_000
_REMEMBERED = 32


class Example(Frozen):
    """A claim with its evidence and the answer that a model ought to give, in the very form that it has to."""

    id: Text
    domain: Text
    evidence: tuple[ExampleEvidence, ...] = Field(min_length=1)
    claim: Text
    answer: ExampleAnswer

    def __hash__(self) -> int:
        return hash(self.id)


@dataclass(frozen=True)
class ExampleBank:
    """Examples to choose from; earlier ones come first among equals."""

    examples: tuple[Example, ...]

    @cached_property
    def sha256(self) -> str:
        """Hex digest of all that the bank says."""
        return digest(*(example.model_dump_json() for example in self.examples))

    def ranked(self, query: str) -> tuple[Example, ...]:
        """All examples, those that share most with the query's words first (BM25)."""
        by_id = {example.id: example for example in self.examples}
        alike = self._index.search(query[:_QUERY_CHARACTERS], len(by_id))
        return tuple({**{item.id: by_id[item.id] for item in alike}, **by_id}.values())

    @cached_property
    def tokens(self) -> Mapping[str, int]:
        """About how many tokens each example takes as it is shown, by its id."""
        return {example.id: estimated_tokens(render_example(example)) for example in self.examples}

    @cached_property
    def _index(self) -> PassageIndex:
        return PassageIndex([_passage(example) for example in self.examples])


class FewShotSelector:
    """Which examples a model is shown.

    Attributes:
        bank: what is chosen from.
        per: ``audit`` or ``claim``.
        tokens: how much of the prompt they may take together.
    """

    def __init__(self, bank: ExampleBank, *, per: Literal["audit", "claim"] = "audit", tokens: int = TOKENS) -> None:
        """Take the bank.

        Args:
            bank: what is chosen from.
            per: ``audit`` chooses the same ones for all claims of an audit, so that the prompt's beginning stays the
                same byte for byte and a provider's cache of prefixes hits; ``claim`` chooses for every claim anew.
            tokens: how much they may take of the prompt together, by estimate.
        """
        self.bank = bank
        self.per = per
        self.tokens = tokens
        # All claims of an audit ask for the same choice, and choosing takes milliseconds.
        self._chosen = lru_cache(maxsize=_REMEMBERED)(self._choose)

    def for_audit(self, request: AuditRequest, evidence: Iterable[Evidence]) -> tuple[Example, ...]:
        """The examples most like the question, the response and the evidence that every claim is shown.

        Args:
            request: the audit; its context is not looked at, since a graph may carry it apart.
            evidence: what is shown to all claims alike: the same in every call of the audit.
        """
        return self.like([request.question or "", request.response, *(item.text for item in evidence)])

    def for_claims(self, claims: Iterable[Claim], evidence: Iterable[Evidence]) -> tuple[Example, ...]:
        """The examples most like these claims and their evidence."""
        return self.like([*(claim.text for claim in claims), *(item.text for item in evidence)])

    def like(self, texts: Sequence[str]) -> tuple[Example, ...]:
        """The examples most like the texts, within the budget; the most similar last, where it is nearest the claim."""
        return self._chosen("\n".join(texts))

    def _choose(self, query: str) -> tuple[Example, ...]:
        return select_examples(self.bank.ranked(query), cost=self.bank.tokens, tokens=self.tokens)[::-1]


def select_examples(ranked: Sequence[Example], *, cost: Mapping[str, int], tokens: int) -> tuple[Example, ...]:
    """The best examples that fit: one of each label before a second of any, as far as the budget goes.

    Args:
        ranked: best first.
        cost: in tokens, of each by its id.
        tokens: the budget.
    """
    cheapest = {label: min((cost[e.id] for e in ranked if e.answer.label is label), default=0) for label in Label}
    taken: dict[str, Example] = {}
    left, owed = tokens, sum(cheapest.values())
    for label in dict.fromkeys(example.answer.label for example in ranked):
        owed -= cheapest[label]
        room = max(left - owed, cheapest[label] if cheapest[label] <= left else 0)
        first = next((e for e in ranked if e.answer.label is label and cost[e.id] <= room), None)
        if first:
            taken[first.id] = first
            left -= cost[first.id]
    whole = {example.answer.label for example in taken.values()} == {example.answer.label for example in ranked}
    for example in ranked if whole else ():
        if example.id not in taken and cost[example.id] <= left:
            taken[example.id] = example
            left -= cost[example.id]
    return tuple(example for example in ranked if example.id in taken)


def render_examples(examples: Iterable[Example], fence: Fence) -> str:
    """The examples as one prompt, each inside the fence: a user's own may carry text of strangers.

    Args:
        examples: what to show.
        fence: of the audit.
    """
    return fill("worked_examples", examples=fence.wrap("examples", "\n\n".join(map(render_example, examples)))).strip()


@lru_cache(maxsize=1_024)
def render_example(example: Example) -> str:
    """One example in words: numbered sentences, the claim, and the answer in the form that a model has to give."""
    sentences = numbered_evidence(example.evidence)
    evidence = "\n".join(f"[{each.number}] {each.text}" for each in sentences)
    answer = written_answer(example.answer, sentences)
    return fill("worked_example", evidence=evidence, claim=example.claim, answer=answer.model_dump_json()).strip()


def estimated_tokens(words: str) -> int:
    """About how many tokens a text takes, without asking anybody for a vocabulary."""
    plain = sum(map(str.isascii, words))
    return math.ceil(plain / _CHARACTERS_PER_TOKEN) + (len(words) - plain)


def _passage(example: Example) -> Evidence:
    words = "\n".join([example.claim, *(f"{item.source} {item.text}" for item in example.evidence)])
    return Evidence(
        id=example.id, origin=Origin.MODEL, source=example.domain, text=words, document_sha256=digest(words)
    )
