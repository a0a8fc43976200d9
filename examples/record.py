# ruff: noqa: INP001 - a script to be run, no part of the package
"""Makes scripted-audit.jsonl anew: a real audit through the real client, with a scripted server in place of a model.

The server's answers are written by hand in scripted-answers.json; no language model has a part in it. What is shown is
the path: extraction, a verdict per claim, a claim reopened, a search that leads to another search, a changed verdict.

Run it in the root of the checkout: python -P examples/record.py
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from probandum.testing.replies import Reply, claims, content, wants
from probandum.testing.server import ChatRequest, ChatServer

HERE = Path(__file__).parent
RECORDING = HERE / "scripted-audit.jsonl"
SCRIPT = json.loads((HERE / "scripted-answers.json").read_text(encoding="utf-8"))
COMMAND = ("audit", "examples/answer.md", "--context", "examples/leaflet.md", "--corpus", "examples/library")
JUDGE = ("--judge", "openai:scripted", "--audit-id", "scripted-audit", "--record", str(RECORDING))

EVIDENCE = re.compile(r"<<<begin evidence (\S+) (\w+)>>>\n(.*?)\n<<<end evidence \1 \2>>>", re.DOTALL)
CLAIM = re.compile(r"<<<begin claim (\w+)>>>\n(.*?)\n<<<end claim \1>>>", re.DOTALL)


def reply(request: ChatRequest) -> Reply:
    """The written answer to a request, with the ids of the evidence that it shows."""
    shown = "\n".join(request.texts)
    claim = CLAIM.search(shown)
    if claim is None:
        return claims(*SCRIPT["sentences"])
    look = next(each for each in SCRIPT["looks"][claim[2]] if each["shown"] in shown.partition("<<<begin claim ")[0])
    if "search" in look:
        return wants(*look["search"])
    ids = {" ".join(text.split()): identity for identity, _, text in EVIDENCE.findall(shown)}
    quotes = [
        {"evidence_id": next(identity for text, identity in ids.items() if words in text), "text": words}
        for words in look["answer"]["quotes"]
    ]
    return content({**look["answer"], "quotes": quotes})


def main() -> int:
    """Record, and say what the audit's own command said."""
    RECORDING.unlink(missing_ok=True)
    with ChatServer(reply) as server:
        asked_here = {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "none"}
        command = [sys.executable, "-P", "-m", "probandum", *COMMAND, *JUDGE]
        return subprocess.run(command, env={**os.environ, **asked_here}, check=False).returncode  # noqa: S603 - our own


if __name__ == "__main__":
    sys.exit(main())
