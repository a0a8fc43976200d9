"""Error types of a user's own: what a judge is told of them, and how a report names them."""

import json

import pytest

from probandum import audit
from probandum.agent.error_types import OwnErrorType
from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.judge import LLMJudge
from probandum.agent.judges.llm.method import Method
from probandum.agent.options import Options
from probandum.intake.own_types import read_error_types
from probandum.report.files import as_text
from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer
from probandum.tools.errors import ConfigError, InputError

FACT = "Veltrazin is licensed for adults."
CLAIM = "Veltrazin is licensed for children."
OFF_LABEL = OwnErrorType(name="off_label_use", definition="A use that the licence does not name.", example="For cats.")


def reported(written, *, reasoning):
    def rule(request):
        if request.extracts:
            return replies.claims([CLAIM])
        return replies.verdict("contradicted", error_types=written, quotes=[("any", FACT)])

    with ChatServer(rule) as server:
        method = Method(reasoning=reasoning, first_look=False, own_types=(OFF_LABEL,))
        judge = LLMJudge(ChatModel("any", base_url=server.url), secret=b"of this test", method=method)
        options = Options(error_types=(OFF_LABEL,), granularity="claim", max_rounds=1)
        return audit(CLAIM, context=[FACT], judge=judge, options=options), server.requests[-1]


@pytest.mark.parametrize("reasoning", ["direct", "cot"])
def test_a_judge_is_told_of_them_and_a_report_names_them(reasoning):
    report, request = reported(["Off-label use"], reasoning=reasoning)
    assert "off_label_use: A use that the licence does not name. Example: For cats." in request.texts[0]
    assert "off_label_use" in json.dumps(request.body["response_format"])
    (claim,) = report.claims
    assert (claim.verdict.error_types, claim.verdict.detail) == (("other",), "off_label_use")
    assert report.own_error_types == (OFF_LABEL,)
    assert "| off\\_label\\_use | 1 | A use that the licence does not name. |" in as_text(report, "md")
    assert "A use that the licence does not name." in as_text(report, "html")


def test_types_of_the_taxonomy_stand_beside_them():
    report, _ = reported(["number", "off_label_use"], reasoning="direct")
    assert report.claims[0].verdict.error_types == ("number", "other")
    plain, _ = reported(["number"], reasoning="direct")
    assert (plain.claims[0].verdict.error_types, plain.claims[0].verdict.detail) == (("number",), None)


def test_a_judge_that_compares_words_refuses_them():
    with pytest.raises(ConfigError, match="a judge that reads"):
        audit(CLAIM, context=[FACT], judge="embedded", options=Options(error_types=(OFF_LABEL,)))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[]x", "Invalid JSON"),
        ('[{"name": "Off label", "definition": "A."}]', "0.name"),
        ('[{"name": "number", "definition": "A."}]', "a word of the taxonomy"),
        ('[{"name": "aa", "definition": "A."}, {"name": "aa", "definition": "B."}]', "defined twice"),
        ('[{"name": "aa"}]', "0.definition"),
        (json.dumps([{"name": f"a{at}", "definition": "A."} for at in range(21)]), "20 is the most"),
    ],
)
def test_a_file_that_does_not_hold_is_refused_by_name(tmp_path, written, said):
    (tmp_path / "types.json").write_text(written, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_error_types(tmp_path / "types.json")
