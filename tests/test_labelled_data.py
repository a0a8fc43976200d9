"""On human-labelled data, where it lies beside the checkout: the judge ranks better than chance and covers the rows."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from probandum.cli import app

DATA = Path(__file__).parent.parent.parent / "shared" / "data" / "dev"
FLOORS = {"qags_cnndm": 0.70, "attributionbench": 0.75, "begin": 0.80}

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no labelled data in {DATA}")


def test_the_embedded_judge_ranks_a_sample_of_each_file_and_covers_it():
    files = [str(DATA / f"{name}.jsonl") for name in FLOORS]
    result = CliRunner().invoke(app, ["bench", *files, "--limit", "110", "--json"])
    measured = {file["file"]: file for file in json.loads(result.stdout)["files"]}
    for name, floor in FLOORS.items():
        assert measured[name]["auc_roc"] > floor
        assert measured[name]["coverage"] == 1
        assert measured[name]["errors"] == 0
