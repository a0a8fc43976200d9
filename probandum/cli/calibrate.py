"""The command ``probandum calibrate``: what a judge's probabilities are worth, learnt from labels of people."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from probandum.cli import arguments
from probandum.cli.exits import Exit, clear_errors
from probandum.tools.errors import InputError

if TYPE_CHECKING:
    from probandum.agent.verdicts.calibration import Calibration
    from probandum.bench.audited_rows import AuditedRow
    from probandum.bench.measure import Variant

_FILES = typer.Argument(
    help="JSONL of labelled claims, as 'probandum bench' reads them and 'probandum review --to-labels' writes them."
)
_METHOD = typer.Option(
    help="The form of the curve; 'auto' takes the one with the smaller error on rows left out of it."
)
_SHARE = typer.Option(
    help="Also find the probability from which on at most this share of the supported verdicts is wrong; those below "
    "it go to review. Example: 0.05.",
    min=0.0001,
    max=0.9999,
)
_SURE = typer.Option(help="How sure that statement is to be.", min=0.5, max=0.9999)
_LIMIT = typer.Option(help="Use so many rows of each file, spread evenly over it.", min=1)
_OFF = typer.Option("--off", help="Remove the calibration that is kept for the judge, and do nothing else.")
_JSON = typer.Option("--json", help="Print the calibration as JSON and nothing else on stdout.")


def command(
    files: Annotated[list[Path] | None, _FILES] = None,
    *,
    judge: arguments.Judge = None,
    method: Annotated[Literal["auto", "isotonic", "platt"], _METHOD] = "auto",
    max_false_support: Annotated[float | None, _SHARE] = None,
    sure: Annotated[float, _SURE] = 0.95,
    limit: Annotated[int | None, _LIMIT] = None,
    off: Annotated[bool, _OFF] = False,
    as_json: Annotated[bool, _JSON] = False,
    profile: arguments.Profile = None,
    granularity: arguments.Granularity = None,
    reasoning: arguments.Reasoning = None,
    votes: arguments.Votes = None,
    confidence: arguments.Confidence = None,
    few_shot: arguments.FewShot = None,
    examples: arguments.Examples = None,
    claim_seconds: arguments.ClaimSeconds = None,
) -> None:
    """Fit a judge's probabilities to labels of people, kept in PROBANDUM_HOME and used for it from then on.

    'audit', 'batch' and 'bench' apply it and reports name it; '--no-calibration' leaves it out once, '--off' for good.
    Labels should be of claims like those to come: the calibration says nothing of others.

    Example: probandum calibrate labels.jsonl --max-false-support 0.05
    """
    with clear_errors():
        from probandum import settings as configuration
        from probandum.bench.variants import variants
        from probandum.calibration_store import delete_calibration, store_calibration

        settings = configuration.load()
        options = configuration.options(
            profile or settings.profile,
            granularity=granularity,
            reasoning=reasoning,
            votes=votes,
            confidence=confidence,
            few_shot=few_shot,
            claim_seconds=claim_seconds,
        )
        (way,) = variants(judge or settings.judge, options, settings, examples=examples, calibrated=False)
        if off:
            was_there = delete_calibration(settings.home, way.info)
            _say("the calibration is removed" if was_there else "no calibration was kept for this judge")
            raise typer.Exit(Exit.DONE)
        if not files:
            raise InputError("give a file of labelled claims, or --off to remove what is kept")
        found, refused = _fitted(files, way, method=method, share=max_false_support, sure=sure, limit=limit)
        path = store_calibration(settings.home, way.info, found)
        _tell(found, refused, path, as_json=as_json)
    raise typer.Exit(Exit.INCOMPLETE if refused else Exit.DONE)


def _fitted(
    files: list[Path],
    way: "Variant",
    *,
    method: Literal["auto", "isotonic", "platt"],
    share: float | None,
    sure: float,
    limit: int | None,
) -> "tuple[Calibration, str | None]":
    """The calibration, and why what was to be promised cannot be, if so."""
    from probandum.bench.acceptance import PromiseRefused, fit_acceptance
    from probandum.bench.calibration_fit import fit, labelled_claims, supported_verdicts
    from probandum.bench.metrics import check_installed

    check_installed()
    rows = _audited(files, way, limit)
    claims = labelled_claims(rows)
    if left := len(rows) - len(claims):
        _say(f"{left} of {len(rows)} rows are left out: not one claim with a label and a verdict")
    found = fit(claims, method=method, fitted_on=tuple(path.stem for path in files))
    if share is None:
        return found, None
    accepted = fit_acceptance(supported_verdicts(claims), max_false_support=share, sure=sure)
    if isinstance(accepted, PromiseRefused):
        return found, accepted.message
    return found.model_copy(update={"acceptance": accepted}), None


def _audited(files: list[Path], way: "Variant", limit: int | None) -> "list[AuditedRow]":
    from probandum.bench.measure import measure
    from probandum.bench.rows import read
    from probandum.cli.progress import Counter

    tables = {path: read(path, limit=limit) for path in files}
    rows: list[AuditedRow] = []
    with Counter(sum(map(len, tables.values()))) as counter:
        for path, table in tables.items():
            counter.describe(path.stem)
            rows += asyncio.run(measure(path.stem, table, way, done=counter.advance)).rows
    return rows


def _tell(found: "Calibration", refused: str | None, path: Path, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(found.model_dump_json(indent=2) + "\n")
    else:
        brier = (
            f"Brier score {found.brier_before:.4f} before, {found.brier_after:.4f} after (on rows left out of the fit)"
        )
        sys.stdout.write(f"{found.curve.method}, {found.labels} labels: {brier}\n")
        if found.acceptance:
            sys.stdout.write(f"{found.acceptance.promise}\n")
    if refused:
        _say(refused)
    _say(f"kept in {path}")


def _say(message: str) -> None:
    sys.stderr.write(f"probandum: {message}\n")
