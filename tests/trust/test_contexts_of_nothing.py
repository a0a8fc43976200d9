"""Contexts without a word: told as such everywhere, whatever the judge, and never judged against."""

import pytest
from pypdf import PdfWriter

from probandum import audit
from probandum.agent.taxonomy import FindingKind, Outcome, Reason
from probandum.table import audit_rows
from probandum.testing.judge import ScriptedJudge
from probandum.tools.errors import InputError

FACT = "The bridge has six lanes."
NOTHING = [" ", "\n\t\n", "\xa0", "\u200b\ufeff\u2060", "---\n***", "| | |\n|---|---|", "\u202e\u202c", "\ud800"]


@pytest.mark.parametrize("text", NOTHING)
@pytest.mark.parametrize("judge", ["embedded", None])
def test_a_claim_is_not_checked_against_nothing(text, judge):
    scripted = ScriptedJudge(lambda case: pytest.fail("a judge was asked about nothing"))
    report = audit(FACT, context=[text], judge=judge or scripted)
    [claim] = report.claims
    assert (claim.outcome, claim.reason) == (Outcome.NOT_CHECKED, Reason.NO_EVIDENCE_SOURCE)
    assert "has no words" in claim.message


@pytest.mark.parametrize("text", NOTHING)
def test_beside_a_text_what_has_no_words_is_left_out_and_told(text):
    report = audit(FACT, context=[text, FACT], judge="embedded")
    [claim] = report.claims
    assert claim.verdict.label == "supported"
    [told] = [finding for finding in report.findings if finding.kind is FindingKind.FILES_SKIPPED]
    assert "has no words" in told.message


def test_a_file_without_a_word_is_refused_by_name(tmp_path):
    (tmp_path / "empty.txt").write_text(" \n\u200b", encoding="utf-8")
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(tmp_path / "empty.pdf")
    for name, said in (("empty.txt", "has no words"), ("empty.pdf", "has no text on any of its 1 pages")):
        with pytest.raises(InputError, match=said):
            audit(FACT, context=[tmp_path / name], judge="embedded")


def test_a_row_tells_it_as_a_call_does():
    [row] = audit_rows([{"response": FACT, "context": [" ", FACT]}], judge="embedded")
    assert row.report.claims[0].verdict.label == "supported"
    assert any("has no words" in finding.message for finding in row.report.findings)
