import re
from importlib.resources import files
from string import Template

import pytest

from probandum.agent.judges.llm import examiner, extraction
from probandum.agent.judges.llm.prompting import messages
from probandum.agent.taxonomy import ErrorType, Label, NoClaim, Why
from probandum.prompts import fill, sha256, text

NAMES = sorted(
    file.name.removesuffix(".md") for file in files("probandum.prompts").iterdir() if file.name[-3:] == ".md"
)


@pytest.mark.parametrize("name", NAMES)
def test_the_header_names_the_prompt_its_version_and_exactly_its_variables(name: str) -> None:
    raw = files("probandum.prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")
    header = re.match(r"---\nid: (\w+)\nversion: (\d+)\nvariables:(.*)\n---\n", raw)
    assert header is not None
    assert header[1] == name
    named = {variable.strip() for variable in header[3].split(",") if variable.strip()}
    assert named == set(Template(text(name)).get_identifiers())
    assert Template(text(name)).is_valid()


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_variable_is_named(name: str) -> None:
    variables = Template(text(name)).get_identifiers()
    if variables:
        with pytest.raises(KeyError, match=variables[0]):
            fill(name)
    else:
        assert fill(name) == text(name)


def test_every_prompt_is_used_and_its_hash_is_in_the_report() -> None:
    assert {
        *messages.PROMPTS,
        *extraction.PROMPTS,
        *examiner.PROMPTS,
        "repair",
        "uncited",
    } == set(NAMES)
    assert len({sha256(name) for name in NAMES}) == len(NAMES)


@pytest.mark.parametrize("word", [*Label, *ErrorType, *Why])
def test_the_classify_prompt_defines_every_label_error_type_and_why(word: str) -> None:
    assert f"`{word}`" in text("second_look")


@pytest.mark.parametrize("scope", ["scope_facts", "scope_all"])
@pytest.mark.parametrize("reason", list(NoClaim))
def test_the_extract_prompt_knows_every_reason_for_no_claim(scope: str, reason: NoClaim) -> None:
    assert reason in text(scope) or scope == "scope_all"


def test_what_fills_a_prompt_is_not_filled_again() -> None:
    assert "$claim and ${task}" in fill("repair", problem="$claim and ${task}")
