"""Reports of fixed inputs with all that varies taken out, to compare before and after a change that changes nothing.

Audits the shipped examples, replays the shipped recording, runs the scripted model of examples/record.py and, where the
labelled file is there, audits 200 rows of it; writes JSON in which times and prompts' hashes are evened out. Run it in
both checkouts and compare: ``diff -r BEFORE AFTER``. Under a minute.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.common.command import DATA, parser
from probandum import audit
from probandum.bench.rows import read
from probandum.settings import set_environment

_EXAMPLE = ("examples/answer.md", "--context", "examples/leaflet.md", "--no-keep", "--json")
_AUDITS = {
    "demo": (*_EXAMPLE, "--audit-id", "demo", "--question", "How should Veltrazin be taken, and is it safe?"),
    "deep": (*_EXAMPLE, "--audit-id", "deep", "--corpus", "examples/library", "--profile", "deep"),
    "replay": (*_EXAMPLE, "--replay", "examples/scripted-audit.jsonl"),
}
_VARYING = (
    (re.compile(r'("(?:seconds|fetched_at)": ?)[-0-9.e"T:+Z]+'), r"\1null"),
    (re.compile(r'"prompts": ?\{[^}]*\}'), '"prompts": {}'),
    (re.compile(r"127\.0\.0\.1:\d+"), "HOST"),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the snapshot."""
    options = parser("snapshot", __doc__)
    options.add_argument("out", type=Path, help="folder that receives it")
    options.add_argument("--rows", type=Path, default=DATA / "summeval.jsonl", help="labelled file")
    given = options.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as home:  # where no earlier audit of these names is stored
        set_environment({"PROBANDUM_HOME": home})
        for name, text in _texts(given.rows):
            (given.out / name).write_text(_evened(text), encoding="utf-8")


def _texts(rows: Path) -> Iterator[tuple[str, str]]:
    for name, options in _AUDITS.items():
        command = [sys.executable, "-P", "-m", "probandum", "audit", *options]
        yield f"{name}.json", subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    yield "recorded.jsonl", _recorded()
    if rows.exists():
        reports = (audit(row.request, judge="embedded") for row in read(rows)[:200])
        yield f"{rows.stem}.jsonl", "".join(report.model_dump_json() + "\n" for report in reports)


def _recorded() -> str:
    """The scripted model's recording, made anew in a folder of its own; lines sorted, for calls interleave."""
    with TemporaryDirectory() as folder:
        examples = Path(folder, "examples")
        examples.mkdir()
        for path in Path("examples").rglob("*"):
            target = Path(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            if path.is_file():
                target.write_bytes(path.read_bytes())
        subprocess.run([sys.executable, "-P", "examples/record.py"], check=True, cwd=folder, capture_output=True)
        lines = (examples / "scripted-audit.jsonl").read_text(encoding="ascii").splitlines(keepends=True)
    return "".join(sorted(lines, key=json.dumps))


def _evened(text: str) -> str:
    for pattern, instead in _VARYING:
        text = pattern.sub(instead, text)
    return re.sub(r'"audit_id": ?"[0-9a-f]{32}"', '"audit_id": "ID"', text)
