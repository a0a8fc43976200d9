"""The answer of a worked example as a bank holds it, with quotes in words; as a model is shown it, with numbers."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, StringConstraints

from probandum.agent.evidence.sentences import EvidenceSentence, evidence_sentences
from probandum.agent.judges.llm.replies.schema import (
    Confidence,
    Correction,
    Detail,
    ErrorTypes,
    LabelWritten,
    PartWritten,
    SecondLookWritten,
    Thought,
    WhyNot,
    Written,
)
from probandum.agent.taxonomy import Label
from probandum.tools.evidence import Evidence, Frozen, Origin, digest

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class ExampleEvidence(Frozen):
    """One passage of a worked example."""

    id: Text
    source: Text
    text: Text


class ExampleQuote(Written):
    """Words of one passage."""

    evidence_id: Annotated[str, Field(max_length=60)]
    text: Annotated[str, Field(max_length=600)]


class ExampleAnswer(Written):
    """Five steps and a verdict, as an expert would give them."""

    restatement: Thought
    quotes: Annotated[list[ExampleQuote], Field(max_length=12)]
    comparison: Annotated[list[PartWritten], Field(max_length=12)]
    decision: Thought
    explanation: Thought
    label: LabelWritten
    error_types: ErrorTypes
    detail: Detail
    why: WhyNot
    correction: Correction = None
    confidence: Confidence


def example_items(evidence: Sequence[ExampleEvidence]) -> tuple[Evidence, ...]:
    """The passages as evidence of an audit."""
    return tuple(
        Evidence(
            id=item.id, origin=Origin.CONTEXT, source=item.source, text=item.text, document_sha256=digest(item.text)
        )
        for item in evidence
    )


def numbered_evidence(evidence: Sequence[ExampleEvidence]) -> tuple[EvidenceSentence, ...]:
    """The sentences of the passages, numbered through."""
    return evidence_sentences(example_items(evidence))


def written_answer(answer: ExampleAnswer, sentences: Sequence[EvidenceSentence]) -> SecondLookWritten:
    """The answer in a model's form: in place of each quote, the numbers of the sentences that it lies in."""
    told = answer.model_dump(mode="json", exclude={"quotes"})
    stated = "yes" if answer.label is Label.SUPPORTED else "no"
    return SecondLookWritten.model_validate({**told, "cites": cited_numbers(answer, sentences), "fully_stated": stated})


def cited_numbers(answer: ExampleAnswer, sentences: Sequence[EvidenceSentence]) -> list[int]:
    """The numbers of the sentences that the answer's quotes lie in, in the order of the quotes."""
    numbers = [
        sentence.number
        for quote in answer.quotes
        for sentence in sentences
        if sentence.evidence_id == quote.evidence_id
        and (quote.text in sentence.verbatim or sentence.verbatim in quote.text)
    ]
    return list(dict.fromkeys(numbers))
