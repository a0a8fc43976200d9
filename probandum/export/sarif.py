"""A report as SARIF 2.1.0 (OASIS), which code hosts and editors show at the place in the answer's file."""

from bisect import bisect_right
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import PurePath
from typing import Any, NamedTuple
from urllib.parse import quote as quoted

from probandum.agent.models import ClaimResult
from probandum.agent.report import Report
from probandum.agent.taxonomy import Label, Outcome

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_RULES = {
    "contradicted": ("error", "The sources say otherwise."),
    "partially_supported": ("warning", "The sources state a part of it."),
    "absent": ("warning", "The sources do not say it."),
    "unevaluatable": ("note", "It cannot be told what would show it."),
    "undecided": ("note", "The judge cannot tell; one that reads, or a person, can."),
    "not_checked": ("note", "It was not reached."),
    "error": ("note", "The judge gave no usable answer."),
}
"""Each with its level and what it means; supported claims are no results."""


def sarif(reports: Iterable[tuple[str, str, Report]]) -> dict[str, Any]:
    """Reports as one run of a tool.

    Args:
        reports: each with the path of the answer's file and the text of that file, in which claims are placed.
    """
    results = [
        _result(path, text, claim, report)
        for path, text, report in reports
        for claim in report.claims
        if _rule(claim) != Label.SUPPORTED
    ]
    driver = {
        "name": "Probandum",
        "version": version("probandum"),
        "rules": [
            {"id": name, "shortDescription": {"text": meaning}, "defaultConfiguration": {"level": level}}
            for name, (level, meaning) in _RULES.items()
        ],
    }
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(claim: ClaimResult) -> str:
    return claim.verdict.label.value if claim.outcome is Outcome.JUDGED and claim.verdict else claim.outcome.value


def _result(path: str, text: str, claim: ClaimResult, report: Report) -> dict[str, Any]:
    rule, verdict = _rule(claim), claim.verdict
    types = ", ".join(error.value for error in verdict.error_types) if verdict else ""
    why = f" ({types})" if types else f" ({claim.message})" if claim.message else ""
    location = {"physicalLocation": {"artifactLocation": {"uri": _uri(path)}, **_region(text, claim, report)}}
    found: dict[str, Any] = {
        "ruleId": rule,
        "ruleIndex": list(_RULES).index(rule),
        "level": _RULES[rule][0],
        "message": {"text": f"{rule.replace('_', ' ')}{why}: {claim.text}"},
        "locations": [location],
        "partialFingerprints": {"claim/v1": claim.id},
    }
    sources = {item.id: item.source for item in report.evidence}
    related = [
        {
            "id": number,
            "message": {"text": f"“{quote.text}”"},
            "physicalLocation": {"artifactLocation": {"uri": _uri(sources.get(quote.evidence_id, "unknown"))}},
        }
        for number, quote in enumerate(verdict.quotes if verdict else (), start=1)
    ]
    return {**found, "relatedLocations": related} if related else found


class Place(NamedTuple):
    """Where a claim stands in a file: ``[start, end)`` in characters; lines and columns count from 1."""

    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int


def place_of(text: str, claim: ClaimResult, report: Report) -> Place | None:
    """Where a claim stands in the file's text; None where it stands nowhere in these words."""
    if claim.span is None:
        return None
    moved = max(text.find(report.response.strip()) - report.response.find(report.response.strip()), 0)
    start, end = claim.span.start + moved, claim.span.end + moved
    starts = [0, *(at + 1 for at, letter in enumerate(text) if letter == "\n")]
    first, last = bisect_right(starts, start) - 1, bisect_right(starts, end) - 1
    return Place(start, end, first + 1, start - starts[first] + 1, last + 1, end - starts[last] + 1)


def _region(text: str, claim: ClaimResult, report: Report) -> dict[str, Any]:
    place = place_of(text, claim, report)
    if place is None:
        return {}
    lines = {"startLine": place.line, "startColumn": place.column}
    ends = {"endLine": place.end_line, "endColumn": place.end_column}
    return {"region": {**lines, **ends, "charOffset": place.start, "charLength": place.end - place.start}}


def _uri(path: str) -> str:
    return path if "://" in path else quoted(PurePath(path).as_posix())
