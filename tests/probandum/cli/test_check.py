"""probandum check: strings or paths in, one screen out."""

import pytest
from typer.testing import CliRunner

from probandum.cli import app

FACT = "The dam is 80 metres high. It was built in 1950."
ANSWER = "The dam is 90 metres high. It was built in 1950."


@pytest.fixture
def check(tmp_path, monkeypatch):
    monkeypatch.setenv("PROBANDUM_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "answer.md").write_text(ANSWER)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "dam.md").write_text(FACT)
    return lambda *words, **how: CliRunner().invoke(app, ["check", *words], **how)


@pytest.mark.parametrize("answer", [ANSWER, "answer.md", "-"])
@pytest.mark.parametrize("source", [FACT, "notes/dam.md", "notes"])
def test_each_claim_stands_above_what_shows_it(check, answer, source):
    done = check(answer, source, input=ANSWER)
    assert done.exit_code == 0
    first, second, third, fourth = done.stdout.splitlines()[2:6]
    assert first == "contradicted (number): The dam is 90 metres high."
    assert "80 metres" in second
    assert third == "supported: It was built in 1950."
    assert "1950" in fourth


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["none.md", FACT], "the answer 'none.md' looks like the name of a file, but there is none"),
        ([ANSWER, "none.pdf"], "a source 'none.pdf' looks like the name of a file"),
        ([ANSWER, "-"], "standard input can be the answer, not a source"),
        ([ANSWER, ""], "a source is empty"),
        ([ANSWER], "Missing argument"),
    ],
)
def test_what_does_not_do_is_told(check, words, told):
    done = check(*words)
    assert done.exit_code == 2
    assert told in done.stderr


def test_many_claims_stay_on_one_screen(check):
    answer = " ".join(f"Hall {n} has {n} doors." for n in range(60))
    lines = check(answer, FACT).stdout.splitlines()
    assert len(lines) <= 30
    assert "more claims" in lines[-1]


def test_a_citation_that_does_not_hold_is_told(check):
    done = check("The dam is 80 metres high [2].", "The dam is 80 metres high.", "It stands in Norway.")
    assert "citation: [2] does not support it; context-1 does" in done.stdout
