"""Writes the JSON Schema of a report to a file: ``python -P -m probandum.report.schema FILE``."""

import json
import sys
from pathlib import Path

from probandum.agent.report import SCHEMA_VERSION, Report


def schema() -> str:
    """The JSON Schema (2020-12) of ``report.json``, with a final newline."""
    about = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:probandum:report:{SCHEMA_VERSION}",
        **Report.model_json_schema(mode="serialization"),
    }
    return json.dumps(about, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(schema(), encoding="utf-8")
