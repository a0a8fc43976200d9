"""Local models from the command line: a verifier as the judge, an embedding model for search, and what goes wrong."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from probandum.testing.samples.onnx_models import cross_encoder, embedding_model

LABELS = {"id2label": {"0": "contradiction", "1": "neutral", "2": "entailment"}}
SAYS = {"agrees": [-4.0, 0.0, 4.0]}


def probandum(*arguments, home, **variables):
    offline = {"HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": str(home / "hub"), "PROBANDUM_HOME": str(home)}
    command = [sys.executable, "-P", "-m", "probandum", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **offline, **variables}
    )


@pytest.fixture
def texts(tmp_path):
    (tmp_path / "answer.md").write_text("The doctor came.", encoding="utf-8")
    (tmp_path / "guide.md").write_text("The physician agrees.", encoding="utf-8")
    return tmp_path / "answer.md", tmp_path / "guide.md"


def test_a_folder_is_the_judge_and_the_report_names_it(tmp_path, texts):
    answer, guide = texts
    folder = cross_encoder(tmp_path / "my-nli", SAYS, config=LABELS)
    done = probandum("audit", answer, "--context", guide, "--judge", f"nli:{folder}", "--json", home=tmp_path)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["judge"]["kind"] == "verifier"
    assert report["judge"]["model"].startswith("my-nli@")
    assert report["claims"][0]["verdict"]["label"] == "supported"


def test_a_model_of_the_hub_is_taken_from_its_cache(tmp_path, texts):
    answer, guide = texts
    kept = tmp_path / "hub" / "models--maker--nli"
    cross_encoder(kept / "snapshots" / "abc", SAYS, config=LABELS)
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text("abc", encoding="utf-8")
    done = probandum("audit", answer, "--context", guide, "--judge", "nli:maker/nli", "--json", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["judge"]["model"].startswith("maker/nli@")


def test_an_embedding_model_finds_what_shares_no_word(tmp_path, texts):
    answer, _ = texts
    library = tmp_path / "library"
    library.mkdir()
    shutil.copy(tmp_path / "guide.md", library)
    folder = embedding_model(tmp_path / "embedding", {"doctor": [1.0, 0.0], "physician": [0.9, 0.1]})
    asked = ("audit", answer, "--corpus", library, "--json")
    found = [
        json.loads(probandum(*asked, home=tmp_path, **variables).stdout)["claims"][0]["trail"][0]["outcome"]
        for variables in ({}, {"PROBANDUM_EMBEDDINGS": str(folder)})
    ]
    assert found == ["nothing_found", "found"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--judge", "nli:nowhere"), "there is no model in 'nowhere'"),
        (("--judge", "nli:"), "no judge is called 'nli:'"),
        (("--judge", "nli:maker/unknown"), "the hub gave no model of that name"),
        (("--embeddings", "nowhere"), "there is no model in 'nowhere'"),
    ],
)
def test_what_is_not_there_is_named(tmp_path, texts, arguments, says):
    answer, guide = texts
    done = probandum("audit", answer, "--context", guide, *arguments, home=tmp_path)
    assert done.returncode == 2, done.stderr
    assert says in done.stderr
