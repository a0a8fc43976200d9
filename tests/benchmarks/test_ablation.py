"""The ablation and the paired comparison, on a few rows of our own."""

import json

import pytest

from benchmarks.embedded.ablation import File, main, risks, variants
from benchmarks.embedded.features import labelled
from probandum.agent.judges.embedded.differences.kinds import KINDS
from probandum.agent.judges.embedded.weights import shipped_weights
from probandum.bench.metrics import auc_difference

CONTEXT = "The museum opened in 1901. It holds 300 paintings by Anna Berg."
CLAIMS = {
    "The museum opened in 1901.": False,
    "The museum holds 300 paintings.": False,
    "The museum did not open in 1901.": True,
}


@pytest.fixture
def file(tmp_path):
    rows = [
        {"id": f"{turn}-{text}", "level": "claim", "context": CONTEXT, "claim": text, "label": "", "hallucinated": bad}
        for turn in range(100)
        for text, bad in CLAIMS.items()
    ]
    rows[0] |= {"claim": None, "response": "Is it?"}
    path = tmp_path / "museum.jsonl"
    path.write_text("\n".join(map(json.dumps, [*rows, rows[1] | {"hallucinated": None}])))
    return path


def test_rows_without_a_label_or_a_claim_are_not_measured(file):
    rows = tuple(labelled(file))
    assert len(rows) == 299
    assert sum(row.unsupported for row in rows) == 100


def test_taking_a_kind_away_takes_its_differences_away(file):
    rows = File("museum", tuple(labelled(file)))
    whole, without = (risks(rows, variants()[name], shipped_weights()) for name in ("everything", "without negations"))
    lowered = [bad for bad, before, after in zip(rows.labels, whole, without, strict=True) if after < before]
    assert lowered == [True] * 100


def test_every_kind_has_a_line_and_long_files_are_compared(file, capsys):
    file.write_text(file.read_text() + "\n" + file.read_text().splitlines()[1])
    main([str(file)])
    told = capsys.readouterr().out
    assert all(f"without {kind}" in told for kind in KINDS)
    assert "without dates" in told
    assert "museum" in told.splitlines()[-1]


def test_the_difference_of_two_rankings_is_paired():
    labels = [True, False] * 20
    good, bad = [float(label) for label in labels], [float(not label) for label in labels]
    assert auc_difference(labels, good, bad) == (1.0, 1.0)
    assert auc_difference(labels, good, good) == (0.0, 0.0)
    assert auc_difference([True], [1.0], [1.0]) is None
