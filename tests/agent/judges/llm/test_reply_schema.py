from hypothesis import given
from hypothesis import strategies as st

from probandum.agent.judges.llm.prompting.json_schema import json_schema
from probandum.agent.judges.llm.replies.schema import FirstLookWritten, SecondLookWritten, matched
from probandum.agent.taxonomy import ErrorType, Label


def test_the_steps_are_written_before_the_label_and_what_depends_on_it_after() -> None:
    fields = list(json_schema(SecondLookWritten)["properties"])
    assert fields[:5] == ["restatement", "cites", "comparison", "decision", "explanation"]
    assert fields[5:] == ["fully_stated", "label", "error_types", "detail", "why", "correction", "confidence"]


def test_at_first_sight_whether_a_claim_is_stated_comes_first() -> None:
    assert [*json_schema(FirstLookWritten)["properties"]] == ["fully_stated", "cites", "label", "error_types"]


@given(st.sampled_from([*Label, *ErrorType]), st.sampled_from([" ", "-", "_", ""]), st.booleans())
def test_any_usual_spelling_of_a_name_is_matched(name: Label | ErrorType, between: str, upper: bool) -> None:  # noqa: FBT001
    spelled = name.value.replace("_", between)
    assert matched(type(name), f" {spelled.upper() if upper else spelled.title()}. ") is name


@given(st.text(max_size=30))
def test_a_text_is_matched_to_a_name_only_if_its_letters_are_the_name(text: str) -> None:
    letters = "".join(c for c in text.casefold() if "a" <= c <= "z")
    found = matched(Label, text)
    assert found == text or (isinstance(found, Label) and letters == found.value.replace("_", ""))
