"""Where worked examples come from: shipped, a user's own file, and reviewed verdicts; which are shown is elsewhere."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from probandum.agent.evidence.quotes import locate
from probandum.agent.judges.llm.few_shot.answer import ExampleAnswer, example_items, numbered_evidence, written_answer
from probandum.agent.judges.llm.few_shot.examples import Example, ExampleBank
from probandum.agent.judges.llm.replies.consistency import check_second_look
from probandum.agent.judges.llm.session import UnusableReply
from probandum.agent.taxonomy import NEEDS_QUOTE
from probandum.prompts import example_lines
from probandum.tools.documents import read_text
from probandum.tools.errors import InputError


@cache
def shipped_bank() -> ExampleBank:
    """The examples that come with Probandum."""
    return ExampleBank(tuple(Example.model_validate_json(line) for line in example_lines().split("\n") if line))


def load_bank(own: Path | None = None) -> ExampleBank:
    """The shipped examples, with a user's own before them; an own one replaces a shipped one of the same id.

    Raises InputError as `read`.
    """
    if own is None:
        return shipped_bank()
    first = {example.id: example for example in read_examples(own)}
    return ExampleBank((*first.values(), *(example for example in shipped_bank().examples if example.id not in first)))


def read_examples(path: Path) -> tuple[Example, ...]:
    """The examples of a file, one JSON object per line.

    Raises InputError, which names file, line and field, for the first that does not hold: an answer in another form,
    a label that its steps do not carry, a quote that is not word for word in its evidence, an id that comes twice.
    """
    examples: dict[str, Example] = {}
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{str(path)!r}, line {number}"
        example = _parsed(line, place)
        if example.id in examples:
            raise InputError(f"{place}, id: {example.id!r} is taken by an earlier example; give it another")
        if wrong := example_fault(example):
            raise InputError(f"{place}, {wrong}")
        examples[example.id] = example
    if not examples:
        raise InputError(f"{str(path)!r} has no example in it; give one JSON object per line")
    return tuple(examples.values())


def append_examples(path: Path, examples: Iterable[Example]) -> int:
    """Add examples at the end of a user's bank, made if need be; how many were new to it.

    Raises InputError where the file is there and is no bank, an example does not hold, or writing fails.
    """
    given = tuple(examples)
    for example in given:
        if wrong := example_fault(example):
            raise InputError(f"example {example.id!r}, {wrong}")
    known = {example.id for example in read_examples(path)} if path.exists() else set()
    new = {example.id: example for example in given if example.id not in known}
    try:
        with path.open("a", encoding="utf-8") as file:
            file.writelines(example.model_dump_json() + "\n" for example in new.values())
    except OSError as error:
        raise InputError(f"examples cannot be added to {str(path)!r}: {error.strerror}; choose another file") from None
    return len(new)


def example_fault(example: Example) -> str | None:
    """What is wrong with an example that has the right form, as field and sentence; None where it holds."""
    answer, evidence = example.answer, example_items(example.evidence)
    ids = [item.id for item in evidence]
    if len(set(ids)) < len(ids):
        return f"evidence: the ids {ids!r} are not all different; number them x1, x2, …"
    try:
        check_second_look(written_answer(answer, numbered_evidence(example.evidence)))
    except UnusableReply as unusable:
        return f"answer: {unusable}"
    located = (locate(quote.text, evidence=evidence, evidence_id=quote.evidence_id) for quote in answer.quotes)
    found = len(dict.fromkeys(filter(None, located)))
    return _quoting_fault(answer, {item.id: item.text for item in evidence}, found=found)


def _quoting_fault(answer: ExampleAnswer, texts: Mapping[str, str], *, found: int) -> str | None:
    for place, quote in enumerate(answer.quotes):
        if quote.text not in texts.get(quote.evidence_id, ""):
            return f"answer.quotes.{place}: {quote.text!r} is not word for word in {quote.evidence_id!r}; copy it"
    if found < len(answer.quotes):
        return "answer.quotes: one is given twice, is too short to be told from others, or cuts a word in two"
    if answer.label in NEEDS_QUOTE and not answer.quotes:
        return f"answer.quotes: {answer.label.value!r} does not stand without a quote; add the words it rests on"
    return None


def _parsed(line: str, place: str) -> Example:
    try:
        json.loads(line)
        return Example.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"])) or "the object"
        raise InputError(f"{place}, {field}: {first['msg']} ({error.error_count()} in all)") from None
    except ValueError as error:
        raise InputError(f"{place} is no JSON ({error}); give one object per line") from None
