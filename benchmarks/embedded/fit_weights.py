"""Fits the embedded judge's weights on the files that may be trained with, and tells how the fit does on others.

Every family of files is left out once. With ``--out`` the weights are written; the shipped ones are
agent/judges/embedded/weights.json. Needs the extra ``bench``; takes some minutes.
"""

import json
import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.common.command import DATA, parser
from benchmarks.embedded.features import Labelled, labelled
from probandum.agent.judges.embedded.weights import UNSUPPORTED_LABELS, feature_vector, novelty
from probandum.agent.taxonomy import Label

FAMILIES = (
    ("xsumfaith", "fib_xsum", "defacto"),
    ("bump", "fib_cnndm"),
    ("storysumm", "storysumm_sent"),
    ("summedits",),
    ("wice", "wice_oracle"),
    ("begin", "faithdial_audit", "q2_wow"),
    ("expertqa",),
    ("factcheckgpt_stance",),
    ("fever_symmetric",),
    ("breaking_nli",),
    ("dialfact_small",),
)
"""Files to fit on, all under licences that permit it; those of one family share texts and are left out together."""

LABELS = {
    "factcheckgpt_stance": {
        "irrelevant": "absent",
        "partially-support": "partially_supported",
        "refute": "contradicted",
    },
    "wice": {"not_supported": "absent", "partially_supported": "partially_supported"},
    "wice_oracle": {"not_supported": "absent", "partially_supported": "partially_supported"},
    "fever_symmetric": {"REFUTES": "contradicted"},
    "breaking_nli": {"contradiction": "contradicted", "neutral": "absent"},
    "dialfact_small": {"REFUTES": "contradicted", "NOT ENOUGH INFO": "absent"},
    "expertqa": {"Incomplete": "absent", "Partial": "partially_supported"},
}
"""Whose labels tell the kinds of unsupported claims apart, and what they mean here."""

VERSION = "lexical-3"
_BINS = 10


class Example(NamedTuple):
    """One row: means over its claims."""

    unsupported: bool
    label: str
    support: tuple[float, ...]
    """Novelty; whether a difference contradicts."""
    described: tuple[float, ...]


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, report, write."""
    options = parser("fit-weights", __doc__)
    options.add_argument("--data", type=Path, default=DATA, help="folder of labelled files")
    options.add_argument("--out", type=Path, help="file that receives the weights")
    given = options.parse_args(arguments)
    examples = {
        name: [_example(row) for row in labelled(given.data / f"{name}.jsonl")]
        for family in FAMILIES
        for name in family
    }
    for sentence in _left_out(examples):
        sys.stdout.write(sentence + "\n")
    fitted = {"version": VERSION, "support": _fit_support(examples), "others": _fit_others(examples)}
    if given.out:
        given.out.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")


def _example(row: Labelled) -> Example:
    support = _mean((novelty(claim.features), float(bool(claim.kinds))) for claim in row.claims)
    described = _mean(feature_vector(claim.features, contradicts=bool(claim.kinds)) for claim in row.claims)
    return Example(row.unsupported, row.label, support, described)


def _mean(rows: Iterable[Sequence[float]]) -> tuple[float, ...]:
    return tuple(sum(column) / len(column) for column in zip(*rows, strict=True))


def _fit_support(examples: Mapping[str, Sequence[Example]]) -> dict[str, float]:
    """Log-odds, every file weighing alike; half by its share of unsupported rows, half as if that were even."""
    from sklearn.linear_model import LogisticRegression

    rows, answers, weights = [], [], []
    for given in examples.values():
        counts = {truth: sum(example.unsupported is truth for example in given) for truth in (True, False)}
        for example in given:
            rows.append(example.support)
            answers.append(example.unsupported)
            weights.append(0.5 / len(given) + 0.25 / counts[example.unsupported])
    model = LogisticRegression(C=10.0).fit(rows, answers, sample_weight=_scaled(weights))
    return {
        "constant": _round(model.intercept_[0]),
        "novelty": _round(model.coef_[0][0]),
        "hard": _round(model.coef_[0][1]),
    }


def _fit_others(examples: Mapping[str, Sequence[Example]]) -> dict[str, list[float]]:
    """Which label, for rows that are not supported; every file weighing alike, and in the sum every label."""
    from sklearn.linear_model import LogisticRegression

    rows, answers, weights = [], [], []
    for name, meaning in LABELS.items():
        given = [example for example in examples[name] if example.label in meaning]
        for example in given:
            rows.append(example.described[1:])
            answers.append(meaning[example.label])
            weights.append(1.0 / len(given))
    sums = {
        label: sum(w for w, answer in zip(weights, answers, strict=True) if answer == label)
        for label in UNSUPPORTED_LABELS
    }
    even = [weight / sums[Label(answer)] for weight, answer in zip(weights, answers, strict=True)]
    model = LogisticRegression(C=0.02, max_iter=1_000).fit(rows, answers, sample_weight=_scaled(even))
    fitted = dict(zip(model.classes_, zip(model.intercept_, model.coef_, strict=True), strict=True))
    return {
        label.value: [_round(number) for number in (fitted[label][0], *fitted[label][1])]
        for label in UNSUPPORTED_LABELS
    }


def _scaled(weights: Sequence[float]) -> list[float]:
    mean = sum(weights) / len(weights)
    return [weight / mean for weight in weights]


def _left_out(examples: Mapping[str, Sequence[Example]]) -> Iterator[str]:
    """One line per file: how a fit on all other families ranks and calibrates it; then the error of calibration."""
    from sklearn.metrics import brier_score_loss, roc_auc_score

    judged: list[tuple[float, bool, float]] = []
    for family in FAMILIES:
        fitted = _fit_support({name: given for name, given in examples.items() if name not in family})
        for name in family:
            truth = [example.unsupported for example in examples[name]]
            odds = [fitted["novelty"] * e.support[0] + fitted["hard"] * e.support[1] for e in examples[name]]
            chance = [1.0 / (1.0 + math.exp(-fitted["constant"] - value)) for value in odds]
            judged += [(one, bad, 1.0 / len(truth)) for one, bad in zip(chance, truth, strict=True)]
            yield (
                f"{name:22} rows {len(truth):5} auc {roc_auc_score(truth, odds):.3f} "
                f"brier {brier_score_loss(truth, chance):.3f} {fitted}"
            )
    yield f"expected calibration error, ten bins, files weighing alike: {_calibration_error(judged):.3f}"


def _calibration_error(judged: Sequence[tuple[float, bool, float]]) -> float:
    """The mean over bins of how far chances are from shares (Naeini et al., 2015), rows weighing as they say."""
    bins: dict[int, list[tuple[float, float]]] = {}
    for chance, bad, weight in judged:
        bins.setdefault(min(int(chance * _BINS), _BINS - 1), []).append((weight, weight * (chance - bad)))
    whole = sum(weight for _, _, weight in judged)
    return sum(abs(sum(gap for _, gap in inside)) for inside in bins.values()) / whole


def _round(number: float) -> float:
    return round(float(number), 4)
