import re
from pathlib import Path

from probandum.agent.taxonomy import ErrorType, Label, Why
from probandum.graphs.picture import drawn_into
from probandum.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_picture_of_the_graph_is_the_graph():
    assert drawn_into(README) == README, "out of date: run `make generated`"


def test_the_first_80_words_hold_one_sentence_and_the_two_commands():
    beginning = " ".join(README.split()[:80])
    assert "make demo" in beginning
    assert "make test" in beginning


def test_the_tables_name_every_label_and_error_type():
    for name in (*Label, *ErrorType, *Why):
        assert f"`{name.value}`" in README


def test_every_variable_named_in_the_readme_is_a_setting():
    known = {f"PROBANDUM_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"PROBANDUM_[A-Z_]+", README)) <= known


def test_the_python_example_runs_and_finds_the_wrong_number(capsys):
    (example,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    exec(compile(example, "README.md", "exec"), {})  # noqa: S102 - our own README
    said = capsys.readouterr().out
    assert "contradicted" in said
    assert "number" in said
