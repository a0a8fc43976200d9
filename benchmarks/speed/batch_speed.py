"""A batch on made-up text: answers a second, and its memory by quarters.

Beside the time on the clock it says what the processors spent, for other work on the machine slows the clock alone.
Half a minute for 2,000 answers on two cores.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.common.command import parser
from benchmarks.speed.audit_speed import claims, text
from probandum.batch.output.row_files import ANSWERS

_WORDS, _CLAIMS = 600, 5
_LOOK_SECONDS = 0.25
_PAGE_KB = resource.getpagesize() // 1024


def answers(number: int, *, words: int, claims_: int) -> Iterator[dict[str, str]]:
    """So many rows of a batch, each with a context of its own of so many words and a response of so many claims."""
    for place in range(number):
        context = text(words, seed=place)
        yield {"id": f"a{place}", "context": context, "response": claims(claims_, context, seed=place)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the batch as a user does, and print how fast it was and what memory it took, by quarters."""
    options = parser("batch-speed", __doc__)
    options.add_argument("--answers", type=int, default=2_000, help="how many")
    options.add_argument("--engine", choices=("local", "ray"), default="local", help="of the batch")
    given = options.parse_args(arguments)
    with TemporaryDirectory() as folder:
        rows, out = Path(folder) / "answers.jsonl", Path(folder) / "out"
        with rows.open("w", encoding="utf-8") as file:
            made = answers(given.answers, words=_WORDS, claims_=_CLAIMS)
            file.writelines(json.dumps(row) + "\n" for row in made)
        command = [sys.executable, "-P", "-m", "probandum", "batch", rows, "--out", out, "--engine", given.engine]
        begin = time.perf_counter()
        with subprocess.Popen([*map(str, command)], stdout=subprocess.DEVNULL) as process:  # noqa: S603 - our own
            looks = list(_watched(process, out / ANSWERS))
        seconds = time.perf_counter() - begin
        if process.returncode:
            raise SystemExit(process.returncode)
    _show(given.answers, seconds, looks)


def _watched(process: "subprocess.Popen[bytes]", answers: Path) -> Iterator[tuple[float, int, int]]:
    """When, how many answers were written, and the kilobytes that all processes of the batch held."""
    while process.poll() is None:
        done = answers.read_bytes().count(b"\n") if answers.exists() else 0
        yield time.perf_counter(), done, sum(map(_kilobytes, _family(process.pid)))
        time.sleep(_LOOK_SECONDS)


def _family(pid: int) -> Iterator[int]:
    """A process and all that it started, as Linux tells it."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found = children.read_text().split()
        except OSError:
            continue  # it has ended meanwhile
        for child in found:
            yield from _family(int(child))


def _kilobytes(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_KB
    except OSError:
        return 0


def _show(answers: int, seconds: float, looks: Sequence[tuple[float, int, int]]) -> None:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = used.ru_utime + used.ru_stime
    sys.stdout.write(
        f"{answers:,} answers in {seconds:.1f} s, {answers / seconds:.1f} a second, start and end included\n"
    )
    at_work = [look for look in looks if 0 < look[1] < answers]
    if len(at_work) > 1:
        (first, before, _), (last, after, _) = at_work[0], at_work[-1]
        sys.stdout.write(f"while at work {(after - before) / (last - first):.1f} a second\n")
    sys.stdout.write(f"processors {spent:.1f} s, {answers / spent:.1f} answers for each second of one\n")
    for quarter in range(4):
        held = [kb for _, done, kb in looks if quarter * answers / 4 < done <= (quarter + 1) * answers / 4]
        if held:
            sys.stdout.write(f"memory in quarter {quarter + 1}: at most {max(held) / 1024:.0f} MB\n")
