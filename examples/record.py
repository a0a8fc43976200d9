"""Makes scripted-audit.jsonl anew: a real audit through the real client, with a scripted server in place of a model.

The server's answers are written by hand in scripted-answers.json; no language model has a part in it. What is shown is
the path: extraction, verdicts in batches, a look alone at what was not clearly supported, a claim reopened, a search
that leads to another search, a changed verdict.

Run it in the root of the checkout: python -P examples/record.py
"""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import JsonValue

from probandum.testing.servers.chat import ChatRequest, ChatServer
from probandum.testing.servers.replies import Reply, claims, content, verdicts, wants

HERE = Path(__file__).parent
RECORDING = HERE / "scripted-audit.jsonl"
SCRIPT = json.loads((HERE / "scripted-answers.json").read_text(encoding="utf-8"))
COMMAND = ("audit", "examples/answer.md", "--context", "examples/leaflet.md", "--corpus", "examples/library")
JUDGE = ("--judge", "openai:scripted", "--audit-id", "scripted-audit", "--record", str(RECORDING))


def reply(request: ChatRequest) -> Reply:
    """The written answer to a request."""
    if request.extracts:
        return claims(*SCRIPT["sentences"])
    if request.claims:
        return verdicts({id_: _written(_answers(claim)[-1]) for id_, claim in request.claims.items()})
    shown = " ".join(request.sentences.values())
    look = next(each for each in SCRIPT["looks"][request.claim] if each["shown"] in shown)
    return wants(*look["search"]) if "search" in look else _written(look["answer"])


def _answers(claim: str) -> list[dict[str, JsonValue]]:
    """The answers about a claim, the one that the most evidence led to first."""
    return [look["answer"] for look in SCRIPT["looks"][claim] if "answer" in look]


def _written(answer: dict[str, JsonValue]) -> Reply:
    """The answer, citing the sentences that have the words it quotes."""
    given = answer["quotes"]
    quotes: list[JsonValue] = [{"text": words} for words in given] if isinstance(given, list) else []
    return replace(content({**answer, "quotes": quotes}), fitted=True)


def main() -> int:
    """Record, and say what the audit's own command said."""
    RECORDING.unlink(missing_ok=True)
    with ChatServer(reply) as server, TemporaryDirectory() as home:  # where no earlier audit of this id is finished
        asked_here = {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "none", "PROBANDUM_HOME": home}
        command = [sys.executable, "-P", "-m", "probandum", *COMMAND, *JUDGE]
        return subprocess.run(command, env={**os.environ, **asked_here}, check=False).returncode  # noqa: S603 - our own


if __name__ == "__main__":
    sys.exit(main())
