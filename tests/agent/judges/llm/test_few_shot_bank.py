import json

import pytest

from probandum.agent.judges.llm.few_shot.bank import append_examples, load_bank, read_examples, shipped_bank
from probandum.agent.judges.llm.few_shot.from_review import example_of
from probandum.agent.models import Claim, Part, Step
from probandum.agent.taxonomy import ErrorType, Label
from probandum.testing.judge import judgement
from probandum.tools.errors import InputError
from probandum.tools.evidence import Evidence, Origin

GIVEN = {
    "id": "own-1",
    "domain": "brewing",
    "evidence": [{"id": "x1", "source": "notebook", "text": "The mash rests for an hour at 66 degrees."}],
    "claim": "The mash rests for two hours.",
    "answer": {
        "restatement": "The rest lasts two hours.",
        "quotes": [{"evidence_id": "x1", "text": "The mash rests for an hour"}],
        "comparison": [{"part": "two hours", "finding": "One hour is given.", "status": "conflict"}],
        "decision": "Another duration: contradicted.",
        "explanation": "temporal: the duration is wrong.",
        "error_types": ["temporal"],
        "detail": None,
        "why": None,
        "correction": None,
        "confidence": 0.9,
        "label": "contradicted",
    },
}


def changed(**fields):
    example = json.loads(json.dumps(GIVEN))
    for name, value in fields.items():
        owner = example["answer"] if name in example["answer"] else example
        owner[name] = value
    return example


def written(tmp_path, *lines):
    path = tmp_path / "own.jsonl"
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return path


def test_a_user_s_own_examples_come_before_the_shipped_ones(tmp_path):
    own = load_bank(written(tmp_path, GIVEN))
    assert own.examples[0].id == "own-1"
    assert own.examples[1:] == shipped_bank().examples
    assert own.sha256 != shipped_bank().sha256


def test_a_user_s_own_example_replaces_the_shipped_one_of_its_id(tmp_path):
    own = load_bank(written(tmp_path, changed(id="general-01")))
    assert len(own.examples) == len(shipped_bank().examples)
    assert [e.domain for e in own.examples if e.id == "general-01"] == ["brewing"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", r"line 2 is no JSON"),
        (changed(label="sort of"), r"line 2, answer\.label: "),
        (changed(claim=" "), r"line 2, claim: "),
        (changed(evidence=[]), r"line 2, evidence: "),
        ({**GIVEN, "colour": "red"}, r"line 2, colour: "),
        (changed(error_types=[]), r"line 2, answer: The label is contradicted, so `error_types`"),
        (changed(quotes=[]), r"line 2, answer\.quotes: 'contradicted' does not stand without a quote"),
        (
            changed(quotes=[{"evidence_id": "x1", "text": "The mash rests for one hour"}]),
            r"line 2, answer\.quotes\.0: 'The mash rests for one hour' is not word for word in 'x1'",
        ),
        (
            changed(quotes=[{"evidence_id": "x7", "text": "The mash rests for an hour"}]),
            r"line 2, answer\.quotes\.0: 'The mash rests for an hour' is not word for word in 'x7'",
        ),
        (changed(quotes=GIVEN["answer"]["quotes"] * 2), r"line 2, answer\.quotes: one is given twice"),
        (changed(evidence=GIVEN["evidence"] * 2), r"line 2, evidence: the ids \['x1', 'x1'\]"),
        (GIVEN, r"line 2, id: 'own-1' is taken"),
    ],
)
def test_an_example_that_does_not_hold_is_named_by_line_and_field(tmp_path, line, message):
    first = changed(id="own-1" if line == GIVEN else "own-0")
    with pytest.raises(InputError, match=message):
        read_examples(written(tmp_path, first, line))


def test_a_file_without_examples_is_refused(tmp_path):
    with pytest.raises(InputError, match="is blank"):
        read_examples(written(tmp_path, ""))


LOG = Evidence.of(
    "before " * 150 + "The kiln was fired on 4 June. " + "after " * 150,
    origin=Origin.WEB,
    source="https://kiln.example/log",
    document_sha256="0",
)
FIRED = Claim.of("The kiln was fired on 6 June.")


def reviewed(label=Label.CONTRADICTED, *, quotes=("The kiln was fired on 4 June.",), **fields):
    types = [ErrorType.TEMPORAL] if label in (Label.CONTRADICTED, Label.PARTIALLY_SUPPORTED) else []
    given = judgement(label, quotes=quotes, evidence=[LOG], error_types=types).verdict
    return given.model_copy(update=fields)


def test_a_reviewed_verdict_becomes_an_example_that_is_read_back_from_a_bank(tmp_path):
    verdict = reviewed(
        steps=(
            Step(name="restate", text="One date."),
            Step(name="compare", text=f"6 June: {LOG.id} has 4. (conflict)"),
        ),
        parts=(Part(text="6 June", status="conflict"),),
        note="The log is the record of the day.",
        decided_by="person",
    )
    example = example_of(FIRED, [LOG], verdict)
    (item,) = example.evidence
    assert len(item.text) < len(LOG.text)
    assert example.answer.quotes[0].text in item.text
    assert example.answer.comparison[0].finding == "x1 has 4."
    assert example.answer.decision == "The log is the record of the day."

    path = tmp_path / "own.jsonl"
    assert append_examples(path, [example]) == 1
    assert append_examples(path, [example, example_of(FIRED, [LOG], verdict)]) == 0
    assert read_examples(path) == (example,)


def test_a_verdict_without_quotes_becomes_an_example_on_what_was_shown():
    example = example_of(FIRED, [LOG], reviewed(Label.ABSENT, quotes=()))
    assert example.evidence[0].text == LOG.text[: len(example.evidence[0].text)]
    assert example.answer.comparison[0].status == "missing"


@pytest.mark.parametrize(
    ("verdict", "evidence", "message"),
    [
        (reviewed(Label.PARTIALLY_SUPPORTED), [LOG], "a part that is a match and one that is not"),
        (reviewed(Label.SUPPORTED, quotes=()), [LOG], "does not stand without a quote"),
        (reviewed(Label.ABSENT, quotes=()), [], "without any evidence"),
    ],
)
def test_a_verdict_that_tells_too_little_makes_no_example(verdict, evidence, message):
    with pytest.raises(InputError, match=message):
        example_of(FIRED, evidence, verdict)


def test_a_bank_that_cannot_be_written_is_named(tmp_path):
    example = example_of(FIRED, [LOG], reviewed())
    with pytest.raises(InputError, match="choose another file"):
        append_examples(tmp_path / "missing" / "own.jsonl", [example])
