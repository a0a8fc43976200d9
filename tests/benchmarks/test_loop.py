import json

import pytest

from benchmarks.quality.loop import corpus, main
from probandum.agent.taxonomy import Label
from probandum.bench.labels import label_of, to_dataset_label

ROWS = [
    ("a", "The museum opened in 1901.", "The museum opened in 1901. It is large.", "supported"),
    ("b", "The harbour closed in 1955.", "Bread is baked in the morning by the baker.", "not_supported"),
]


@pytest.fixture
def file(tmp_path):
    rows = [
        {"id": id_, "dataset": "wice", "level": "claim", "claim": claim, "context": context, "label": given}
        for id_, claim, context, given in ROWS
    ]
    path = tmp_path / "wice.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def test_rows_are_audited_without_their_context_in_one_two_and_three_rounds(file, capsys):
    main([str(file), "--among", str(file), "--size", "2"])
    lines = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines()[2:]]
    assert [line[:3] for line in lines] == [["wice", "2", str(rounds)] for rounds in (1, 2, 3)]
    assert lines[0][3:5] == ["100%", "1.000"]
    assert lines[0][7] == "1.00"


def test_a_corpus_has_each_document_once_and_no_more_than_wanted():
    assert len(corpus(["One thing.", "One thing.", "Two things.", "Three."], size=2).passages) == 2


@pytest.mark.parametrize(
    ("dataset", "given", "expected"),
    [
        ("wice_oracle", "partially_supported", Label.PARTIALLY_SUPPORTED),
        ("factcheckgpt_stance", "refute", Label.CONTRADICTED),
        ("factscore_ctx_claims", "NS", Label.ABSENT),
        ("nobody", "S", None),
        (None, None, None),
    ],
)
def test_labels_of_people_in_our_own_words(dataset, given, expected):
    assert label_of(dataset, given) is expected


@pytest.mark.parametrize(
    ("dataset", "found", "expected"),
    [
        ("wice", Label.CONTRADICTED, Label.ABSENT),
        ("anli_annotated", Label.CONTRADICTED, Label.CONTRADICTED),
        ("fever_symmetric", Label.PARTIALLY_SUPPORTED, Label.CONTRADICTED),
        ("factscore_ctx_claims", Label.UNEVALUATABLE, Label.ABSENT),
        ("nobody", Label.CONTRADICTED, Label.CONTRADICTED),
    ],
)
def test_a_label_that_people_could_not_choose_counts_as_the_nearest(dataset, found, expected):
    assert to_dataset_label(dataset, found) is expected
