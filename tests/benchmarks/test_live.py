import json

import pytest

from benchmarks.quality.live import main
from probandum.testing.servers import replies
from probandum.testing.servers.capabilities import ScriptedCapabilities
from probandum.testing.servers.chat import ChatServer

CONTEXT = "The museum opened in 1901. It holds 300 paintings by Anna Berg."
TRUE = ["The museum opened in 1901.", "It holds 300 paintings by Anna Berg."]
FALSE = ["The museum closed in 1955.", "It holds 900 statues by Karl Lund."]


def answer(request):
    shown = "\n".join(request.texts)
    if "an examiner would ask" in shown:
        return replies.content("What became of the museum?")
    if "from what you know" in shown:
        return replies.content("The museum opened in 1901. It holds 300 paintings by Anna Berg.")
    evidence = "any"
    if request.claims:
        return replies.verdicts({id_: decided(claim, evidence) for id_, claim in request.claims.items()})
    return decided(request.claim, evidence)


def decided(asked, evidence):
    if stated := next((text for text in TRUE if text in asked), None):
        return replies.verdict("supported", quotes=[(evidence, stated)])
    return replies.verdict("contradicted", error_types=["number"], quotes=[(evidence, "nowhere to be found")])


@pytest.fixture
def measured(tmp_path, monkeypatch):
    rows = [
        {"id": str(place), "level": "claim", "context": CONTEXT, "claim": text, "hallucinated": text in FALSE}
        for place, text in enumerate(TRUE + FALSE)
    ]
    file, out = tmp_path / "museum.jsonl", tmp_path / "out"
    file.write_text("\n".join(map(json.dumps, rows)) + "\n")
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv("PROBANDUM_HOME", str(tmp_path / "home"))

    def run(*arguments):
        with ChatServer(answer, endpoint=ScriptedCapabilities(structured="json_schema", logprobs=True)) as server:
            monkeypatch.setenv("OPENAI_BASE_URL", server.url)
            main(["--judge", "openai:scripted", "--out", str(out), *(str(each or file) for each in arguments)])
            return len(server.requests)

    return run, out / "live.jsonl"


def test_rows_are_measured_once_each_and_added_up(measured, capsys):
    run, kept = measured
    assert run(None) > 0
    table = capsys.readouterr().out
    (line,) = [line for line in table.splitlines() if line.startswith("| museum |")]
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    # Those that are contradicted by a quote that is nowhere stay without a verdict, and are told so.
    assert cells[1:5] == ["4/4", "2/4", "4/8", "2/4"]
    whole = kept.read_text()
    assert run(None) == 0
    assert capsys.readouterr().out == table
    kept.write_text(whole[:-20])
    assert run(None) > 0
    assert len(kept.read_text().splitlines()) == 4


def test_an_audit_that_ends_without_a_report_is_kept_as_such(measured, capsys, monkeypatch):
    run, kept = measured
    monkeypatch.setenv("PROBANDUM_EXAMPLES", "no/such/file.jsonl")
    run(None)
    assert [json.loads(line)["failed"].split(":")[0] for line in kept.read_text().splitlines()] == ["InputError"] * 4
    assert "| museum | 0/4 |" in capsys.readouterr().out


def test_rows_without_a_context_are_measured_by_what_the_model_says_of_its_own_accord(measured, capsys, tmp_path):
    run, kept = measured
    file = tmp_path / "museum.jsonl"
    rows = [json.loads(line) | {"context": None} for line in file.read_text().splitlines()]
    file.write_text("\n".join(map(json.dumps, rows)))
    run("--cross-examine", "--max-rounds", "1", None)
    pieces = [json.loads(line) for line in kept.read_text().splitlines()]
    assert [piece["usage"]["by_stage"]["cross_examination"]["llm_calls"] for piece in pieces] == [4] * 4
    # What a model remembers supports nothing: half of what spoke for it then speaks against it.
    assert all(risk > 0.5 for piece in pieces for risk in piece["risks"])
    assert "| museum | 4/4 | 2/4 |" in capsys.readouterr().out
