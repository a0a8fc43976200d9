"""probandum compare: two measurements or two batches, paired by what is in both."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from typer.testing import CliRunner

from probandum.cli import app
from probandum.compare.difference import difference, mcnemar
from probandum.compare.sides import Unit

CONTEXT = "The museum opened in 1901. It holds 300 paintings by Anna Berg."
CLAIMS = ["The museum opened in 1901.", "The museum closed in 1955.", "It holds 900 statues by Karl Lund."]


def answer(place, **more):
    said = {"answer_id": f"a{place}", "response": f"Answer {place}.", "judge": "embedded x", "claims": 2, "judged": 2}
    return {**said, "hallucination_rate": 0.5, "risk": 0.4, "unsupported": 1, **more}


def claim(place, number, label, types=()):
    said = {"answer_id": f"a{place}", "claim_id": f"c{number}", "text": f"Claim {number}.", "more": 1}
    return {**said, "label": label, "error_types": list(types)}


def batch(folder, answers, claims):
    folder.mkdir()
    (folder / "answers.jsonl").write_text("".join(json.dumps(each) + "\n" for each in answers))
    (folder / "claims.jsonl").write_text("".join(json.dumps(each) + "\n" for each in claims))
    return folder


@pytest.fixture
def batches(tmp_path):
    before = [claim(place, 1, "contradicted", ["number"]) for place in range(8)]
    kept = [claim(place, 2, "supported") for place in range(8)]
    after = [claim(place, 1, "supported") for place in range(7)] + [claim(7, 1, "absent", ["entity"])]
    fixed = [answer(place, hallucination_rate=0.0, unsupported=0) for place in range(7)]
    a = batch(tmp_path / "a", [answer(place) for place in range(9)], before + kept)
    b = batch(tmp_path / "b", [*fixed, answer(7)], after + kept)
    return a, b


def run(*words):
    return CliRunner().invoke(app, ["compare", *map(str, words)])


def compared(*words):
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_two_batches_of_the_same_answers_are_compared_by_rate_and_by_claim(batches):
    found = compared(*batches)
    assert (found["pairs"], found["only_a"], found["only_b"], found["same_answers"]) == (8, 1, 0, True)
    rate = next(each for each in found["differences"] if each["name"] == "hallucination rate")
    assert (rate["a"], rate["b"], rate["difference"]) == (0.5, 0.0625, -0.4375)
    assert rate["interval"]["low"] <= rate["difference"] <= rate["interval"]["high"] < 0
    answers, claims = found["tests"]
    assert (answers["only_a"], answers["only_b"], answers["p"]) == (7, 0, 2 / 2**7)
    assert (claims["pairs"], claims["only_a"], claims["only_b"]) == (16, 7, 0)
    assert len(found["flips"]) == 8
    assert {(each["a"], each["b"]) for each in found["flips"]} == {
        ("contradicted", "supported"),
        ("contradicted", "absent"),
    }
    assert {each["error_type"]: (each["a"], each["b"]) for each in found["error_types"]} == {
        "number": (8, 0),
        "entity": (0, 1),
    }


def test_other_answers_to_the_same_questions_are_compared_by_rate_alone(batches, tmp_path):
    a, _ = batches
    other = batch(tmp_path / "c", [answer(place, response="Else.", hallucination_rate=0.1) for place in range(9)], [])
    found = compared(a, other)
    assert not found["same_answers"]
    assert found["flips"] == []
    assert "claims cannot be paired" in run(a, other).stdout


def test_terminal_and_markdown_say_the_same(batches):
    for words in ([], ["--format", "md"]):
        said = run(*batches, *words).stdout.replace("\\", "")
        assert "8 answers in both; 1 in A alone, 0 in B alone" in said
        assert "p = 0.016" in said
        assert "number: named 8 times in A, 0 in B" in said
        assert "8 claims flipped" in said


def test_two_measurements_are_compared_by_auc_and_accuracy(tmp_path):
    rows = [
        {"id": str(n), "level": "claim", "context": CONTEXT, "claim": text, "hallucinated": n % 3 > 0}
        for n, text in enumerate(CLAIMS * 4)
    ]
    file = tmp_path / "museum.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    for name, words in (("one", []), ("two", ["--no-recheck"])):
        assert CliRunner().invoke(app, ["bench", str(file), *words, "--out", str(tmp_path / name)]).exit_code == 0
    found = compared(tmp_path / "one", tmp_path / "two" / "bench.json")
    assert [(each["name"], each["difference"]) for each in found["differences"]] == [("AUC ROC", 0), ("accuracy", 0)]
    assert {test["p"] for test in found["tests"]} == {1.0}
    assert found["flips"] == []


def test_a_flip_is_better_or_worse_by_what_people_say(tmp_path, batches):
    made = CliRunner().invoke(app, ["bench", str(_labelled(tmp_path)), "--out", str(tmp_path / "one")])
    assert made.exit_code == 0
    other = tmp_path / "two"
    other.mkdir()
    (other / "bench.json").write_bytes((tmp_path / "one" / "bench.json").read_bytes())
    lines = [json.loads(line) for line in (tmp_path / "one" / "rows.jsonl").read_text().splitlines()]
    for line in lines:
        for found in line["passes"][0]["claims"]:
            found["label"] = "supported" if found["label"] != "supported" else "absent"
    (other / "rows.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    flips = compared(tmp_path / "one", other)["flips"]
    assert {flip["better"] for flip in flips} == {False}
    assert {flip["better"] for flip in compared(other, tmp_path / "one")["flips"]} == {True}


def _labelled(tmp_path):
    rows = [
        {"id": str(n), "level": "claim", "context": CONTEXT, "claim": text, "hallucinated": n > 0}
        for n, text in enumerate(CLAIMS)
    ]
    file = tmp_path / "museum.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    return file


def test_what_cannot_be_paired_is_a_clear_error(batches, tmp_path):
    a, _ = batches
    apart = batch(tmp_path / "apart", [answer(99)], [])
    CliRunner().invoke(app, ["bench", str(_labelled(tmp_path)), "--out", str(tmp_path / "bench")])
    (tmp_path / "empty").mkdir()
    broken = batch(tmp_path / "broken", [{"answer_id": 1}], [])
    for other, said in (
        (apart, "nothing can be paired"),
        (tmp_path / "bench", "compare two of the same kind"),
        (tmp_path / "empty", "holds no output to compare"),
        (tmp_path / "nowhere", "holds no output to compare"),
        (broken, "answers.jsonl', line 1: answer_id does not hold"),
    ):
        result = run(a, other)
        assert result.exit_code == 2
        assert said in result.stderr


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=60))
def test_mcnemar_is_the_exact_test_of_the_uneven_pairs(answers):
    found = mcnemar("x", "g", answers)
    of = found.only_a + found.only_b
    assert of == sum(a != b for a, b in answers)
    expected = binomtest(found.only_a, of, 0.5).pvalue if of else 1.0
    assert math.isclose(found.p, expected, rel_tol=1e-9)


def test_the_bootstrap_keeps_pairs_together():
    units = [Unit(id=str(n), group="g", text="t", rate=n / 10) for n in range(10)]
    shifted = [unit.model_copy(update={"rate": unit.rate + 0.25}) for unit in units]
    found = difference("rate", "g", list(zip(units, shifted, strict=True)), lambda side: sum(u.rate for u in side) / 10)
    assert found.interval.low == pytest.approx(0.25)
    assert found.interval.high == pytest.approx(0.25)
