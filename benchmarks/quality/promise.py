"""Whether the promise of ``probandum calibrate --max-false-support`` holds, on rows that a bench has audited.

First, every file by itself is cut in two at random, many times: a threshold is chosen on one half and tried on the
other, where the promise is to hold. Then one is chosen on the files named by ``--fit`` together and tried on every
other file, where nothing was promised. A few minutes where the rows are not there yet.
"""

import random
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.common.command import DATA, in_folder, parser, probandum
from probandum.agent.report import Acceptance
from probandum.bench.acceptance import SupportedClaim, fit_acceptance
from probandum.bench.audited_rows import read_rows
from probandum.bench.calibration_fit import labelled_claims, supported_verdicts

_FIT = "begin"
_CLAIMED = [
    "attributionbench",
    "factscore_ctx_claims",
    "qags_cnndm_sent",
    "qags_xsum",
    "healthver",
    "cliff",
    "fever_symmetric",
    "expertqa",
]
_CUTS = 200


class PromiseTrial(NamedTuple):
    """How a promise fared on many cuts of a file."""

    given: int
    """Cuts in which a threshold was given."""
    above: int
    """Of these, cuts in which more of the other half's accepted verdicts were wrong than promised."""
    accepted: float
    """Mean share of the supported verdicts of the other half that were accepted."""
    wrong: float
    """Mean share of these that were wrong."""


def supported(folders: Sequence[Path]) -> dict[str, tuple[SupportedClaim, ...]]:
    """The supported verdicts on labelled claims, by file."""
    rows = {row.key: row for folder in folders for row in read_rows(folder / "rows.jsonl") if not row.variant}
    names = dict.fromkeys(row.file for row in rows.values())
    by_file = {name: labelled_claims([row for row in rows.values() if row.file == name]) for name in names}
    return {name: supported_verdicts(claims) for name, claims in by_file.items()}


def cut(given: Sequence[SupportedClaim], *, share: float, sure: float) -> PromiseTrial:
    """Cut in two at random, again and again."""
    chance = random.Random(0)  # noqa: S311 - draws of labels, no secret
    tried = []
    for _ in range(_CUTS):
        mixed = chance.sample(given, len(given))
        half = len(mixed) // 2
        accepted = fit_acceptance(mixed[:half], max_false_support=share, sure=sure)
        if isinstance(accepted, Acceptance):
            tried.append(_tried(mixed[half:], accepted))
    known = [each for each in tried if each is not None]
    return PromiseTrial(
        given=len(tried),
        above=sum(wrong > share for wrong, _ in known),
        accepted=_mean([taken for _, taken in known]),
        wrong=_mean([wrong for wrong, _ in known]),
    )


def _tried(given: Sequence[SupportedClaim], accepted: Acceptance) -> tuple[float, float] | None:
    """The share of the accepted that is wrong, and the share that is accepted; None where none is."""
    taken = [each for each in given if each.probability >= accepted.threshold]
    return (sum(each.wrong for each in taken) / len(taken), len(taken) / len(given)) if taken else None


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _print_cuts(found: Mapping[str, Sequence[SupportedClaim]], *, share: float, sure: float) -> None:
    for name, given in found.items():
        trial = cut(given, share=share, sure=sure)
        base = _mean([float(each.wrong) for each in given])
        said = f"{name}: {len(given)} supported, {base:.1%} of them wrong; a threshold in {trial.given} of {_CUTS} cuts"
        if trial.given:
            broken = f"{trial.above} of {trial.given} above {share:.0%}"
            said += f"; on the other half {trial.accepted:.0%} accepted, {trial.wrong:.1%} of them wrong, {broken}"
        sys.stdout.write(said + "\n")


def _print_elsewhere(
    found: Mapping[str, Sequence[SupportedClaim]], fit: Sequence[str], *, share: float, sure: float
) -> None:
    accepted = fit_acceptance(
        [each for name in fit for each in found.get(name, ())], max_false_support=share, sure=sure
    )
    if not isinstance(accepted, Acceptance):
        sys.stdout.write(f"fitted on {', '.join(fit)}: {accepted.message}\n")
        return
    sys.stdout.write(f"fitted on {', '.join(fit)}: {accepted.promise}\n")
    for name, given in found.items():
        if name not in fit and (tried := _tried(given, accepted)):
            wrong, taken = tried
            sys.stdout.write(f"  {name}: {taken:.0%} of {len(given)} accepted, {wrong:.1%} of them wrong\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each file; without folders, audit the rows of `_FIT` and `_CLAIMED` first."""
    options = parser("promise", __doc__)
    options.add_argument("folders", nargs="*", type=Path, help="what 'probandum bench --out' wrote; left out, made")
    options.add_argument("--data", type=Path, default=DATA, help="folder of labelled files")
    options.add_argument("--fit", nargs="*", default=(_FIT,), help="names of the files to choose a threshold on")
    options.add_argument("--share", type=float, default=0.2, help="share of wrong ones that is promised")
    options.add_argument("--sure", type=float, default=0.95, help="confidence of the promise")
    given = options.parse_args(arguments)
    found = supported(given.folders or _benches(given.data))
    _print_cuts(found, share=given.share, sure=given.sure)
    if given.fit:
        _print_elsewhere(found, given.fit, share=given.share, sure=given.sure)


def _benches(data: Path) -> list[Path]:
    for out, names, limit in (("out/begin", (_FIT,), 800), ("out/claims", _CLAIMED, 120)):
        probandum("bench", *in_folder(data, names), "--limit", str(limit), "--out", out)
    return [Path("out/begin"), Path("out/claims")]
