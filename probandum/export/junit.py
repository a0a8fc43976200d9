"""A report as JUnit XML, which every CI system shows: a test case for each claim."""

import re
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from probandum.agent.models import ClaimResult
from probandum.agent.report import Report
from probandum.agent.taxonomy import Label, Outcome

_STANDS = Label.SUPPORTED
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME = 200
"""Characters of a claim that name its case."""


def junit_xml(reports: Iterable[tuple[str, Report]]) -> str:
    """Reports as one file of test suites.

    A supported claim passes; one that is contradicted, absent or partially supported fails, with the words that show
    it; one that is undecided, unevaluatable or was not reached is skipped; one without a usable answer is an error.

    Args:
        reports: each with the name of the answer, a path mostly.
    """
    root = ET.Element("testsuites", name="probandum")
    sums = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for name, report in reports:
        suite = ET.SubElement(root, "testsuite", name=_clean(name))
        for claim in report.claims:
            _case(suite, _clean(name), claim, report)
        counts = {
            "tests": len(report.claims),
            "failures": len(suite.findall("*/failure")),
            "errors": len(suite.findall("*/error")),
            "skipped": len(suite.findall("*/skipped")),
        }
        suite.attrib |= {kind: str(number) for kind, number in counts.items()}
        sums = {kind: sums[kind] + number for kind, number in counts.items()}
    root.attrib |= {kind: str(number) for kind, number in sums.items()}
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _case(suite: ET.Element, name: str, claim: ClaimResult, report: Report) -> None:
    said = _clean(" ".join(claim.text.split()))
    case = ET.SubElement(suite, "testcase", classname=name, name=said[:_NAME])
    verdict = claim.verdict
    if claim.outcome is Outcome.ERROR:
        ET.SubElement(case, "error", type=str(claim.reason), message=_clean(claim.message or ""))
    elif claim.outcome is not Outcome.JUDGED or verdict is None:
        ET.SubElement(case, "skipped", message=_clean(f"{claim.outcome.value}: {claim.message or claim.reason}"))
    elif verdict.label is Label.UNEVALUATABLE:
        ET.SubElement(case, "skipped", message=f"unevaluatable: {verdict.why}")
    elif verdict.label is not _STANDS:
        sources = {item.id: item.source for item in report.evidence}
        types = ", ".join(error.value for error in verdict.error_types)
        quotes = [f"“{quote.text}” ({sources.get(quote.evidence_id, '?')})" for quote in verdict.quotes]
        failure = ET.SubElement(case, "failure", type=verdict.label.value)
        failure.set("message", verdict.label.value + (f" ({types})" if types else ""))
        failure.text = _clean("\n".join([claim.text, *(quotes or ["no words of the evidence say so"])]))


def _clean(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
