"""Where the calibrations of judges are kept: one JSON file a judge under ``PROBANDUM_HOME``, for its owner only."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from probandum.agent.report import JudgeInfo
from probandum.agent.verdicts.calibration import Calibration, with_calibration
from probandum.tools.errors import ConfigError
from probandum.tools.evidence import Frozen, digest


class StoredCalibration(Frozen):
    """A calibration and whose it is."""

    judge: JudgeInfo
    calibration: Calibration


class ListedCalibration(NamedTuple):
    """A file among the calibrations, and what it holds or why it does not hold."""

    path: Path
    held: StoredCalibration | str


def path_of(home: Path, judge: JudgeInfo) -> Path:
    """The file of a judge: the same for the same kind, model and prompts."""
    key = digest(judge.kind, judge.model, json.dumps(dict(judge.prompts), sort_keys=True))
    return home / "calibrations" / f"{key[:24]}.json"


def store_calibration(home: Path, judge: JudgeInfo, calibration: Calibration) -> Path:
    """Keep a calibration in place of the judge's earlier one; the file, or `ConfigError` where it cannot be written."""
    path, made = path_of(home, judge), StoredCalibration(judge=_who(judge), calibration=calibration)
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.touch(mode=0o600)
        part.write_text(made.model_dump_json(indent=1) + "\n", encoding="utf-8")
        part.replace(path)
    except OSError as error:
        hint = "choose a folder of your own with PROBANDUM_HOME"
        raise ConfigError(f"the calibration cannot be kept in {str(path)!r}: {error.strerror}; {hint}") from None
    return path


def stored_calibration(home: Path, judge: JudgeInfo) -> Calibration | None:
    """The calibration that is kept for a judge; `ConfigError` where its file does not hold."""
    path = path_of(home, judge)
    held = _read(path)
    if isinstance(held, str):
        hint = "make it anew with 'probandum calibrate', or remove it with 'probandum calibrate --off'"
        raise ConfigError(f"the calibration in {str(path)!r} does not hold ({held}); {hint}")
    return held.calibration if held else None


def delete_calibration(home: Path, judge: JudgeInfo) -> bool:
    """Remove the calibration of a judge; whether there was one."""
    path = path_of(home, judge)
    there = path.is_file()
    path.unlink(missing_ok=True)
    return there


def list_calibrations(home: Path) -> Iterator[ListedCalibration]:
    """All calibrations that are kept."""
    for path in sorted((home / "calibrations").glob("*.json")):
        if (held := _read(path)) is not None:
            yield ListedCalibration(path, held)


def _who(judge: JudgeInfo) -> JudgeInfo:
    return JudgeInfo(kind=judge.kind, model=judge.model, prompts=judge.prompts)


def _read(path: Path) -> StoredCalibration | str | None:
    try:
        return StoredCalibration.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        return str(error.strerror)
    except ValidationError as error:
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc'])) or 'the file'}: {first['msg']}"


def calibrated_judge_info(home: Path, judge: JudgeInfo) -> JudgeInfo:
    """Who judges, with the calibration that is kept for it, if any; errors are those of `stored_calibration`."""
    return with_calibration(judge, stored_calibration(home, judge))
