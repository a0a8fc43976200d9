import json

import pytest

from benchmarks.quality.configurations import main
from probandum.testing.servers import replies
from probandum.testing.servers.capabilities import ScriptedCapabilities
from probandum.testing.servers.chat import ChatServer

CONTEXT = "The museum opened in 1901. It holds 300 paintings."
ROWS = {"The museum opened in 1901.": "Supports", "It holds 900 paintings.": "Refutes"}


def decided(claim):
    if claim in CONTEXT:
        return replies.verdict("supported", quotes=[("any", claim)])
    quote = [("any", "It holds 300 paintings.")]
    return replies.verdict("contradicted", error_types=["number"], quotes=quote)


def answer(request):
    if request.claims:
        return replies.verdicts({id_: decided(claim) for id_, claim in request.claims.items()})
    return decided(next(each for each in ROWS if each in request.claim))


@pytest.fixture
def measured(tmp_path, monkeypatch):
    rows = [
        {"id": str(at), "dataset": "healthver", "level": "claim", "context": CONTEXT, "claim": text, "label": label}
        | {"hallucinated": label != "Supports"}
        for at, (text, label) in enumerate(ROWS.items())
    ]
    (tmp_path / "museum.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    case = tmp_path / "marked" / "museum"
    case.mkdir(parents=True)
    (case / "document.md").write_text(CONTEXT, encoding="utf-8")
    marked = "[[ok The museum opened in 1901.]] [[no:number It holds 900 paintings.]]"
    (case / "answer.marked.md").write_text(marked, encoding="utf-8")
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv("PROBANDUM_HOME", str(tmp_path / "home"))

    def run():
        with ChatServer(extracting, endpoint=ScriptedCapabilities(structured="json_schema", logprobs=True)) as server:
            monkeypatch.setenv("OPENAI_BASE_URL", server.url)
            out = ("--out", str(tmp_path / "out"), "--marked", str(tmp_path / "marked"))
            main(["--judge", "openai:scripted", *out, str(tmp_path / "museum.jsonl")])
            return len(server.requests)

    return run


def extracting(request):
    return replies.claims(*[[each] for each in ROWS]) if request.extracts else answer(request)


def test_the_same_claims_are_judged_in_each_way_once(measured, capsys):
    assert measured() > 0
    table = capsys.readouterr().out
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    assert len(lines) == 10  # five ways, of rows and of stretches
    assert {line[0] for line in lines} == {"museum", "stretches"}
    for line in lines:
        assert line[2:4] == ["1/1", "2/2"]
        assert line[5:7] == ["100% of 2", "100% of 2"]
        assert line[7] == ("100% of 1" if line[0] == "stretches" else "–")
    calls = {line[1]: float(line[8]) for line in lines if line[0] == "museum"}
    assert calls["direct, batch"] == 0.5 < calls["direct, claim"] == 1.0
    assert measured() == 0
    assert capsys.readouterr().out == table
