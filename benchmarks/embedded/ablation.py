"""What each kind of difference is worth to the embedded judge, and the judge beside the best lexical feature.

The first table takes away one kind of difference or one feature at a time; the second compares on the same rows, with
an interval from a paired bootstrap. Takes some minutes on all files.
"""

import dataclasses
import math
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.common.command import LABELLED, add_files, files_in, parser
from benchmarks.embedded.features import Labelled, Measured, labelled
from probandum.agent.consolidation.scoring import risk
from probandum.agent.judges.embedded.alignment import Features
from probandum.agent.judges.embedded.differences.kinds import KINDS
from probandum.agent.judges.embedded.weights import Weights, shipped_weights
from probandum.agent.taxonomy import Label
from probandum.bench.baseline import BASELINES
from probandum.bench.metrics import auc, auc_difference
from probandum.bench.rows import read

_FEWEST = 300
"""Rows from which on a file is compared with its best lexical feature."""

Without = Callable[[Measured], Measured]


class File(NamedTuple):
    """One file's rows, measured."""

    name: str
    rows: tuple[Labelled, ...]

    @property
    def labels(self) -> list[bool]:
        """What people say of each row."""
        return [row.unsupported for row in self.rows]


def variants() -> Mapping[str, Without]:
    """By name, what is taken away: nothing, one kind of difference, or one feature."""
    kinds = {f"without {kind}": _without_kind(kind) for kind in KINDS}
    features = {f"without {field.name}": _without_measure(field.name) for field in dataclasses.fields(Features)}
    return {"everything": lambda claim: claim, **kinds, **features}


def risks(file: File, change: Without, weights: Weights) -> list[float]:
    """The risk of each row by the shipped weights, after something was taken away from each claim."""
    return [risk(enumerate(_unsupported(change(claim), weights) for claim in row.claims)) or 0.0 for row in file.rows]


def _unsupported(claim: Measured, weights: Weights) -> float:
    return 1.0 - weights.probabilities(claim.features, contradicts=bool(claim.kinds))[Label.SUPPORTED]


def _without_kind(kind: str) -> Without:
    return lambda claim: claim._replace(kinds=claim.kinds - {kind})


def _without_measure(name: str) -> Without:
    return lambda claim: claim._replace(features=dataclasses.replace(claim.features, **{name: 0.0}))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print both tables."""
    options = parser("ablation", __doc__)
    add_files(options, default=LABELLED)
    paths = files_in(options.parse_args(arguments), LABELLED)
    files = [File(path.stem, tuple(labelled(path))) for path in paths]
    weights = shipped_weights()
    for line in (*_ablation(files, weights), "", *_beside_lexical(files, paths, weights)):
        sys.stdout.write(line + "\n")


def _ablation(files: Sequence[File], weights: Weights) -> list[str]:
    whole: Mapping[str, float] = {}
    lines = [f"{'':24}{'mean AUC':>9}{'change':>9}  claims found, of them in unsupported rows; files that change most"]
    for name, change in variants().items():
        areas = {file.name: auc(file.labels, risks(file, change, weights)) or math.nan for file in files}
        whole = whole or areas
        mean = statistics.fmean(areas.values())
        gaps = sorted(((areas[file] - whole[file], file) for file in areas), key=lambda gap: -abs(gap[0]))[:3]
        moved = ", ".join(f"{file} {gap:+.3f}" for gap, file in gaps if gap)
        found = _found(files, name.removeprefix("without "))
        lines.append(f"{name:24}{mean:9.4f}{mean - statistics.fmean(whole.values()):+9.4f}  {found}{moved}")
    return lines


def _found(files: Sequence[File], kind: str) -> str:
    if kind not in KINDS:
        return ""
    rows = [row.unsupported for file in files for row in file.rows for claim in row.claims if kind in claim.kinds]
    return f"{len(rows)}, {sum(rows)}; "


def _beside_lexical(files: Sequence[File], paths: Sequence[Path], weights: Weights) -> list[str]:
    lines = [f"{'':24}{'AUC':>9}{'lexical':>9}  difference on the same rows, 95% (paired bootstrap)"]
    for file, path in zip(files, paths, strict=True):
        if len(file.rows) < _FEWEST:
            continue
        by_id = {row.id: row for row in read(path)}
        ours = risks(file, lambda claim: claim, weights)
        floors = [[feature(by_id[row.id]) for row in file.rows] for feature in BASELINES.values()]
        floor = max(floors, key=lambda values: auc(file.labels, values) or 0.0)
        low, high = auc_difference(file.labels, ours, floor) or (math.nan, math.nan)
        ranks = [auc(file.labels, values) or math.nan for values in (ours, floor)]
        below = "  below" if high < 0 else ""
        lines.append(f"{file.name:24}{ranks[0]:9.3f}{ranks[1]:9.3f}  {low:+.3f} to {high:+.3f}{below}")
    return lines
