"""The verification of a report: an untouched one holds, and every kind of tampering is noticed."""

import json

import pytest

from probandum import Document, Report, audit
from probandum.agent.taxonomy import Label
from probandum.agent.verify import verify
from probandum.testing.judge import ScriptedJudge, judgement
from probandum.tools.evidence import digest

DOCUMENT = Document(text="The dam is 48 metres tall. It was built in 1931.", source="dam.md")
ANSWER = "The dam is 48 metres tall. The dam was built in 1932. The dam is 48 metres tall."


@pytest.fixture(scope="module")
def report():
    return audit(ANSWER, context=[DOCUMENT], question="How tall is the dam?")


def problems(report, documents=None):
    return [check.name for check in verify(report, documents) if check.problems]


def changed(report, change):
    whole = json.loads(report.model_dump_json())
    change(whole)
    return Report.model_validate(whole)


def test_an_untouched_report_holds_with_its_documents(report):
    assert problems(report, [DOCUMENT]) == []
    assert all(check.checked for check in verify(report, [DOCUMENT]))


def test_a_report_of_another_judge_holds_too():
    judge = ScriptedJudge(lambda case: judgement(Label.SUPPORTED, quotes=["48 metres tall"], evidence=case.evidence))
    assert problems(audit(ANSWER, context=[DOCUMENT], judge=judge), [DOCUMENT]) == []


def set_at(*path, value):
    def change(whole):
        for key in path[:-1]:
            whole = whole[key]
        whole[path[-1]] = value

    return change


def forged(whole):
    whole["evidence"][0]["text"] = whole["evidence"][0]["text"].replace("48", "84")


def relabelled(whole):
    verdict = whole["claims"][1]["verdict"]
    verdict |= {"label": "supported", "error_types": [], "detail": None}


TAMPERINGS = {
    "response": (set_at("response", value=ANSWER.replace("48", "84")), "every sentence stands in the response"),
    "claim text": (set_at("claims", 0, "text", value="The dam is tall."), "every claim stands"),
    "claim place": (set_at("claims", 0, "span", "end", value=9_999), "every claim stands"),
    "claim sentence": (set_at("claims", 0, "sentence", value="s9"), "every claim stands"),
    "quote words": (set_at("claims", 0, "verdict", "quotes", 0, "text", value="no"), "every quote stands"),
    "quote place": (set_at("claims", 0, "verdict", "quotes", 0, "start", value=1), "every quote stands"),
    "quote of nothing": (set_at("claims", 0, "verdict", "quotes", 0, "evidence_id", value="e-0"), "every quote stands"),
    "no quotes": (set_at("claims", 0, "verdict", "quotes", value=[]), "every verdict that needs a quote"),
    "evidence text": (forged, "every evidence id"),
    "evidence source": (set_at("evidence", 0, "source", value="other.md"), "every evidence id"),
    "rate": (set_at("scores", "hallucination_rate", value=0.0), "scores, findings and corrections"),
    "ungrounded rate": (set_at("scores", "ungrounded_rate", value=None), "scores, findings and corrections"),
    "coverage": (set_at("scores", "coverage", value=0.5), "scores, findings and corrections"),
    "outcome": (set_at("outcome", value="incomplete"), "scores, findings and corrections"),
    "finding": (set_at("findings", value=[]), "scores, findings and corrections"),
    "label": (relabelled, "scores, findings and corrections"),
    "sources": (set_at("claims", 0, "independent_sources", value=7), "scores, findings and corrections"),
    "corrected": (set_at("corrected", value=None), "scores, findings and corrections"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_noticed(report, name):
    change, check = TAMPERINGS[name]
    found = problems(changed(report, change))
    assert any(each.startswith(check) for each in found), found


def test_evidence_that_its_document_does_not_have_is_noticed(report):
    forged_document = Document(text="Another text.", source="dam.md")
    assert problems(report, [forged_document]) == ["every piece of evidence stands in its document"]
    assert problems(report, []) == ["every piece of evidence stands in its document"]


def test_forged_evidence_under_a_true_digest_is_noticed(report):
    def forge(whole):
        item = whole["evidence"][0]
        item["text"] = "The dam is 84 metres tall. It was built in 1931."
        item["id"] = "e-" + digest("context", item["source"], item["locator"] or "", item["text"])[:12]

    found = problems(changed(report, forge), [DOCUMENT])
    assert "every piece of evidence stands in its document" in found
