import json

import pytest

from benchmarks.quality.extraction import answers, main, matched
from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer

RESPONSE = "Anna Berg painted ships. She was born in Lund in 1901 and died in Oslo."
CLAIMS = [
    "Anna Berg painted ships",
    "Anna Berg was born in Lund",
    "Anna Berg was born in 1901",
    "Anna Berg died in Oslo",
]


@pytest.fixture
def file(tmp_path):
    rows = [{"id": str(n), "level": "claim", "response": RESPONSE, "claim": claim} for n, claim in enumerate(CLAIMS)]
    lone = [{"id": "lone", "level": "claim", "response": "It rained.", "claim": "It rained."}]
    path = tmp_path / "people.jsonl"
    path.write_text("\n".join(map(json.dumps, rows + lone)) + "\n")
    return path


def cells(output):
    head, _, line = output.splitlines()
    return dict(zip(*([cell.strip() for cell in each.strip("|").split("|")] for each in (head, line)), strict=True))


def test_no_claim_is_in_two_pairs():
    assert matched(["A b c d.", "a b c d"], ["a b c d"]) == 1
    assert matched(["one two", "three four"], ["three four", "one two", "five"]) == 2
    assert matched(["one two"], []) == 0


def test_rows_that_know_only_their_sentence_are_joined_by_model_and_question(tmp_path):
    path = tmp_path / "facts.jsonl"
    rows = [
        {"id": f"{model}{n}", "claim": f"claim {n}", "question": "Who?", "generator": model, "meta": {"sentence": said}}
        for model in "ab"
        for n, said in enumerate(["One.", "One.", "Two."])
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    assert [answer.response for answer in answers(path, limit=9)] == ["One. Two."] * 2


def test_the_embedded_judge_beside_people(file, capsys):
    main([str(file)])
    line = cells(capsys.readouterr().out)
    assert (line["answers"], line["claims of people"], line["recall"]) == ("1/1", "4", "25%")
    assert line["begin with a pronoun"] == "75%"


def test_a_language_model_beside_people(file, capsys, monkeypatch, tmp_path):
    written = replies.claims([CLAIMS[0]], CLAIMS[1:])
    with ChatServer(lambda _: written) as server:
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("PROBANDUM_HOME", str(tmp_path))
        main([str(file), "--judge", "openai:any"])
    line = cells(capsys.readouterr().out)
    assert (line["recall"], line["precision"], line["begin with a pronoun"]) == ("100%", "100%", "0%")
    assert (line["narrower than the sentence"], line["words"]) == ("75%", "5.2")


def test_an_answer_that_cannot_be_taken_apart_is_counted_and_told(file, capsys, monkeypatch, tmp_path):
    with ChatServer(lambda _: replies.refusal()) as server:
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("PROBANDUM_HOME", str(tmp_path))
        main([str(file), "--judge", "openai:any"])
    printed = capsys.readouterr()
    assert cells(printed.out)["answers"] == "0/1"
    assert "JudgeRefused" in printed.err
