"""Reads report.json as this version and the one before wrote it; what an earlier report lacks is worked out."""

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from probandum.agent.report import SCHEMA_VERSION, Report
from probandum.agent.taxonomy import Label
from probandum.tools.errors import InputError

LAST = "1.0"
"""The schema before: without ``undecided``, ``p_supported`` and citations."""


def read_report(path: Path) -> Report:
    """The report in a file; `InputError` says what is wrong with it, an unknown schema by its name."""
    try:
        told = json.loads(path.read_bytes())
    except OSError as error:
        raise InputError(f"cannot read {str(path)!r}: {error.strerror}; give the report.json of an audit") from None
    except (ValueError, RecursionError):
        raise InputError(f"{str(path)!r} is no JSON; give the report.json of an audit") from None
    if not isinstance(told, dict):
        raise InputError(
            f"{str(path)!r} is no report, but a JSON {type(told).__name__}; give the report.json of an audit"
        )
    version = told.get("schema_version")
    if version == LAST:
        told = converted(told)
    elif version is not None and version != SCHEMA_VERSION:
        raise InputError(
            f"{str(path)!r} has the schema {version!r}; this version reads {LAST!r} and {SCHEMA_VERSION!r}"
        )
    try:
        return Report.model_validate_json(json.dumps(told))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise InputError(
            f"{str(path)!r} is no report ({where}: {first['msg']}); give one that an audit wrote"
        ) from None


def converted(report: dict[str, Any]) -> dict[str, Any]:
    """A report of the schema before as one of this: verdicts tell by their probabilities how likely support is."""
    claims = [_converted(claim) for claim in report.get("claims", ()) if isinstance(claim, dict)]
    return {**report, "schema_version": SCHEMA_VERSION, "claims": claims}


def _converted(claim: dict[str, Any]) -> dict[str, Any]:
    probabilities = (claim.get("verdict") or {}).get("probabilities") or {}
    supported = probabilities.get(Label.SUPPORTED.value)
    return claim if supported is None else {**claim, "p_supported": supported}
