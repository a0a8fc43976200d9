import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score
from typer.testing import CliRunner

from probandum.bench.baseline import unseen_bigrams, unseen_names, unseen_words
from probandum.bench.metrics import area, auc, auc_interval, balanced_accuracy
from probandum.bench.rows import Row, read
from probandum.cli import app
from probandum.tools.errors import InputError

CONTEXT = "The museum opened in 1901. It holds 300 paintings by Anna Berg."
GOOD = ["The museum opened in 1901.", "It holds 300 paintings by Anna Berg.", "The museum holds 300 paintings."]
BAD = ["The museum closed in 1955.", "It holds 900 statues by Karl Lund.", "Tickets cost twelve crowns on Mondays."]


@pytest.fixture
def labelled(tmp_path):
    rows = [
        {"id": str(place), "level": "claim", "context": CONTEXT, "claim": text, "hallucinated": text in BAD, "more": 1}
        for place, text in enumerate(GOOD + BAD)
    ]
    rows.append({"id": "r", "level": "response", "context": CONTEXT, "response": GOOD[0], "hallucinated": False})
    rows.append({"id": "q", "level": "response", "context": CONTEXT, "response": "Is it?", "hallucinated": False})
    file = tmp_path / "museum.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)) + "\n\n")
    return file


def test_labels_are_compared_where_it_is_known_what_they_mean(labelled, tmp_path):
    rows = [json.loads(line) for line in labelled.read_text().splitlines() if line.strip()]
    for row in rows:
        row |= {"dataset": "factscore_ctx_claims", "label": "NS" if row["hallucinated"] else "S"}
    known = tmp_path / "known.jsonl"
    known.write_text("\n".join(map(json.dumps, rows)))
    files = json.loads(bench(labelled, known, "--json").stdout)["files"]
    assert [file["macro_f1"] for file in files] == [None, 1.0]


def bench(*arguments):
    return CliRunner().invoke(app, ["bench", *map(str, arguments)])


def test_a_file_is_measured_against_its_labels(labelled, tmp_path):
    result = bench(labelled, "--json", "--baseline", "--out", tmp_path / "out")
    measured = json.loads(result.stdout)
    (file,) = measured["files"]
    assert result.exit_code == 0
    assert (file["file"], file["rows"], file["measured"], file["positive"]) == ("museum", 8, 7, 3)
    assert file["not_declarative"] == 1
    assert file["coverage"] == 1
    assert file["auc_roc"] == 1
    assert file["errors"] == 0
    assert file["rows_per_second"] > 0
    assert set(file["baseline"]) == {"words", "bigrams", "names"}
    assert measured["judge"]["kind"] == "embedded"
    assert json.loads((tmp_path / "out" / "bench.json").read_text()) == measured
    heading, line = (tmp_path / "out" / "bench.csv").read_text().splitlines()
    assert heading.startswith("file,variant,rows,measured")
    assert line.startswith("museum,,8,7,3")


def test_the_table_names_every_file_and_the_mean(labelled):
    result = bench(labelled)
    assert "museum" in result.stdout
    assert "mean" in result.stdout


def test_a_limit_takes_rows_from_all_over_the_file(labelled):
    assert [row.id for row in read(labelled, limit=4)] == ["0", "2", "4", "r"]


@pytest.mark.parametrize(
    ("line", "said"),
    [("{", "line 1"), ('{"id": "1"}', "a row needs a 'response' or a 'claim'"), ("", "holds no rows")],
)
def test_a_line_that_does_not_hold_is_named(tmp_path, line, said):
    file = tmp_path / "bad.jsonl"
    file.write_text(line)
    with pytest.raises(InputError, match=said):
        read(file)


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=2, max_size=40))
def test_auc_is_scikit_learns_where_both_classes_are_there(pairs):
    labels, risks = [label for label, _ in pairs], [risk for _, risk in pairs]
    if len(set(labels)) < 2:
        assert auc(labels, risks) is None
        assert auc_interval(labels, risks) is None
        assert balanced_accuracy(labels, risks) is None
    else:
        assert auc(labels, risks) == roc_auc_score(labels, risks) == pytest.approx(area(labels, risks))
        assert 0 <= balanced_accuracy(labels, risks) <= 1


def test_the_interval_holds_the_area_and_is_the_same_every_time():
    labels, risks = [True, False] * 30, [place / 60 for place in range(60)]
    low, high = auc_interval(labels, risks)
    assert low <= auc(labels, risks) <= high
    assert (low, high) == auc_interval(labels, risks)


def test_the_lexical_floor_counts_what_is_not_in_the_context():
    row = Row(id="1", context="Anna Berg painted in Oslo.", claim="Anna Lund painted in 1901.")
    assert unseen_names(row) == pytest.approx(2 / 3)
    assert unseen_words(row) == pytest.approx(2 / 4)
    assert unseen_bigrams(row) == pytest.approx(3 / 4)
