import json
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, roc_auc_score
from typer.testing import CliRunner

from probandum.agent.taxonomy import ErrorType
from probandum.bench.agreement import label_agreement, stability, type_agreement
from probandum.bench.audited_rows import AuditedRow, AuditPass, FoundClaim
from probandum.bench.baseline import unseen_bigrams, unseen_names, unseen_words
from probandum.bench.labels import label_meanings
from probandum.bench.metrics import (
    area,
    auc,
    auc_interval,
    aurc,
    balanced_accuracy,
    brier,
    ece,
    reliability,
    risk_coverage,
)
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


def test_claims_without_a_verdict_are_told_with_why(tmp_path):
    path, out = tmp_path / "foreign.jsonl", tmp_path / "out"
    claim = "Der Leuchtturm wurde im Jahr 1871 von der Stadt gebaut und ist seitdem nicht mehr verändert worden."
    path.write_text(json.dumps({"id": "1", "context": "The light was built in 1871.", "claim": claim}) + "\n")
    assert "1 language" in bench(path, "--out", out).stdout
    (file,) = json.loads((out / "bench.json").read_text())["files"]
    assert (file["errors"], file["unjudged"]) == (1, {"language": 1})
    assert "unjudged.language" in (out / "bench.csv").read_text().splitlines()[0]
    assert json.loads((out / "rows.jsonl").read_text())["passes"][0]["unjudged"] == {"language": 1}


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


def test_asked_again_a_judge_that_draws_no_lots_says_the_same(labelled):
    (file,) = json.loads(bench(labelled, "--repeat", "3", "--json").stdout)["files"]
    held = file["stability"]
    assert (held["passes"], held["rows"], held["claims"], held["unmatched"]) == (3, 7, 7, 0)
    assert (held["row_flips"], held["label_flips"]) == (0, 0)


def test_flips_of_rows_and_labels_are_counted():
    def row(*passes):
        made = [
            AuditPass(risk=risk, made=1, claims=(found(label, risk),)) if label else AuditPass(risk=risk)
            for label, risk in passes
        ]
        return audited(passes=tuple(made))

    rows = [
        row(("supported", 0.2), ("absent", 0.7)),
        row(("absent", 0.8), ("contradicted", 0.9)),
        row(("supported", 0.1), (None, 0.2)),
        row(("supported", 0.1), ("supported", None)),
    ]
    held = stability(rows, threshold=0.5)
    assert (held.rows, held.row_flips) == (3, pytest.approx(1 / 3))
    assert (held.claims, held.label_flips, held.unmatched) == (3, pytest.approx(2 / 3), 1)
    assert stability([row(("supported", 0.2))], threshold=0.5) is None


def test_a_threshold_is_chosen_on_one_file_and_applied_to_another(labelled, tmp_path):
    shutil.copy(labelled, tmp_path / "chosen.jsonl")
    (file,) = json.loads(bench(labelled, "--threshold-from", tmp_path / "chosen.jsonl", "--json").stdout)["files"]
    assert file["threshold_from"] == "chosen"
    assert file["threshold"] != 0.5
    assert (file["balanced_accuracy"], file["f1"]) == (1, 1)
    one_class = tmp_path / "one.jsonl"
    one_class.write_text(labelled.read_text().splitlines()[0])
    result = bench(labelled, "--threshold-from", one_class)
    assert result.exit_code == 2
    assert "no threshold can be chosen" in result.stderr


def test_each_ablation_is_a_row_of_its_own_and_the_mean_is_of_what_was_told(labelled):
    measured = json.loads(bench(labelled, "--ablations", "--json").stdout)
    names = [file["variant"] for file in measured["files"]]
    assert names == ["", "no recheck", "claim by claim", "in batches", "direct", "five steps"]
    assert measured["mean_auc_roc"] == measured["files"][0]["auc_roc"]
    assert "museum no recheck" in bench(labelled, "--ablations", "--all").stdout


def test_a_measurement_goes_on_where_it_was_stopped(labelled, tmp_path):
    out = tmp_path / "out"
    bench(labelled, "--out", out)
    whole = (out / "rows.jsonl").read_text()
    lines = whole.splitlines(keepends=True)
    (out / "rows.jsonl").write_text("".join(lines[:5]) + lines[5][:40])  # as after a kill
    measured = json.loads(bench(labelled, "--out", out, "--json").stdout)["files"][0]
    again = [json.loads(line) for line in (out / "rows.jsonl").read_text().splitlines()]
    assert [row["key"] for row in again] == [json.loads(line)["key"] for line in lines]
    assert [json.loads(line) for line in lines[:5]] == again[:5]
    assert measured["rows_per_second"] > 0
    assert json.loads(bench(labelled, "--out", out, "--json").stdout)["files"][0]["rows_per_second"] is None


def test_the_page_of_curves_needs_nothing_else_and_shows_names_as_text(labelled, tmp_path):
    hostile = tmp_path / "<b>museum.jsonl"
    shutil.copy(labelled, hostile)
    bench(hostile, "--out", tmp_path / "out")
    page = (tmp_path / "out" / "bench.html").read_text()
    assert page.count("<svg") == 2
    assert "&lt;b&gt;museum" in page
    assert "<b>museum" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_labels_in_disguise_and_error_types_are_compared_where_one_means_one():
    def wrong(label, *types, conflicts=False, p=0.9):
        return found(label, p).model_copy(update={"error_types": types, "conflicts": conflicts})

    def row(dataset, types, *claims):
        made = AuditPass(risk=0.5, made=len(claims), claims=claims)
        return audited(dataset=dataset, error_types=types, passes=(made,))

    kinds = [
        row("defacto", ("intrinsic",), wrong("contradicted", "number")),
        row("defacto", ("extrinsic",), wrong("partially_supported", "other", conflicts=True)),
        row("defacto", ("extrinsic",), wrong("absent"), wrong("contradicted", "number", p=0.6)),
        row("defacto", ("extrinsic",), found("supported", 0.1)),
        row("defacto", ("extrinsic", "intrinsic"), wrong("absent")),
        row("defacto", (), wrong("absent")),
    ]
    labels = label_agreement(kinds)
    assert (labels.rows, labels.called, labels.agree, labels.majority) == (
        4,
        3,
        pytest.approx(2 / 3),
        pytest.approx(2 / 3),
    )
    types = [
        row("faceval", ("NegE",), wrong("contradicted", "other:negation")),
        row("faceval", ("SubObjE", "HalE"), wrong("absent", "entity")),
        row("faceval", ("SubObjE",), wrong("contradicted", "number")),
        row("faceval", ("SubObjE", "ProE"), wrong("contradicted", "entity")),
        row("faceval", ("SubObjE",), wrong("absent")),
    ]
    named = type_agreement(types)
    assert (named.rows, named.called, named.agree, named.majority) == (4, 3, pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert label_agreement(types) is None
    assert type_agreement(kinds) is None


def test_every_type_in_the_table_of_meanings_is_one_of_ours():
    known = {each.value for each in ErrorType} | {"other:negation", "other:invention"}
    assert {each for words in label_meanings().types.values() for each in words.values() if each} <= known


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=60), st.floats(0, 1))
def test_calibration_and_selection_are_what_they_are_defined_as(pairs, threshold):
    labels, risks = [label for label, _ in pairs], [risk for _, risk in pairs]
    assert brier(labels, risks) == pytest.approx(brier_score_loss(labels, risks))
    bins = reliability(labels, risks)
    assert sum(each.rows for each in bins) == len(pairs)
    assert 0 <= ece(bins) <= 1
    curve = risk_coverage(labels, risks, threshold=threshold)
    assert curve[-1].coverage == 1
    assert curve[-1].error == pytest.approx(sum((r > threshold) != b for b, r in pairs) / len(pairs))
    assert 0 <= aurc(curve) <= 1


def test_a_perfectly_calibrated_judge_has_no_calibration_error():
    assert ece(reliability([True, False, False, False] * 5, [0.25] * 20)) == 0
    assert ece(reliability([True] * 4, [0.0] * 4)) == 1


def found(label, p):
    return FoundClaim(
        id="c",
        text="t",
        label=label,
        p_unsupported=p if p is not None else 0.5,
        uncalibrated=0.5,
        confidence_source="stated",
        conflicts=False,
    )


def audited(**given):
    said = {"key": "k", "file": "f", "id": "1", "level": "claim", "dataset": None, "text": "t", "hallucinated": True}
    return AuditedRow(**{**said, "label": None, "error_types": (), **given})
