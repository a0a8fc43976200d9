"""Probandum beside its peers: the same answers to the same endpoint, each contender in an environment of its own.

Without ``--live`` the endpoint is scripted and the table tells calls, tokens and time; about five minutes. With
``--live URL MODEL`` labelled rows go to a real model, the table tells how each contender ranks them, and the same
command goes on where it was stopped. The peers' environments are made where they are missing.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from benchmarks.common.command import add_files, files_in, parser
from benchmarks.peers.answers import labelled, made_up
from benchmarks.peers.contender import Answer, Scored, read
from benchmarks.peers.environments import python_of
from benchmarks.peers.rules import answer, prompt
from benchmarks.peers.tables import Asked, asked_table, live_table
from probandum.agent.options import Options
from probandum.testing.servers.capabilities import ScriptedCapabilities
from probandum.testing.servers.chat import ChatRequest, ChatServer
from probandum.testing.servers.replies import Reply

_FILES = ("qags_cnndm", "wice_oracle", "ragtruth_qa")
_QUIET = {"DEEPEVAL_TELEMETRY_OPT_OUT": "YES", "RAGAS_DO_NOT_TRACK": "true", "LANGSMITH_TRACING": "false"}
_MODEL = "scripted"
SCRIPTED = ScriptedCapabilities(seconds=0.3, seconds_per_token=0.002, at_once=16)


class Contender(NamedTuple):
    """Who takes part."""

    name: str
    environment: str | None
    """The folder of its environment; None for that of this process."""
    module: str
    options: tuple[str, ...] = ()


_LEAN: dict[str, str | int] = {
    "granularity": "batch",
    "reasoning": "direct",
    "confidence": "stated",
    "few_shot": "off",
    "max_rounds": 1,
}
"""Everything left out that can be: what an audit costs at least."""


WAYS: Mapping[str, Mapping[str, str | int]] = {
    "claim": {"granularity": "claim"},
    "batch": {"granularity": "batch"},
    "adaptive (default)": {},
    "lean": _LEAN,
}
PEERS = (
    Contender("ragas, Faithfulness", "ragas", "ragas_faithfulness"),
    Contender("deepeval, FaithfulnessMetric", "deepeval", "deepeval_faithfulness"),
    Contender("openevals, hallucination prompt", "openevals", "openevals_hallucination"),
)


def contenders_with(options: Mapping[str, str | int], *, small: bool = False) -> tuple[Contender, ...]:
    """Everybody who takes part.

    Args:
        options: of every way of Probandum, beside what makes it this way.
        small: Probandum takes the model for a small one of this machine.
    """
    ways = {name: ("--options", json.dumps({**options, **chosen})) for name, chosen in WAYS.items()}
    more = ("--small",) if small else ()
    own = (Contender(f"Probandum, {name}", None, "probandum_audit", (*way, *more)) for name, way in ways.items())
    return (*own, *PEERS)


class Clocked:
    """Answers by the rules, and knows when the first request came and the last answer left."""

    def __init__(self) -> None:
        self.first: float | None = None
        self.last = 0.0
        self.written = 0

    def __call__(self, request: ChatRequest) -> Reply:
        """The reply to a request."""
        now = time.perf_counter()
        self.first = self.first or now
        reply = answer(request)
        self.last = now + SCRIPTED.seconds_for(reply)
        self.written += reply.completion_tokens
        return reply


def scripted(contender: Contender, answers: Sequence[Answer], *, envs: Path, out: Path) -> Asked:
    """Let one contender score the answers against the scripted endpoint."""
    kept = out / f"{_slug(contender)}.jsonl"
    kept.unlink(missing_ok=True)
    kept.with_suffix(".log").unlink(missing_ok=True)
    clock = Clocked()
    with ChatServer(clock, endpoint=SCRIPTED) as server:
        compete(contender, _written(answers, out), kept, url=server.url, model=_MODEL, envs=envs, at_once=len(answers))
        prompts = tuple(prompt(request) for request in server.requests)
    scored = read(kept)
    return Asked(
        contender=contender.name,
        answers=len(answers),
        failed=len(answers) - sum(each.risk is not None for each in scored),
        prompts=prompts,
        completion_tokens=clock.written,
        seconds=clock.last - (clock.first or clock.last),
    )


def compete(contender: Contender, answers: Path, kept: Path, *, url: str, model: str, envs: Path, at_once: int) -> None:
    """Run one contender in its environment; what it says goes to a log beside its results."""
    python = Path(sys.executable) if contender.environment is None else python_of(contender.environment, envs)
    module = f"benchmarks.peers.{contender.module}"
    endpoint = ("--url", url, "--model", model, "--at-once", str(at_once))
    command = [str(python.absolute()), "-P", "-m", module, str(answers), str(kept), *endpoint, *contender.options]
    with kept.with_suffix(".log").open("a", encoding="utf-8") as log:
        subprocess.run(command, check=False, stdout=log, stderr=log, env=_environment(contender, kept.parent))  # noqa: S603


def _environment(contender: Contender, out: Path) -> Mapping[str, str]:
    """Nothing of this process's own variables; a peer's Python starts from Probandum's source, which it has not."""
    home = str((out / "home").absolute())
    source = {} if contender.environment is None else {"PYTHONPATH": str(Path(__file__).parents[2])}
    return {**_QUIET, **source, "PROBANDUM_HOME": home, "HOME": home}


def _written(answers: Iterable[Answer], out: Path) -> Path:
    path = out / "answers.jsonl"
    path.write_text("".join(json.dumps(asdict(each)) + "\n" for each in answers), encoding="utf-8")
    return path


def _slug(contender: Contender) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in contender.name.casefold())


def _live(given: argparse.Namespace, contenders: Sequence[Contender]) -> str:
    rows = list(labelled(files_in(given, _FILES), each=given.rows))
    answers = _written((answer for answer, _ in rows), given.out)
    url, model = given.live
    results: dict[str, list[Scored]] = {}
    for contender in contenders:
        kept = given.out / f"{_slug(contender)}.jsonl"
        compete(contender, answers, kept, url=url, model=model, envs=given.envs, at_once=given.at_once)
        results[contender.name] = read(kept)
    people = {answer.id: row.hallucinated for answer, row in rows}
    return live_table(results, people, rows=len(rows))


def _options(text: str) -> dict[str, str | int]:
    """Options for every way; argparse tells what is wrong with others."""
    try:
        Options.model_validate_json(text)
    except ValidationError as error:
        raise argparse.ArgumentTypeError("; ".join(each["msg"] for each in error.errors())) from None
    return dict(json.loads(text))


def main(arguments: Sequence[str] | None = None) -> None:
    """Compare, and print the table."""
    parser_ = parser("peers", __doc__)
    add_files(parser_, default=_FILES)
    parser_.add_argument("--envs", type=Path, default=Path("build/peers"), help="folder of the peers' environments")
    parser_.add_argument("--out", type=Path, default=Path("out/peers"), help="folder for what came of it")
    parser_.add_argument("--answers", type=int, default=30, help="made-up answers, for the scripted endpoint")
    parser_.add_argument("--clear", action="store_true", help="made-up answers of which everything holds")
    parser_.add_argument("--live", nargs=2, metavar=("URL", "MODEL"), help="ask a real model about labelled rows")
    parser_.add_argument(
        "--small", action="store_true", help="it is a small one of this machine, so take those defaults"
    )
    parser_.add_argument("--rows", type=int, default=10, help="rows of each file, spread evenly over it")
    parser_.add_argument("--at-once", type=int, default=1, help="rows at a time, with --live")
    parser_.add_argument("--only", default="", help="contenders whose names contain this")
    parser_.add_argument("--options", type=_options, default={}, help="for all ways of Probandum, as a JSON object")
    given = parser_.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    contenders = [
        contender for contender in contenders_with(given.options, small=given.small) if given.only in contender.name
    ]
    for contender in contenders:
        if contender.environment is not None:
            python_of(contender.environment, given.envs)
    if given.live:
        sys.stdout.write(_live(given, contenders))
        return
    answers = tuple(made_up(given.answers, clear=given.clear))
    asked = [scripted(contender, answers, envs=given.envs, out=given.out) for contender in contenders]
    sys.stdout.write(asked_table(asked))
