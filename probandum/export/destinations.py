"""Where the rows of a batch may go, by name."""

import json
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from probandum.tools.errors import ConfigError, InputError

_FUNCTIONS: Mapping[str, tuple[str, str]] = {
    "csv": ("spreadsheet", "write_csv"),
    "xlsx": ("spreadsheet", "write_xlsx"),
    "langfuse": ("langfuse", "to_langfuse"),
    "mlflow": ("mlflow", "to_mlflow"),
    "phoenix": ("phoenix", "to_phoenix"),
}
_PACKAGES: Mapping[str, tuple[str, str]] = {
    "xlsx": ("xlsxwriter", "'probandum[excel]'"),
    "langfuse": ("langfuse", "langfuse"),
    "mlflow": ("mlflow", "mlflow"),
    "phoenix": ("phoenix", "arize-phoenix-client"),
}
"""What has to be installed, and by which name pip knows it."""
LABEL_STUDIO = "label-studio"
NAMES = (*_FUNCTIONS, LABEL_STUDIO)


def check_destination(name: str, *, reports: Path | None) -> None:
    """Raise InputError or ConfigError where a batch cannot go there, before anything is paid for."""
    if name not in NAMES:
        raise InputError(f"nothing is sent to {name!r}; choose among {', '.join(NAMES)}")
    if name == LABEL_STUDIO and reports is None:
        raise InputError("tasks for Label Studio are made of whole reports; add --reports FOLDER")
    module, package = _PACKAGES.get(name, ("json", ""))
    if find_spec(module) is None:
        raise ConfigError(f"for {name!r} a package is missing: pip install {package}")


def send(name: str, folder: Path, *, reports: Path | None = None) -> str:
    """Write or send a finished batch; a line that says what was done.

    Args:
        name: one of `NAMES`.
        folder: of the batch.
        reports: of the whole reports, for Label Studio.

    Raises:
        InputError: there is no such destination, or something of the batch is missing.
        ConfigError: a package or its configuration is missing.
    """
    check_destination(name, reports=reports)
    if name == LABEL_STUDIO and reports is not None:
        return _label_studio(folder, reports)
    module, function = _FUNCTIONS[name]
    made: Callable[[Path], str] = getattr(import_module(f"probandum.export.{module}"), function)
    return made(folder)


def _label_studio(folder: Path, reports: Path) -> str:
    from probandum.batch.output.row_files import read_answers
    from probandum.export.label_studio import label_config, tasks
    from probandum.report.versions import read_report

    files = (reports / f"{answer.audit_id}.json" for answer in read_answers(folder) if answer.message is None)
    made = list(tasks(map(read_report, files)))
    (folder / "label-studio.json").write_text(json.dumps(made, ensure_ascii=False, indent=1), encoding="utf-8")
    (folder / "label-studio.xml").write_text(label_config(), encoding="utf-8")
    return f"written to {folder}: label-studio.json ({len(made)} tasks), label-studio.xml (the interface)"
