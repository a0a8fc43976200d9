"""Reports of the version before are read, others refused by name."""

import json
from pathlib import Path

import pytest

from probandum.agent.report import SCHEMA_VERSION
from probandum.report.files import as_text
from probandum.report.versions import read_report
from probandum.tools.errors import InputError

BEFORE = Path(__file__).with_name("report-1.0.json")
"""As the version before wrote it."""


def test_a_report_of_the_version_before_is_read_whole():
    report = read_report(BEFORE)
    told = json.loads(BEFORE.read_text(encoding="utf-8"))
    assert report.schema_version == SCHEMA_VERSION != told["schema_version"]
    assert [claim.text for claim in report.claims] == [claim["text"] for claim in told["claims"]]
    assert [c.p_supported for c in report.claims] == [
        c["verdict"]["probabilities"]["supported"] for c in told["claims"]
    ]
    assert report.scores.hallucination_rate == told["scores"]["hallucination_rate"]
    assert "<title>" in as_text(report, "html")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('{"schema_version": "9.7"}', "has the schema '9.7'; this version reads '1.0' and"),
        ('{"schema_version": "1.1"}', "is no report"),
        ("{}", "is no report"),
        ("[]", "a JSON list"),
        ("no", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
    ],
)
def test_what_is_no_report_of_ours_is_refused_by_name(tmp_path, written, said):
    path = tmp_path / "report.json"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_report(path)
    assert said in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(InputError, match="cannot read"):
        read_report(tmp_path / "none.json")
