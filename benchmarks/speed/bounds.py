"""What comes of an endpoint or an answer without end: seconds, memory and message of the command line.

Answers of an endpoint: compressed a thousandfold, nested a hundred thousand deep, longer than is read, byte by byte,
on and on. Answers to audit: 100 MB in a file and on the standard input, JSON nested deep, one line of 30 MB. Two
minutes, on Linux.
"""

import os
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.common.command import parser
from benchmarks.common.tables import markdown_table
from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer, Rule
from probandum.testing.servers.replies import Reply

_MIB = 1024 * 1024
_TIMEOUT = 5
"""Seconds for one call to the endpoint; a call that has not ended is tried again, three times."""
_DEEP = 100_000
_FACT = "The bridge was opened in 1931."
_HEAD = ("what comes", "exit code", "seconds", "memory at most", "said")
_MEASURE = """
import re, runpy, sys
from pathlib import Path
sys.argv[0] = "probandum"
try:
    runpy.run_module("probandum", run_name="__main__", alter_sys=False)
finally:
    status = Path("/proc/self/status").read_text()
    print("PEAK", int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) // 1024, file=sys.stderr)
"""


class Came(NamedTuple):
    """What came of one command."""

    code: int
    seconds: float
    memory: str
    """MiB at most."""
    said: str
    """Its last line."""

    @property
    def traceback(self) -> bool:
        """Whether it fell."""
        return "Traceback" in self.said


def audited(folder: Path, *more: str, url: str = "", given: Path | None = None) -> Came:
    """Run the command line; ``given`` is its standard input."""
    home = {"PATH": os.defpath, "PROBANDUM_HOME": str(folder / "home"), "OPENAI_API_KEY": "none"}
    command = [
        sys.executable,
        "-P",
        "-c",
        _MEASURE,
        "audit",
        *more,
        "--context",
        str(folder / "context.md"),
        "--no-keep",
    ]
    begin = time.perf_counter()
    with Path(given or os.devnull).open("rb") as standard:
        done = subprocess.run(  # noqa: S603 - our own program
            command,
            stdin=standard,
            capture_output=True,
            check=False,
            env={**home, **({"OPENAI_BASE_URL": url} if url else {})},
            text=True,
        )
    seconds = time.perf_counter() - begin
    *said, peak = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    fell = ["Traceback"] * ("Traceback" in done.stderr)
    return Came(done.returncode, seconds, peak.removeprefix("PEAK "), " ".join([*fell, *said[-2:]])[:160])


def zeros(mebibytes: int) -> bytes:
    """So many MiB of zeros, compressed to a thousandth."""
    packing = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join((*(packing.compress(bytes(_MIB)) for _ in range(mebibytes)), packing.flush()))


def endpoints() -> dict[str, Reply]:
    """What an endpoint answers."""
    return {
        "an answer of 1 GB, compressed to 1 MB": Reply(body=zeros(1_024), headers={"Content-Encoding": "gzip"}),
        "an answer of 64 MB": Reply(body=b'{"choices": [' + b" " * (64 * _MIB)),
        "JSON nested 100,000 deep": Reply(body=b'{"a":' * _DEEP + b"1" + b"}" * _DEEP),
        "an answer byte by byte, without end": replies.dripping(replies.content("yes")),
    }


def answers(folder: Path) -> dict[str, tuple[tuple[str, ...], Path | None]]:
    """Answers to audit: the arguments, and what stands on the standard input."""
    long, deep, line = folder / "long.md", folder / "deep.json", folder / "line.md"
    long.write_text(f"{_FACT}\n" * (100_000_000 // len(_FACT)), encoding="utf-8")
    deep.write_text("[" * _DEEP + "]" * _DEEP, encoding="utf-8")
    line.write_text("bridge " * 4_300_000, encoding="utf-8")
    return {
        "an answer of 100 MB": ((str(long),), None),
        "the same on the standard input": (("-",), long),
        "an answer of JSON nested 100,000 deep": ((str(deep),), None),
        "an answer of one line of 30 MB": ((str(line),), None),
    }


def _always(reply: Reply) -> Rule:
    return lambda _: reply


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each kind; exit code 1 where one ended in a traceback."""
    parser("bounds", __doc__).parse_args(arguments)
    found: dict[str, Came] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "answer.md").write_text(_FACT, encoding="utf-8")
        (folder / "context.md").write_text(_FACT, encoding="utf-8")
        judged = (str(folder / "answer.md"), "--judge", "openai:any", "--timeout", str(_TIMEOUT))
        for name, reply in endpoints().items():
            with ChatServer(_always(reply)) as server:
                found[name] = audited(folder, *judged, url=server.url)
        for name, (named, given) in answers(folder).items():
            found[name] = audited(folder, *named, "--judge", "embedded", given=given)
    rows = [
        [name, str(came.code), f"{came.seconds:.1f}", f"{came.memory} MiB", came.said] for name, came in found.items()
    ]
    sys.stdout.write(markdown_table(_HEAD, rows))
    raise SystemExit(any(came.traceback for came in found.values()))
