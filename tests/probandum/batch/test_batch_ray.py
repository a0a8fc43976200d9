"""The same batch on a real Ray cluster of one machine: ``make ray`` runs it, since starting one takes its time."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.speed.batch_speed import answers
from probandum.batch.output.row_files import read_answers, read_claims

PROBANDUM = Path(sys.executable).with_name("probandum")
pytestmark = pytest.mark.ray


def rows(out):
    times = {"seconds": True, "usage": {"seconds"}}
    answered = sorted((row.model_dump(exclude=times) for row in read_answers(out)), key=lambda row: row["answer_id"])
    return answered, sorted(read_claims(out), key=lambda row: (row.answer_id, row.place))


def batch(given, out, *options):
    command = [PROBANDUM, "batch", given, "--out", out, *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_ray_gives_the_rows_of_the_local_engine_and_goes_on_where_either_stopped(tmp_path):
    given = tmp_path / "many.jsonl"
    written = [json.dumps(row) + "\n" for row in answers(80, words=120, claims_=3)]
    given.write_text("".join(written[:20]) + "no json\n")
    assert batch(given, tmp_path / "ray").returncode == 3
    given.write_text("".join(written))
    over_ray = batch(given, tmp_path / "ray", "--engine", "ray")
    assert over_ray.returncode == 0, over_ray.stderr
    assert "80 answers audited (20 of them before)" in over_ray.stdout
    assert batch(given, tmp_path / "local").returncode == 0
    assert rows(tmp_path / "ray") == rows(tmp_path / "local")


def test_what_is_wrong_with_every_answer_ends_the_batch_by_name(tmp_path):
    given = tmp_path / "one.jsonl"
    given.write_text('{"response": "The bridge is old."}\n')
    done = batch(given, tmp_path / "out", "--engine", "ray", "--source", "nobody")
    assert done.returncode == 2
    assert "no source is called 'nobody'" in done.stderr
